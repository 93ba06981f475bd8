"""Pages judged in an audit: each by its own dates and site; what goes wrong stays with it; what was seen before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checker.audit.judging as judging
from checker.audit.again import again
from checker.audit.judging import judge_pages
from checker.audit.nouns import Outcome, Page, PageKind, Result, Setting, Terms
from checker.audit.plan import Plan, sameness
from checker.audit.schema import pages_batch, pages_of, results_batch, results_of
from checker.policy.load import read
from checker.policy.nouns import DEFAULT_POLICY, House, Licence, Policy
from checker.reports.json import from_json
from fingerprints.errors import IndexDamaged
from tests.audited import CLOCK, FLOOD, NOTICE, OURS, index, words_of

AT = datetime(2001, 7, 1, 12, tzinfo=UTC)
TERMS = Terms(AT)
URL = "https://wick.example/clock"
HOLDER = "Meridian Press"


def html(text: str, head: str = "") -> bytes:
    return f"<html><head><title>Wick</title>{head}</head><body><p>{text}</p></body></html>".encode()


def page(body: bytes, number: int = 0, **more: Any) -> Page:
    facts = more.pop("facts", {})
    return Page(
        number,
        "site.warc",
        f"site.warc, record {number + 1}",
        more.pop("name", "page.html"),
        body,
        **{"url": URL, "date": "2001-06-30T08:00:00Z", **more},
        facts={"wirecheck:within": "warc", **facts},
    )


def judged(one: Page, policy: Policy = DEFAULT_POLICY, terms: Terms = TERMS) -> Result:
    (result,) = judge_pages([one], index(), Setting(policy, terms))
    return result


@cache
def copy() -> bytes:
    """A page with forty words of the story about the museum clock."""
    return html(words_of(CLOCK, 20, 40))


def test_a_page_with_wire_copy_has_its_report_and_its_bytes() -> None:
    result = judged(page(copy()))
    assert (result.outcome, result.verdict, result.severity, result.id) == (Outcome.JUDGED, "flagged", "error", URL)
    assert (result.site, result.title, result.date) == ("wick.example", "Wick", "2001-06-30T08:00:00+00:00")
    assert result.at == result.date
    assert result.body == copy()
    (match,) = from_json(result.report).matches
    assert (match.source.id, match.words) == (CLOCK, result.copied_words)


def test_a_page_of_ones_own_is_only_counted() -> None:
    result = judged(page(html(OURS)))
    assert (result.verdict, result.severity, result.report, result.body) == ("clear", "", "", b"")
    assert result.words == len(OURS.split())


def test_a_page_that_cannot_be_read_says_why() -> None:
    result = judged(page(b"\x89PNG\r\n\x1a\n" + bytes(64), name="picture.png"))
    assert result.outcome is Outcome.UNREADABLE and result.why and not result.report


def test_an_entry_that_is_no_page_is_told() -> None:
    result = judged(replace(page(b""), unreadable="It is cut in the middle."))
    assert (result.outcome, result.why) == (Outcome.UNREADABLE, ("It is cut in the middle.",))


@pytest.mark.parametrize("body", [html("Nothing is here any more."), b"", b"\x89PNG\r\n\x1a\n" + bytes(9)])
def test_an_address_that_says_there_is_no_page_is_gone(body: bytes) -> None:
    result = judged(page(body, kind=PageKind.GONE, facts={"http_status": "410"}))
    assert (result.outcome, result.verdict, result.report, result.body) == (Outcome.GONE, "", "", b"")
    assert (result.id, result.url, result.date) == (URL, URL, "2001-06-30T08:00:00+00:00")
    assert result.remarks == ("It answered with status 410: there is no page.",)


def test_an_address_that_says_so_and_shows_the_copy_all_the_same_is_judged() -> None:
    result = judged(page(copy(), kind=PageKind.GONE, facts={"http_status": "404"}))
    assert (result.outcome, result.severity, result.body) == (Outcome.JUDGED, "error", copy())


def test_without_a_date_it_is_judged_as_of_the_audit() -> None:
    result = judged(page(copy(), date=""))
    assert result.date == "" and result.at == AT.isoformat()
    assert result.remarks == ("It has no date; it was judged as of the audit's own time.",)


def licence(**more: Any) -> Policy:
    return Policy(licences=(Licence("web", HOLDER, **more),))


def test_the_licence_counts_that_held_when_the_page_was_seen() -> None:
    ended = licence(valid_until=datetime(2001, 6, 30, 12, tzinfo=UTC))
    assert judged(page(copy()), ended).severity == "note"
    assert judged(page(copy(), date="2001-06-30T13:00:00Z"), ended).severity == "error"


def test_of_the_day_it_came_out_and_the_day_it_was_seen_the_graver_counts() -> None:
    """Licensed when it was seen, and published before the licence began."""
    late = licence(valid_from=datetime(2001, 6, 25, tzinfo=UTC))
    head = '<meta property="article:published_time" content="2001-06-22T10:00:00Z">'
    result = judged(page(html(words_of(CLOCK, 20, 40), head)), late)
    assert (result.severity, result.at) == ("error", "2001-06-22T10:00:00+00:00")
    assert (result.published, result.date) == ("2001-06-22T10:00:00+00:00", "2001-06-30T08:00:00+00:00")


def test_own_pages_are_known_by_their_site() -> None:
    ours = Policy(house=House(domains=("wick.example",), holders=(HOLDER,)))
    assert judged(page(copy()), ours).severity == "note"
    assert judged(page(copy(), url=""), ours, replace(TERMS, site="wick.example")).site == "wick.example"


def test_a_file_of_several_texts_has_a_result_for_each() -> None:
    feed = (Path(__file__).parent / "formats").rglob("*")
    several = 0
    for number, path in enumerate(sorted(one for one in feed if one.is_file())):
        results = list(
            judge_pages([page(path.read_bytes(), number, name=path.name)], index(), Setting(DEFAULT_POLICY, TERMS))
        )
        assert [one.part for one in results] == list(range(len(results)))
        several += len(results) > 1
    assert several


class Failing:
    """The index, but for one check of many."""

    def __init__(self, error: Exception, after: int) -> None:
        self._index, self._error, self._left = index(), error, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def count(self) -> int:
        """Asked for once a check."""
        self._left -= 1
        if self._left == 0:
            raise self._error
        return self._index.count()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (IndexDamaged("The index in wire/ is damaged."), "The index in wire/ is damaged."),
        (MemoryError(), "Judging it asks for more memory than there is."),
        (RecursionError(), "It is nested too deeply to be judged."),
    ],
)
def test_what_goes_wrong_with_one_page_stays_with_it(error: Exception, sentence: str) -> None:
    pages = [page(html(words_of(CLOCK, 20 + number, 40)), number) for number in range(3)]
    failing: Any = Failing(error, 2)
    results = list(judge_pages(pages, failing, Setting(DEFAULT_POLICY, TERMS)))
    assert [one.outcome for one in results] == [Outcome.JUDGED, Outcome.UNJUDGED, Outcome.JUDGED]
    assert results[1].why == (sentence,) and results[1].number == 1 and not results[1].report


def test_an_error_of_ours_is_told_without_words_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(page: Page) -> Iterator[Any]:
        yield from ()
        raise KeyError(page.body)

    monkeypatch.setattr(judging, "documents_of", broken)
    (sentence,) = judged(page(copy())).why
    assert sentence.startswith("Wirecheck failed at it (KeyError in test_audit_judging.py, line ")
    assert "clock" not in sentence


def test_a_map_is_drawn_from_keys_of_what_people_see() -> None:
    mapped = judged(page(copy()), terms=replace(TERMS, map=True))
    hidden = html(words_of(CLOCK, 20, 40) + f'</p><p style="display:none">{words_of(FLOOD, 0, 60)}')
    assert mapped.keys and mapped.bands and mapped.keys == tuple(sorted(mapped.keys))
    assert judged(page(hidden), terms=replace(TERMS, map=True)).keys == mapped.keys
    assert judged(page(copy())).keys == ()


# Pages that were seen before.

LINKED = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2001-06-24"}</script>'
CREATED = '<meta property="article:published_time" content="2001-06-21T10:00:00Z">'


@cache
def bodies() -> tuple[bytes, ...]:
    taken = words_of(CLOCK, 20, 40)
    return (
        copy(),
        html(OURS),
        html(f"{OURS} {NOTICE}"),
        html(taken, CREATED),
        html(taken, LINKED),
        html(f"{taken}</p><p>{words_of(FLOOD, 10, 50)}</p><p>\u201c{words_of(FLOOD, 70, 12)}\u201d"),
        html(""),
        taken.encode(),
        b"# Clock\n\n" + taken.encode(),
        taken.encode("utf-16"),
        f"Caf\u00e9 {taken}".encode("latin-1"),
        b"%PDF-1.4 broken",
    )


DATES = st.sampled_from(
    ["", "2001-06-30T08:00:00Z", "2001-06-22", "20010625070000", "2001-06-26T08:00:00", "2031-01-01", "tomorrow"]
)
URLS = st.sampled_from(["", URL, "https://hallam.example/a", "https://www.wick.example/b?c=1", "nonsense"])
WITHIN = st.sampled_from(
    [("", "page.{}"), ("warc", "site.warc, record {}"), ("jsonl", "b.jsonl, line {}"), ("zip", "{}")]
)
POLICIES = st.sampled_from(["plain", "licensed", "window", "own", "days", "waived"])


def policy_named(name: str) -> Policy:
    def utc(day: int) -> datetime:
        return datetime(2001, 6, day, tzinfo=UTC)

    return {
        "plain": DEFAULT_POLICY,
        "licensed": licence(),
        "window": licence(valid_from=utc(23), valid_until=utc(26)),
        "own": Policy(house=House(domains=("wick.example",), holders=(HOLDER,))),
        "days": licence(days_on_web=4),
        "waived": read(Path(__file__).parent / "audit_waiver.toml"),
    }[name]


@st.composite
def twins(draw: st.DrawFn) -> tuple[Page, Page]:
    """Two pages of the same bytes, seen at two places and times."""
    within, place = draw(WITHIN)
    body = draw(st.sampled_from(bodies()))
    kind = PageKind.TEXT if within == "jsonl" and draw(st.booleans()) else PageKind.FILE
    if within == "warc" and draw(st.booleans()):
        kind = PageKind.GONE
    if kind is PageKind.TEXT:
        body = words_of(CLOCK, 20, 40).encode()
    ending = draw(st.sampled_from(["html", "txt", "md", "pdf"]))
    published = draw(st.sampled_from([{}, {"published": "2001-06-27T00:00:00Z"}, {"published": "2001-06-29"}]))
    doubts = draw(st.sampled_from([(), ("its end is missing",)]))
    charset = draw(st.sampled_from(["", "utf-8", "iso-8859-1"]))
    has_title = kind is PageKind.TEXT and draw(st.booleans())

    def one(number: int) -> Page:
        facts = {"wirecheck:within": within} if within else {}
        if draw(st.booleans()) and within:
            facts["wirecheck:id"] = f"id-{number}"
        facts |= {"title": f"Title {number}", "byline": "Tilda Marsh"} if has_title else {}
        facts |= {"record_digest": f"sha1:{number}"} if within == "warc" else {}
        facts |= {"http_status": "404"} if kind is PageKind.GONE else {}
        name = f"wick/{number}.{ending}"
        return Page(
            number, "in", place.format(number if place != "{}" else name), name, body, kind, draw(URLS), draw(DATES),
            charset, {**facts, **published}, doubts,
        )  # fmt: skip

    return one(3), one(7)


@settings(max_examples=120, deadline=None)
@given(twins(), POLICIES, st.booleans())
def test_a_page_seen_before_is_judged_as_if_it_had_not_been(pair: tuple[Page, Page], name: str, mapped: bool) -> None:
    """As the coordinator does it: what is known of the earlier page has been to Arrow and back."""
    first, second = pages_of(pages_batch(pair))
    key = sameness(first)
    if not key or key != sameness(second):
        return
    setting = Setting(policy_named(name), Terms(AT, site="press.example", map=mapped))
    (before,) = judge_pages([first], index(), setting)
    (itself,) = judge_pages([second], index(), setting)
    (kept,) = results_of(results_batch([replace(before, body=b"")]))
    assert again(kept, second, setting) == replace(itself, same_as=3)


def test_the_same_bytes_are_the_same_page_at_another_address_only_where_nothing_else_tells_them_apart() -> None:
    one = page(copy(), 1)
    assert sameness(one) == sameness(page(copy(), 2, url="https://hallam.example/x", date="2001-06-01", name="x.html"))
    for other in (
        page(copy() + b" ", 2),
        page(copy(), 2, charset="koi8-r"),
        page(copy(), 2, name="page.txt"),
        page(copy(), 2, doubts=("its end is missing",)),
        page(copy(), 2, facts={"published": "2001-06-22"}),
        replace(page(copy(), 2), kind=PageKind.TEXT),
    ):
        assert sameness(other) != sameness(one)
    feed = b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>A</title></item></channel></rss>'
    assert sameness(page(feed, name="feed.xml")) == b""  # its texts have names of their own
    assert sameness(replace(one, unreadable="It is cut.")) == b""


def test_a_page_that_was_not_judged_leaves_its_twins_unjudged() -> None:
    failing: Any = Failing(IndexDamaged("The index is damaged."), 1)
    (before,) = judge_pages([page(copy(), 1)], failing, Setting(DEFAULT_POLICY, TERMS))
    told = again(before, page(copy(), 5), Setting(DEFAULT_POLICY, TERMS))
    assert (told.outcome, told.why, told.same_as) == (Outcome.UNJUDGED, ("The index is damaged.",), 1)


def test_chunks_go_by_the_pages_alone() -> None:
    pages = [page(html(f"{OURS} {number % 50}"), number) for number in range(150)]
    plan = Plan()
    chunks = list(plan.chunks(iter(pages)))
    assert [len(chunk.pages) for chunk in chunks] == [64, 64, 22]
    assert chunks[0].same == {number: number - 50 for number in range(50, 64)}
    assert chunks[2].same[149] == 49 and plan.chunk_of(149) == 2 and plan.chunk_of(64) == 1 and plan.chunk_of(63) == 0
    assert [chunk.digest for chunk in Plan().chunks(pages)] == [chunk.digest for chunk in chunks]
    moved = [*pages[:70], replace(pages[70], date="2001-06-01"), *pages[71:]]
    differ = [a.digest != b.digest for a, b in zip(Plan().chunks(moved), chunks, strict=True)]
    assert differ == [False, True, False]


def test_a_chunk_is_no_larger_than_a_process_bears() -> None:
    large = [page(bytes([65 + number]) * (3 << 20), number, name="a.txt") for number in range(7)]
    assert [len(chunk.pages) for chunk in Plan().chunks(large)] == [3, 3, 1]
