from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import SCHEMA, Change, Edit, Kind, Report, Severity, Status, Verdict
from checker.reports.groups import HEADINGS
from checker.reports.html import to_html
from checker.reports.json import from_json, to_json
from checker.reports.pieces import draft_pieces
from checker.reports.show import shown
from checker.reports.words import STATUSES
from checker.standing import Rights, State
from tests.any_report import any_of, any_report
from tests.reports_by_hand import every_status, ferry, match, report

VOID = {"meta", "link", "br", "img", "hr", "input"}
TAGS = """a article b bdi blockquote body dd del details div dl dt footer h1 h2 h3 h4 h5 head header html ins kbd li
main mark meta meter nav ol p q script section span style summary table tbody td th thead title tr ul"""
ATTRIBUTES = """aria-hidden aria-label aria-labelledby charset class content data-m data-n data-s dir href http-equiv
id lang max min name open role scope tabindex value"""
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onfocus=alert(1) x="',
    "' onfocus=alert(1) x='",
    "</style><script>alert(1)</script>",
    "</mark></div><svg onload=alert(1)>",
    "&lt;b&gt; &#60;script&#62;",
    "javascript:alert(1)",
    "<!-- -->]]><![CDATA[",
    "\x00<\x00s\u202e",
)


class Page(HTMLParser):
    """A strict reader of our pages: what is open, what was seen, and the text of the draft."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.draft = ""
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes |= set(values)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        if tag not in VOID:
            self.open.append((tag, values.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if ("div", "text") in self.open:
            self.draft += data


def sound(page: str) -> Page:
    """The page, once it is whole, its links lead somewhere, and nothing but ours stands in it."""
    page.encode("utf-8")
    parsed = Page(page)
    assert parsed.tags <= set(TAGS.split())
    assert parsed.attributes <= set(ATTRIBUTES.split())
    assert len(parsed.ids) == len(set(parsed.ids))
    assert {link.removeprefix("#") for link in parsed.links} <= set(parsed.ids)
    return parsed


def test_one_report():
    page = to_html([ferry()])
    parsed = sound(page)
    assert parsed.draft == ferry().text
    assert '<mark class="m error g-copied" data-m="r1-1">The old </mark>' in page
    assert "<ins>boat</ins>" in page
    assert "<del>ferry</del>" in page
    assert "in 9 stories" in page


def test_nothing_is_fetched_and_only_our_script_may_run():
    page = to_html([ferry()])
    assert re.search(r"default-src &#x27;none&#x27;; style-src &#x27;sha256-\S+&#x27;; script-src &#x27;sha256-", page)
    assert not re.search(r"""(src|srcset|action|style)=|https?:|url\(|@import""", page)


@given(any_report())
def test_any_report_makes_a_sound_page(whole):
    page = to_html([whole])
    assert sound(page).draft == shown(whole.text)
    assert "<script>alert" not in page and "<img" not in page


@given(any_of(Report, st.sampled_from(PAYLOADS)))
def test_hostile_words_in_every_field_stay_words(whole):
    one = replace(whole, schema=SCHEMA)
    page = to_html([one, one])
    assert sound(page).draft == shown(one.text) * 2
    assert not re.search(r"<(script>alert|img|svg|b>)", page.replace("<b><bdi>", ""))


def test_each_status_has_its_mark_its_label_and_its_group():
    every = every_status()
    page = to_html([every])
    parsed = sound(page)
    assert parsed.draft == every.text
    assert page.count('class="card') == len(every.matches) + len(every.notices)
    for number, found in enumerate(every.matches, 1):
        assert f'id="r1-s{number}"' in page and f"<bdi>{escape(found.why)}</bdi>" in page
        label = "" if found.status is Status.COPIED else f' data-s="{STATUSES[found.status]}"'
        assert f'data-n="{number}"{label} aria-label=' in page
    assert [heading for heading in HEADINGS.values() if f"<h4>{heading}</h4>" in page] == list(HEADINGS.values())
    assert '<mark class="m error g-stopped" data-m="r1-1">' in page
    assert '<mark class="m note g-quoted" data-m="r1-11">' in page


def test_notices_are_marked_in_the_draft_and_listed_the_gravest_first():
    page = to_html([every_status()])
    assert '<mark class="m error g-listed" data-m="r1-n3">©MMI The Meridian Press.' in page
    assert 0 < page.index('id="r1-sn3"') < page.index('id="r1-sn1"') < page.index('id="r1-sn2"')


def test_a_quotation_inside_a_passage_is_marked_lightly():
    page = to_html([every_status()])
    assert (
        'Fishermen who met the boat halfway said that </mark><mark class="m error g-copied said" data-m="r1-4">it was'
        in page
    )


def test_what_came_with_a_story_is_shown_whole_and_once():
    found = match("nine goats aboard", 0, 17)
    expression = "<o:policy>\n\t" + "odrl " * 900 + "\n</o:policy>"
    found = replace(found, source=replace(found.source, rights=Rights(State.KILLED, expression=expression)))
    page = to_html([report("nine goats aboard", [found, found])])
    assert page.count(f"<dd><bdi>{escape(expression)}</bdi></dd>") == 1
    assert page.count('<p class="alarm"><bdi>KILLED</bdi></p>') == 2


def test_a_report_read_back_shows_the_passages_and_leads_nowhere_else():
    page = to_html([from_json(to_json(every_status()))])
    sound(page)
    assert "The words in this text" in page and "nine goats aboard" in page
    assert 'href="#r1-d' not in page


def test_the_gravest_of_passages_that_overlap_gives_the_colour():
    text = "nine goats aboard the old ferry"
    quoted = replace(match(text, 0, 17), status=Status.QUOTED, severity=Severity.NOTE)
    page = to_html([report(text, [quoted, match(text, 5, 31)])])
    assert '<mark class="m note g-quoted" data-m="r1-1">nine <' in page
    assert '<mark class="m error g-copied more" data-m="r1-1 r1-2">goats aboard<' in page


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_markup(payload):
    text = f"x {payload} y"
    # cut in the middle of the payload: escaping must not depend on where a match ends
    edits = [Edit(Change.REPLACED, 3, 5, 3, 5)]
    matches = [match(text, 0, 6, title=payload, id=payload, edits=edits), match(text, 4, len(text), title=payload)]
    one = report(text, matches, id=payload, reasons=(payload,))
    assert sound(to_html([one, one])).draft == shown(text) * 2
    assert "<script>alert" not in to_html([one])


def test_overlapping_matches_share_their_words():
    text = "one two three four five"
    one = report(text, [match(text, 0, 13), match(text, 4, 18), match(text, 4, 18)])
    pieces = [(text[p.start : p.end], p.matches, p.begins) for p in draft_pieces(one)]
    assert pieces == [
        ("one ", (0,), (0,)),
        ("two three", (0, 1, 2), (1, 2)),
        (" four", (1, 2), ()),
        (" five", (), ()),
    ]
    page = to_html([one])
    assert sound(page).draft == text
    assert 'data-m="r1-1 r1-2 r1-3">two three<' in page


def test_many_and_none():
    texts = [ferry(), report("all clear", id="b"), report("", id="c", verdict=Verdict.INCOMPLETE, reasons=("binary",))]
    page = to_html(texts)
    sound(page)
    assert page.index('href="#r2"') < page.index('id="r1"')
    assert "Not fully checked" in page
    sound(to_html([]))


spans = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))


@given(st.text(st.characters(), max_size=50), st.lists(spans, max_size=5))
def test_the_draft_of_any_text_stands_in_the_page(text, cuts):
    matches = []
    for a, b, c, d in cuts:
        low, high = sorted((min(a, len(text)), min(b, len(text))))
        if low < high:
            edit = Edit(Change.REPLACED, *sorted((c, d)), *sorted((c, d)))
            matches.append(match(text, low, high, edits=[edit], kind=Kind.EDITED, title=text))
    draft = sound(to_html([report(text, matches, id=text)])).draft
    assert draft == shown(text)
    assert len(draft) == len(text)
