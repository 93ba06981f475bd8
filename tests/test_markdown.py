from __future__ import annotations

import io
import re
import time
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from checker.readers import Document, Label, Start, detect, read
from checker.readers.markdown import MOST_MARKUP

FIXTURE = Path(__file__).with_name("formats") / "markdown" / "goats.md"


def document(written: str) -> Document:
    (entry,) = read("a.md", io.BytesIO(written.encode()))
    assert isinstance(entry, Document) and entry.format == "markdown"
    return entry


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("# Goats *at* dawn #", "Goats at dawn"),
        ("#hashtag", "#hashtag"),
        ("Goats\nat dawn", "Goats at dawn"),
        ("Goats  \nat\\\ndawn", "Goats at dawn"),
        ("**Nine** _goats_ ~~ten~~", "Nine goats ten"),
        ("un*believ*able snake_case 2 * 3 * 4", "unbelievable snake_case 2 * 3 * 4"),
        ("[goats](http://x.example/a 'nine') sail", "goats sail"),
        ("[goats](<a b>) [b](a_(c)) [d]()", "goats b d"),
        ("[goats](two words)", "[goats](two words)"),
        ("goats](dawn)", "goats](dawn)"),
        ("[a [goats](x) b](dawn)", "[a goats b](dawn)"),
        ("[![nine](a.png) goats](x)", "nine goats"),
        ("[goats][1] [hens][] [ferry] [boat][2]\n\n[1]: x\n[hens]: y\n[FERRY]: z", "goats hens ferry [boat][2]"),
        ("Some text\n[ferry]: seen", "Some text [ferry]: seen"),
        ("`a *b*` ``c ` d`` `e", "a *b* c ` d `e"),
        ("\\*goats\\* &amp; &#33; &nbsp;&nothing; AT&T", "*goats* & ! \xa0&nothing; AT&T"),
        (
            "<http://x.example/a> <a@b.example> <b class='x > y'>goats</b> a <b and c",
            "http://x.example/a a@b.example goats a <b and c",
        ),
        ("a <!-- not --> b <!-- open", "a b <!-- open"),
        ("<div>\n*as* [it](is)\n</div>", "*as* [it](is)"),
        ("<script>\nlet a = 1\n\nlet b\n</script>\n\ngoats", "goats"),
        ("```js\nlet [a](b)\n\n\n# c\n```\ngoats", "let [a](b)\n# c\ngoats"),
        ("~~~\na\n```\nb", "a\n```\nb"),
        ("> a\n> ```\n> b\n\nc", "a\nb\nc"),
        ("text\n\n    [code](b)\n\n        more\n\ntext", "text\n[code](b)\nmore\ntext"),
        ("- a\n\n  b\n\n      [c](d)\n- e", "a\nb\n[c](d)\ne"),
        ("a\n---\nb\n\n---\n\nc\n===", "a\nb\nc"),
        ("|a|b|\n|-|-|\n|1|`2`|\n\nc | d", "a b\n1 2\nc | d"),
        ("a | b\n--- | ---\n3 | **4**", "a b\n3 4"),
        ("The year was\n1986. A good one", "The year was 1986. A good one"),
        ("word[^1] and\n\n[^1]: A note.", "word and\nA note."),
        ("", ""),
    ],
)
def test_what_is_seen(written, seen):
    assert document(written).text == seen


def test_front_matter():
    entry = document("+++\r\ntitle = 'Goats'\r\nauthor = \"Ann\"\r\n+++\r\nNine.")
    assert (entry.title, entry.text, dict(entry.metadata)) == ("Goats", "Goats\nNine.", {"author": "Ann"})
    assert document("---\n\nGoats\n").text == "Goats"
    assert document("---\ntitle: Goats\n\nNo end").text.split() == ["title:", "Goats", "No", "end"]


def test_headings_and_tables_are_said_to_be_so():
    entry = document("# A\n\nb\n\nc | d\n-|-\n")
    assert [part.label for part in entry.parts] == [Label.HEADLINE, Label.BODY, Label.TABLE]
    assert entry.title == "A"


def test_a_match_leads_back_over_the_markup():
    entry = document("Nine **goats** [sailed](x)\nat dawn")
    low, high = entry.offsets.span(entry.text.index("goats"), entry.text.index("dawn"))
    assert entry.original[low:high].rstrip() == "goats** [sailed](x)\nat"
    assert document("a\r\n[b](c)").text == "a b"


@pytest.mark.parametrize(("name", "found"), [("a.md", "markdown"), ("a.MARKDOWN", "markdown"), ("a.txt", "text")])
def test_it_is_known_by_its_name(name, found):
    assert detect(Start(name, b"# Goats")).name == found


class Page(HTMLParser):
    """The words of a rendered page, as another Markdown reader sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style")
        self.seen.append(" " if tag in ("br", "p", "li", "td", "th", "tr", "h1", "h2", "div", "hr", "img") else "")
        # tags stand in what is said of a picture as they are, and nobody sees them
        self.seen += [f" {re.sub('<[^>]*>', '', value)} " for name, value in attrs if tag == "img" and name == "alt"]

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")
        self.seen.append(" " if tag in ("p", "li", "td", "th", "tr", "h1", "h2", "div") else "")

    def handle_data(self, data):
        self.seen.append("" if self.silent else data)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text))


def rendered(written: str) -> Counter[str]:
    page = Page()
    page.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(written))
    page.close()
    return words("".join(page.seen))


def test_another_reader_sees_the_same_words():
    # the other reader knows no front matter, footnotes or boxes to tick
    body = FIXTURE.read_text().split("---\n", 2)[2].replace("[^1]", "").replace("- [x]", "-")
    assert not rendered(body) - words(document(body).text)


PIECES = (
    "goats", "nine", "the", "hens", "7", " ", " ", " ", "\n", "\n", "\n\n", "*", "**", "_", "`", "``",
    "[", "]", "](x)", "](y z)",
    "![", "[b]", "[b]: u\n", "\n# ", "\n- ", "\n> ", "\n1. ", "    ", "\n```\n", "|", "\n|-|\n", "---", "&amp;",
    "\\", "<b>", "</b>", "<http://a>",
    "(", ")", "!", ".", "é",
)  # fmt: skip


@settings(max_examples=1_000, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_word_that_another_reader_shows_is_lost(written):
    entry = document(written)
    lost = rendered(written) - words(entry.text)
    # words may be cut otherwise; none of their letters may be missing
    letters = "".join(re.findall(r"[^\W_]", entry.text))
    assert all(word in letters for word in lost), (entry.text, lost)
    for number in range(len(entry.offsets.starts)):
        low, high = entry.offsets.starts[number], entry.offsets.ends[number]
        piece = entry.text[entry.offsets.begins[number] : entry.offsets.begins[number + 1]]
        assert piece == entry.original[low:high] or piece == " " or len(piece) != high - low or piece == "\n"


HOSTILE = {
    name: unit * (4 * MOST_MARKUP // len(unit))
    for name, unit in {
        "brackets": "[",
        "words in brackets": "[a",
        "images": "![a](",
        "closing brackets": "[]",
        "links": "[a](b",
        "titles": '[a](b "',
        "backticks": "` ``",
        "tags": '<a b="',
        "odd tags": "<a b='\" c",
        "comments": "<!-- ",
        "quotations": ">",
        "quoted lines": ">a\n",
        "lists": "- ",
        "list lines": "- a\n",
        "emphasis": "_a*b",
        "references": "[a][b",
        "definitions": "[x]: y\n[x] ",
        "tables": "|a|b|\n|-|-|\n",
        "scripts": "<script>\n",
        "front matter": "---\n",
        "empty lines": "\n",
    }.items()
}


@pytest.mark.parametrize("written", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_cost_their_length(written):
    began = time.perf_counter()
    entry = document(written)
    assert time.perf_counter() - began < 30
    assert entry.warnings == ("markup is read in its first 500,000 characters only",)
    assert entry.text.endswith(written[-4:])
