"""What a web page holds besides the text that it shows: in scripts, attributes, styles, comments and frames."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.check import check_document
from checker.model import Verdict
from checker.readers import Document, Label, read
from checker.readers.document import HELD
from checker.readers.labels import copy_of
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

STORY = """Nine goats that had been booked as passengers were led ashore at Skerrow by a deckhand who had never \
steered a boat before and who asked afterwards that his mother should not be told.

The harbour office said the animals were unhurt and would be sold at the autumn fair, and that the captain had been \
found asleep in the chart room of another vessel.

“It had meanwhile left for the mainland with his coat, his papers and the only key to the fuel store,” said Una Kell, \
who keeps the office. “We shall charge him for the hay and for the telegrams.”"""
PARAGRAPHS = STORY.split("\n\n")
MARKED = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in PARAGRAPHS)
OWN = (
    "Our gardening column tells how the plots by the canal were dug again after the frost, with a word on beans, leeks "
    "and a patch of bindweed that has seen off three committees."
)
PAGE = (
    "<!doctype html><html><head><title>Notes</title></head><body><nav><a>Home</a></nav><p>{own}</p>{held}</body></html>"
)


def page(source: str, name: str = "page.html") -> Document:
    (document,) = read(name, io.BytesIO(source.encode("utf-8", "surrogatepass")))
    assert isinstance(document, Document)
    return document


def index() -> MemoryStore:
    store = MemoryStore(secret=b"quay-wall-secret")
    work = Work("mp-1", STORY, "Goats ashore", "Meridian Press")
    store.apply([Upsert(work, sketcher(store.spec, store.secret).fingerprints([STORY])[0])])
    return store


INDEX = index()


def script(text: str, kind: str = "") -> str:
    return f"<script{f' type={kind!r}' if kind else ''}>{text.replace('</', f'<{chr(92)}/')}</script>"


def blocks(paragraphs=PARAGRAPHS):
    return [{"type": "text", "content": one, "id": number} for number, one in enumerate(paragraphs)]


RICH = {
    "nodeType": "paragraph",
    "content": [
        piece
        for paragraph in PARAGRAPHS
        for piece in (
            {"nodeType": "text", "value": paragraph[:31], "marks": []},
            {"nodeType": "text", "value": paragraph[31:60], "marks": [{"type": "bold"}]},
            {"nodeType": "text", "value": paragraph[60:] + " ", "marks": []},
        )
    ],
}
LAST = json.dumps(["$", "p", None, {"children": "End"}])
ROWS = f'0:["$","main",null,{{}}]\n1:T{len(MARKED.encode()):x},{MARKED}2:{LAST}\n'
PUSHES = "".join(script(f"self.stream.push({json.dumps([1, ROWS[at : at + 97]])})") for at in range(0, len(ROWS), 97))

IN_SCRIPTS = {
    "linked data": script(json.dumps({"@type": "NewsArticle", "articleBody": STORY}), "application/ld+json"),
    "linked data in ASCII and HTML": script(json.dumps({"@graph": [{"articleBody": MARKED}]}), "application/ld+json"),
    "data of a framework": script(json.dumps({"props": {"page": {"blocks": blocks()}}}), "application/json"),
    "rich text": script(json.dumps({"body": RICH}), "application/json"),
    "JSON within JSON": script(json.dumps({"state": json.dumps({"body": MARKED})}), "application/json"),
    "an assignment": script(f"var a=1;window.__DATA__={json.dumps({'b': blocks()})};run(a)"),
    "an assignment of a string": script(f"window.state = JSON.parse({json.dumps(json.dumps({'b': blocks()}))});"),
    "a function": script(f"window.__N=(function(a,b){{return {{data:[{{body:{json.dumps(MARKED)},n:a}}]}}}}(1,2));"),
    "single quotes": script("x({body:'" + MARKED.replace("'", "\\'") + "'})"),
    "a template string": script(f"const t = `\n{MARKED}\n`; // don't\n"),
    "written by a program": script(f"/* it's */ if(/[\"']/.test(x)){{document.write({json.dumps(MARKED)})}}"),
    "percent signs": script(
        "document.write(decodeURIComponent('"
        + "".join(f"%{byte:02x}" if not chr(byte).isalnum() else chr(byte) for byte in MARKED.encode())
        + "'))"
    ),
    "every letter escaped": script(
        "x='" + "".join(f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}" for c in STORY) + "'"
    ),
    "every letter escaped in braces": script("x='" + "".join(f"\\u{{{ord(c):x}}}" for c in STORY) + "'"),
    "a stream": PUSHES,
    "a template": script(MARKED, "text/x-template"),
    "plain text": script(STORY, "text/plain"),
}
IN_ATTRIBUTES = {
    "a social description": f'<meta property="og:description" content="{escape(STORY)}">',
    "an item of data": f'<meta itemprop="articleBody" content="{escape(STORY)}">',
    "data": f'<div class=lazy data-body="{escape(MARKED)}"></div>',
    "a property of a component": f"<story-view :text='{escape(json.dumps(STORY))}'></story-view>",
    "JSON": f'<div data-props="{escape(json.dumps({"blocks": blocks()}))}"></div>',
    "a hidden field": f'<input type=hidden value="{escape(STORY)}">',
    "a hint": f'<textarea placeholder="{escape(STORY)}"></textarea>',
    "texts of pictures": "".join(f'<img src=a.png alt="{escape(one)}">' for one in PARAGRAPHS),
    "titles": "".join(f'<span title="{escape(one)}"></span>' for one in PARAGRAPHS),
    "labels": "".join(f'<span aria-label="{escape(one)}"></span>' for one in PARAGRAPHS),
    "what a program does": f"<img src=x onerror='document.body.innerHTML={escape(json.dumps(MARKED))}'>",
    "an address that is a program": f'<a href="javascript:show({escape(json.dumps(MARKED))})"></a>',
    "shown by a style": "<style>i::before{content:attr(data-w)}</style>"
    + "".join(f'<i data-w="{escape(word)}"></i> ' for word in STORY.split()),
}
IN_STYLES = {
    "content": f"<style>p.x::before{{content:{json.dumps(' '.join(PARAGRAPHS), ensure_ascii=False)}}}</style>",
    "content word by word": "<style>"
    + "".join(f'.w{n}::after{{content:"{word} "}}' for n, word in enumerate(STORY.split()))
    + "</style>",
    "content with escapes": "<style>.x::before{content:'"
    + STORY.replace("'", "\\'").replace("\n\n", "\\a ").replace("“", "\\201c ").replace("”", "\\201D ")
    + "'}</style>",
    "content in escapes alone": "<style>.x::before{content:'" + "".join(f"\\{ord(c):x} " for c in STORY) + "'}</style>",
    "a variable": f"<style>:root{{--t:{json.dumps(' '.join(PARAGRAPHS))}}} .x::before{{content:var(--t)}}</style>",
    "signs of a list": "<style>@counter-style x{symbols:"
    + " ".join(json.dumps(one, ensure_ascii=False) for one in PARAGRAPHS)
    + "}</style>",
    "marks of quotations": "<style>q{quotes:"
    + json.dumps(" ".join(PARAGRAPHS), ensure_ascii=False)
    + " ''}</style><q></q>",
    "a marker": f'<ul><li style="list-style:inside &quot;{" ".join(PARAGRAPHS[:2])}&quot;"></ul>',
}
IN_COMMENTS = {
    "a field": f"<!-- wp:acf/story {json.dumps({'data': {'body': STORY, '_body': 'field_1'}})} /-->",
    "a block a paragraph": "<p>Beans.</p>".join(
        f"<!-- wp:house/text {json.dumps({'text': p})} /-->" for p in PARAGRAPHS
    ),
    "HTML": f"<!-- wp:house/html {json.dumps({'html': MARKED})} /-->",
}
INNER = f'<iframe srcdoc="{escape(MARKED)}"></iframe>'
IN_BASE64 = b64encode(f"<meta charset=utf-8>{MARKED}".encode()).decode()
FRAME = {
    "a frame": INNER,
    "a frame in a frame": f'<iframe srcdoc="{escape(INNER)}"></iframe>',
    "data in a frame": f'<iframe srcdoc="{escape(IN_SCRIPTS["linked data"])}"></iframe>',
    "an address that is a page": f'<iframe src="data:text/html;charset=utf-8,{quote(MARKED)}"></iframe>',
    "an address in base64": f'<object data="data:text/html;base64,{IN_BASE64}"></object>',
    "an address that is a text": f'<embed src="data:text/plain;charset=utf-8,{quote(STORY)}">',
    "an address that is a drawing": '<img src="data:image/svg+xml,'
    + quote(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{escape(STORY)}</text></svg>')
    + '">',
}
PLACES = [
    *(pytest.param(held, "script-data", id=f"script: {id}") for id, held in IN_SCRIPTS.items()),
    *(pytest.param(held, "attribute", id=f"attribute: {id}") for id, held in IN_ATTRIBUTES.items()),
    *(pytest.param(held, "style-content", id=f"style: {id}") for id, held in IN_STYLES.items()),
    *(pytest.param(held, "comment-data", id=f"comment: {id}") for id, held in IN_COMMENTS.items()),
    *(pytest.param(held, "frame", id=id) for id, held in FRAME.items()),
    pytest.param(f"<svg></svg><title>{STORY}</title>", "title", id="a long title"),
]


@pytest.mark.parametrize("own", [OWN, f"{OWN} " * 8], ids=["a short page", "a long page"])
@pytest.mark.parametrize(("held", "label"), PLACES)
def test_a_story_that_a_page_only_holds_is_found_and_labelled(held, label, own):
    document = page(PAGE.format(own=own, held=held))
    report = check_document(document, INDEX)
    assert report.verdict is Verdict.FLAGGED
    assert {match.submitted.label for match in report.matches} == {label}
    share = 0.55 if "list-style" in held else 0.9
    covered = sum(match.source.end - match.source.start for match in report.matches)
    assert covered >= share * len(STORY)
    for match in report.matches:
        low, high = match.submitted.file or (0, 0)
        within = document.original[low:high]
        assert within and "gardening" not in within and "Home" not in within


LARGE = {"menu": [{"id": number, "name": "Pier", "icon": "pier-small"} for number in range(400)]}


@pytest.mark.parametrize(
    "held",
    [
        script(json.dumps({**LARGE, "body": MARKED}), "application/json"),
        script(json.dumps({"blocks": blocks(), **LARGE}), "application/json"),
        script(f"window.state={json.dumps({**LARGE, 'blocks': blocks()})};go()"),
        script(f"go({json.dumps(LARGE)},{{body:'{MARKED}'}})"),
        script(f"go({json.dumps(json.dumps({**LARGE, 'body': STORY}))})"),
    ],
)
def test_a_story_within_a_large_script_is_found(held):
    document = page(PAGE.format(own=f"{OWN} " * 8, held=held))
    report = check_document(document, INDEX)
    assert {match.submitted.label for match in report.matches} == {"script-data"}
    assert sum(match.source.end - match.source.start for match in report.matches) >= 0.9 * len(STORY)


def test_a_passage_in_a_script_leads_to_its_letters():
    held = script(json.dumps({"articleBody": STORY}), "application/ld+json")
    document = page(PAGE.format(own=OWN, held=held))
    (match,) = check_document(document, INDEX).matches
    cut = document.original[slice(*match.submitted.file)]
    assert cut.startswith("Nine goats that")
    assert cut.endswith("the telegrams")
    assert "\\u201cIt had" in cut


@pytest.mark.parametrize("held", [*IN_SCRIPTS.values(), *IN_ATTRIBUTES.values(), *FRAME.values()])
def test_what_a_page_shows_is_not_reported_again(held):
    shown = page(PAGE.format(own=MARKED, held=""))
    both = page(PAGE.format(own=MARKED, held=held))
    assert both.text == shown.text
    report = check_document(both, INDEX)
    assert (report.verdict, report.submitted.copied_share) == (
        Verdict.FLAGGED,
        check_document(shown, INDEX).submitted.copied_share,
    )


def test_of_a_story_that_is_shown_in_part_the_rest_is_found():
    held = script(json.dumps({"articleBody": STORY, "url": "https://example.org/goats"}), "application/ld+json")
    report = check_document(page(PAGE.format(own=PARAGRAPHS[0], held=held)), INDEX)
    assert sum(match.source.end - match.source.start for match in report.matches) >= 0.95 * len(STORY)
    assert [match.submitted.label for match in report.matches] == ["main", "script-data"] or {
        match.submitted.label for match in report.matches
    } >= {"script-data"}


HONEST = {
    "a packed program": script(
        "eval('" + "".join(f"\\x{ord(c):02x}" for c in "0x8563|Math|join|push|shift") * 9 + "')"
    ),
    "a small picture": '<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==" alt="">',
    "settings": script('window.q=window.q||[];q.push({"page":"garden","id":17,"tags":["beans","leeks"]})')
    + script(
        json.dumps({"locale": "en", "strings": {"more": "Read more", "close": "Close the window"}}), "application/json"
    ),
    "a program": script(
        "// We don't ask for more than a word or two here, if at all\n" + "function f(a, b) { return a + b; } " * 40
    ),
    "teasers of other pages": script(
        json.dumps({"related": [{"title": "Goats ashore", "summary": PARAGRAPHS[0], "url": "/goats"}]}),
        "application/json",
    ),
    "its own lead": f'<meta name=description content="{OWN}">'
    + script(json.dumps({"description": OWN, "headline": "Beans"}), "application/ld+json"),
    "icons": "<style>.a::before{content:'\\f101'}.b::before{content:'»'}</style>",
    "block settings": '<!-- wp:spacer {"height": "20px", "className": "is-style-wide and a few words more"} /-->',
}


@pytest.mark.parametrize("held", HONEST.values(), ids=HONEST.keys())
def test_an_honest_page_holds_nothing_and_stays_clear(held):
    document = page(PAGE.format(own=f"{OWN}</p><p>" * 8, held=held))
    assert not HELD.intersection(part.label for part in document.parts)
    assert check_document(document, INDEX).verdict is Verdict.CLEAR


def test_what_is_added_of_a_page_is_what_it_shows():
    held = script(json.dumps({"x": {"articleBody": STORY}}), "application/json")
    document = page(PAGE.format(own="".join(f"{OWN}</p><p>" for _ in range(8)), held=held))
    assert "goats" in document.text
    assert "goats" not in copy_of(document)
    assert document.parts[-1].label is Label.SCRIPT_DATA


@pytest.mark.parametrize(
    "source",
    [
        "<html><body><div id=app></div><script src=app.js></script><footer>We use cookies.</footer>",
        "<html><body><nav>Home Sport</nav><main></main><script type=module>import('./a.js')</script>",
        f"<html><body><p>{OWN}</p><script>show(atob('{'TmluZSBnb2F0cyB0aGF0' * 40}'))</script>",
        f"<html><body><p>{OWN}</p><script>show([{','.join(str(ord(letter)) for letter in STORY)}])</script>",
        f"<html><body><p>{OWN}</p><script>show({[*filter(str.isascii, STORY.split())]})</script>",
    ],
)
def test_a_page_whose_words_its_programs_load_is_incomplete(source):
    report = check_document(page(source), INDEX)
    assert report.verdict is Verdict.INCOMPLETE
    assert "its programs load or hold in code" in report.unjudged[0]


@pytest.mark.parametrize(
    "source",
    [
        f"<html><body><p>{OWN}</p><script src=count.js></script>",
        f"<html><body><p>{OWN} " * 6 + f"</p><script>x='{'TmluZSBnb2F0cyB0aGF0' * 40}'</script>",
        "<html><body><h1>Beans</h1><p>Sown in rows by the wall.</p><script>a()</script>",
    ],
)
def test_a_page_with_its_own_words_is_complete(source):
    assert check_document(page(source), INDEX).verdict is Verdict.CLEAR


SIGNS = [*"\"'`\\{}[]:,/=\né", "//", "/*", "<p>", "</p>", "&amp;", "%20", "\\u00e9", "\\ud83d\\ude00", "\\201c"]
PIECES = st.lists(
    st.sampled_from([*SIGNS, "goats are led ashore by the", "f.push([1,", "1:", "T1f,", "content:"]), max_size=40
)
AROUND = st.sampled_from(
    [
        *("<script>{}</script>", "<script type=application/json>{}</script>", "<script type=text/html>{}</script>"),
        *("<style>a{{content:{}}}</style>", '<p data-x="{}">', "<!-- {} -->"),
    ]
)


@given(PIECES, AROUND)
def test_whatever_a_page_holds_every_character_leads_into_it(pieces, around):
    source = "<html><body>" + around.format("".join(pieces * 3))
    found = page(source)
    assert found.offsets is not None
    for at in range(len(found.text)):
        low, high = found.offsets.span(at, at + 1)
        assert 0 <= low <= high <= len(found.original)


HOSTILE = {
    "quotes": script('"' * 300_000),
    "opened comments": script("/*a" * 200_000 + "six words that may be prose here"),
    "brackets": script("x=" + "[" * 300_000 + "'six words that may be prose here'"),
    "assignments": script('a={"b":[' * 50_000 + "'six words that may be prose here'"),
    "escapes": script('"' + "\\u00e9 \\n" * 200_000 + '"'),
    "slashes": script("=/" * 300_000 + "'six words that may be prose here'"),
    "strings in strings": script(json.dumps(json.dumps(json.dumps(json.dumps(json.dumps({"a": STORY})))))),
    "many strings": script("[" + ",".join(['"six words that may be prose here"'] * 30_000) + "]"),
    "pushes": script('f.push([1,"six words that may be prose"])') * 5_000,
    "attributes": "<p " + " ".join(f'data-a{n}="six words that may be prose"' for n in range(20_000)) + ">",
    "contents": "<style>" + 'a{content:"six words that may be' * 30_000 + "</style>",
    "comments": '<!-- {"a": "six words that may be prose"} -->' * 10_000,
}


@pytest.mark.parametrize("held", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.timeout(40)  # work that grows with the square takes minutes
def test_a_hostile_page_takes_no_time(held):
    assert OWN in page(PAGE.format(own=OWN, held=held)).text
