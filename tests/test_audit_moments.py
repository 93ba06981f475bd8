"""When a page of an audit was seen and published, as of when it is judged, and on whose site it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.audit.moments import moments, time_of
from checker.audit.nouns import Outcome, Page, Result, Terms
from checker.audit.published import published_by
from checker.audit.reading import documents_of, page_of, site_of
from checker.policy.holders import within
from checker.readers import Document

AT = datetime(2029, 5, 1, 12, tzinfo=UTC)
TERMS = Terms(AT)
TUESDAY = datetime(2029, 4, 3, 7, tzinfo=UTC)
MISSING = "It has no date; it was judged as of the audit's own time."


def page(date: str = "", url: str = "", **facts: str) -> Page:
    return Page(0, "site.warc", "site.warc, record 1", "a.html", b"<p>goats", url=url, date=date, facts=facts)


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("2029-04-03T07:00:00Z", TUESDAY),
        ("2029-04-03T09:00:00+02:00", TUESDAY),
        ("2029-04-03T07:00:00.000000001Z", TUESDAY),
        ("20290403T070000Z", TUESDAY),
        ("20290403070000", TUESDAY),
        ("Tue, 03 Apr 2029 07:00:00 GMT", TUESDAY),
        ("Tue, 3 Apr 2029 03:00:00 -0400", TUESDAY),
        ("1869894000", TUESDAY),
        ("1869894000.0", TUESDAY),
        ("1869894000000", TUESDAY),
        ("2029-04-03 07:00", TUESDAY.replace(tzinfo=None)),
        ("Tue, 03 Apr 2029 07:00:00 -0000", TUESDAY.replace(tzinfo=None)),
        ("2029-04-03", datetime(2029, 4, 3)),  # noqa: DTZ001
        ("Tuesday", None),
        ("April 3", None),
        ("03/04/2029", None),
        ("2029-13-45", None),
        ("29", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("99999999999999", None),
        ("2029-04-03" + " " * 500 + "x", None),
        ("", None),
    ],
)
def test_a_time_in_any_of_its_forms(said: str, when: datetime | None):
    assert time_of(said) == when


def test_a_page_is_judged_as_of_when_it_was_seen():
    found = moments(page("2029-04-03T07:00:00Z"), None, TERMS)
    assert (found.seen, found.published, found.at, found.remarks) == (TUESDAY, None, (TUESDAY,), ())


def test_a_page_is_judged_as_of_when_it_came_out_too():
    found = moments(page("2029-04-03T07:00:00Z", published="2029-04-02T06:00:00Z"), None, TERMS)
    out = datetime(2029, 4, 2, 6, tzinfo=UTC)
    assert (found.seen, found.published, found.at, found.remarks) == (TUESDAY, out, (TUESDAY, out), ())


def test_what_the_page_says_itself_counts_where_nobody_else_says():
    html = b'<meta property="article:published_time" content="2029-04-01T06:00:00Z"><p>Goats'
    one = Page(0, "a.html", "a.html", "a.html", html)
    (document,) = documents_of(one)
    assert isinstance(document, Document)
    out = datetime(2029, 4, 1, 6, tzinfo=UTC)
    found = moments(one, document, TERMS)
    assert (found.published, found.at, found.remarks) == (out, (AT, out), (MISSING,))
    told = Page(0, "b.jsonl", "b.jsonl, line 1", "a.html", html, facts={"published": "2029-04-02T06:00:00Z"})
    assert moments(told, document, TERMS).published == datetime(2029, 4, 2, 6, tzinfo=UTC)


LINKED = '<script type="application/ld+json">{}</script>'
OUT = "2029-04-02T06:00:00Z"


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('<meta property="article:published_time" content="2029-04-02T06:00:00Z">', OUT),
        (LINKED.format('{"@type": "NewsArticle", "datePublished": "2029-04-02T06:00:00Z"}'), OUT),
        (LINKED.format('[{"@type": "Person"}, {"@type": ["Report"], "datePublished": "2029-04-02T06:00:00Z"}]'), OUT),
        (LINKED.format('{"@graph": [{"@type": "WebPage", "datePublished": "2029-04-02T06:00:00Z"}]}'), OUT),
        (LINKED.format('{"@type": "VideoObject", "datePublished": "2029-04-02T06:00:00Z"}'), ""),
        (LINKED.format('{"@type": "NewsArticle", "video": {"datePublished": "2029-04-02T06:00:00Z"}}'), ""),
        (LINKED.format('{"@type": "NewsArticle", "datePublished": ["x"]}'), ""),
        (LINKED.format('{"datePublished": '), ""),
        (LINKED.format("[" * 100_000 + '"datePublished"'), ""),
        ('<time itemprop="datePublished" datetime="2029-04-02T06:00:00Z">Monday</time>', OUT),
        ("<span itemprop=datePublished content=2029-04-02T06:00:00Z>", OUT),
        ("<p>The itemprop datePublished is a word, as content='2029-04-02T06:00:00Z' is.", ""),
        ("<meta name='DC.date.issued' content='2029-04-02T06:00:00Z'>", OUT),
        ('<meta content="2029-04-02T06:00:00Z" name="pubdate"/>', OUT),
        ('<meta name="date-of-birth" content="2029-04-02T06:00:00Z">', ""),
        ('<meta property="article:modified_time" content="2029-04-02T06:00:00Z">', OUT),
        ("<time datetime='2029-04-02T06:00:00Z'>of a comment</time>", ""),
    ],
)
def test_what_a_page_says_to_machines_of_when_it_came_out(head: str, said: str):
    (document,) = documents_of(Page(0, "a.html", "a.html", "a.html", f"<html><head>{head}</head><p>Goats".encode()))
    assert isinstance(document, Document)
    assert published_by(document) == said


@pytest.mark.parametrize(
    "evil",
    ["<script application/ld+json>", "<meta name=date ", "<a itemprop=datePublished ", "<meta ", "datePublished"],
)
def test_a_page_of_nothing_but_such_marks_says_nothing(evil: str):
    assert published_by(Document("a.html", "", format="html", original=evil * 100_000)) == ""


@pytest.mark.parametrize(
    ("date", "published", "remarks"),
    [
        ("", "", [MISSING]),
        ("soon", "", ["Its date 'soon' is none that can be read; it was judged as of the audit's own time."]),
        (
            "2031-01-01T00:00:00Z",
            "",
            ["Its date '2031-01-01T00:00:00Z' is later than the audit's own time; it was judged as of that."],
        ),
        ("2029-04-03T07:00:00", "", ["Its date names no zone; it was taken as UTC."]),
        ("2029-04-03", "", ["Its date names no hour; the day was taken from 00:00 UTC on."]),
        (
            "2029-04-03T07:00:00Z",
            "2030-01-01T00:00:00Z",
            ["Its date of publication '2030-01-01T00:00:00Z' is later than the audit's own time."],
        ),
        ("2029-04-03T07:00:00Z", "someday", ["Its date of publication 'someday' is none that can be read."]),
        ("2029-04-03T07:00:00Z", "2029-04-03T08:00:00Z", ["It says that it was published after it was seen."]),
        (
            "x" * 99,
            "",
            [f"Its date '{'x' * 37}...' is none that can be read; it was judged as of the audit's own time."],
        ),
        (
            "\u202e3.4.",
            "",
            ["Its date '\\u202e3.4.' is none that can be read; it was judged as of the audit's own time."],
        ),
    ],
)
def test_what_is_amiss_with_a_date_is_said(date: str, published: str, remarks: list[str]):
    found = moments(page(date, published=published), None, TERMS)
    assert list(found.remarks) == remarks
    assert max(found.at) <= AT
    assert found.at[0] == (found.seen or AT)


def test_a_clock_that_is_a_little_fast_is_no_future():
    found = moments(page("2029-05-01T22:00:00Z"), None, TERMS)
    assert (found.seen, found.at, found.remarks) == (datetime(2029, 5, 1, 22, tzinfo=UTC), (AT,), ())


@given(
    st.text(max_size=60) | st.datetimes().map(str) | st.integers().map(str) | st.floats().map(str), st.text(max_size=60)
)
def test_no_date_is_too_odd(date: str, published: str):
    found = moments(page(date, published=published), None, TERMS)
    assert 1 <= len(found.at) <= 2
    for when in (*found.at, *filter(None, (found.seen, found.published))):
        assert when.utcoffset() == timedelta(0)
        assert when <= AT + timedelta(days=1)
    assert all(when <= AT for when in found.at)
    assert all(remark.isascii() and remark.endswith(".") for remark in found.remarks)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://News.Wick.example/goats?x#y", "news.wick.example"),
        ("http://desk:secret@wick.example:8080/", "wick.example"),
        ("https://wick.example./goats", "wick.example"),
        ("//wick.example/goats", "wick.example"),
        ("www.wick.example/goats", "www.wick.example"),
        ("https://xn--bcher-kva.example/", "bücher.example"),
        ("https://xn--strae-oqa.example/", "straße.example"),
        ("https://xn--j2bd4cyah0f.example/", "हिन्दी.example"),
        ("https://xn--ls8h.example/", "xn--ls8h.example"),
        ("https://xn--zz-.example/", "xn--zz-.example"),
        ("https://[::1]/goats", "::1"),
        ("https://[bad/goats", "own.example"),
        ("https://wick example/", "own.example"),
        ("https://" + "a" * 300 + ".example/", "own.example"),
        ("urn:uuid:1", "own.example"),
        ("wick.example/goats", "wick.example"),
        ("goats.html", "own.example"),
        ("", "own.example"),
    ],
)
def test_the_host_of_an_address(url: str, site: str):
    assert site_of(page(url=url), Terms(AT, site="Own.example")) == site


def test_the_site_of_a_row_and_of_nobody():
    assert site_of(page(site="Wick.example"), Terms(AT, site="own.example")) == "wick.example"
    assert site_of(page(), TERMS) == ""
    assert within(site_of(page(url="https://news.wick.example/"), TERMS), ("wick.example",))


def test_a_domain_is_the_same_in_punycode():
    for domain in ("bücher.example", "xn--bcher-kva.example", "Xn--Bcher-kva.example"):
        for url in ("https://www.bücher.example/", "https://www.xn--bcher-kva.example/"):
            assert within(site_of(page(url=url), TERMS), (domain,))
            assert within(url, (domain,))
    assert not within("https://bucher.example/", ("xn--bcher-kva.example",))


@given(st.text(max_size=80))
def test_no_address_is_too_odd(url: str):
    assert site_of(page(url=url), TERMS).isprintable()
    assert site_of(page(url=f"https://{url}"), TERMS).isprintable()


def test_a_result_has_what_its_page_is_made_of_again():
    one = page("2029-04-03T07:00:00Z", "https://wick.example/goats", **{"wirecheck:within": "warc", "record_id": "1"})
    result = Result(
        0,
        0,
        Outcome.JUDGED,
        one.input,
        one.place,
        one.name,
        "https://wick.example/goats",
        url=one.url,
        date=one.date,
        facts=one.facts,
        body=one.body,
    )
    assert page_of(result) == one
