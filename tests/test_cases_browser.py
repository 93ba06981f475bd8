"""The pages of an audit in a real browser: they fetch nothing, hold nothing back from those who do not see, and fit."""

from __future__ import annotations

import pytest

from checker.cases.decisions import State
from checker.cases.outputs import write_outputs
from checker.cases.states import decide
from checker.cases.table import read_cases
from tests.audited import CLOCK, FLOOD, LEAD, NOTICE, OURS, SNOW, audit, page, unread, words_of
from tests.in_browser import Watched, barriers, chromium
from tests.test_cases_outputs import hostile_pages

pytestmark = pytest.mark.browser
FILES = ("cases.xlsx", "cases.csv", "unjudged.csv")
AT = "2001-07-02T09:00:00+00:00"
STORIES = (CLOCK, FLOOD, LEAD, SNOW)


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


def carried(count):
    """Pages of a dozen outlets with four stories, some of them edited."""
    for number in range(count):
        words = words_of(STORIES[number % 4], 45 + number % 7, 30 + 11 * (number % 9)).split()
        words[9::13] = ["umbrella"] * len(words[9::13])
        outlet = ("skerrow-lantern", "wick", "orrin-echo", "port-hallam-courier")[number % 4]
        yield page(
            number,
            f"https://www.{outlet}{number // 12}.example/2001/06/a-rather-long-address-of-a-page-{number}.html",
            f"{OURS}\n\n{' '.join(words)}\n\n{OURS * (number % 3)}",
            date=f"2001-0{1 + number % 6}-12T08:00:00+00:00",
            title=f"Morning news {number}",
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Thirty-six pages, hostile ones, and one decision, against an audit of half of them."""
    base = tmp_path_factory.mktemp("audit")
    write_outputs(audit(base / "old", list(carried(18))))
    last = [page(90, "https://wick0.example/notice", f"{OURS}\n\n{NOTICE}"), unread(91, "https://wick0.example/cut")]
    results = [*list(carried(36))[4:], *hostile_pages(), *last]
    write_outputs(audit(base / "new", results), since=base / "old")
    first = next(read_cases(base / "new"))
    decide(base / "new", first.id, State.DISMISSED, by="Ann <i>", at=AT, reason="their own, we took it over")
    write_outputs(base / "new")
    return base / "new"


@pytest.fixture
def watched(browser):
    """Opens pages; at the end nothing may have been complained of."""
    watching = Watched(browser)
    yield watching
    watching.close()
    assert watching.complaints == []


def pages(folder):
    """The summary, the page of the first case, and those of cases that are gone and of a hostile one."""
    cases = list(read_cases(folder))
    chosen = {cases[0].id, cases[-1].id, *(case.id for case in cases if "cmd" in case.outlet)}
    return [folder / "summary.html", *(folder / f"cases/{id}.html" for id in sorted(chosen))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_bars_the_way_for_anybody(folder, watched, scheme):
    for path in pages(folder):
        opened = watched.open(path.as_uri(), bypass_csp=True, color_scheme=scheme)
        opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert barriers(opened) == [], path.name


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_page_is_never_wider_than_the_window(folder, watched, width):
    for path in pages(folder):
        opened = watched.open(path.as_uri(), viewport={"width": width, "height": 800})
        opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert opened.evaluate("document.documentElement.scrollWidth") <= width, path.name


def test_nothing_is_fetched_and_nothing_runs(folder, watched):
    for path in pages(folder):
        asked = []
        opened = watched.open("about:blank")
        opened.on("request", lambda request, asked=asked: asked.append(request.url))
        opened.goto(path.as_uri())
        assert asked == [path.as_uri()]
        assert opened.locator("script, img, iframe, object, embed, form, link, [style], [onerror]").count() == 0


def test_it_works_without_scripts(folder, browser):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto((folder / "summary.html").as_uri())
    opened.locator("main a[href^='cases/']").first.click()
    assert opened.locator("h3", has_text="Side by side").is_visible()
    assert opened.locator("ins").count() >= 1
    opened.get_by_role("link", name="All cases").click()
    assert opened.locator("svg.network").is_visible()
    context.close()


def test_only_addresses_of_the_web_and_of_the_audit_are_links(folder, watched):
    for path in pages(folder):
        opened = watched.open(path.as_uri())
        links = opened.evaluate("[...document.querySelectorAll('a')].map(one => one.getAttribute('href'))")
        assert links
        assert all(
            link.startswith(("#", "cases/", "../summary.html", "https://www.", "https://wick0.", *FILES))
            for link in links
        ), links


def test_the_decision_and_its_reason_are_on_the_page(folder, watched):
    first = next(read_cases(folder))
    opened = watched.open((folder / f"cases/{first.id}.html").as_uri())
    row = opened.locator("tr", has_text="dismissed")
    assert row.inner_text().split("\t") == [
        "2001-07-02 09:00 UTC", "dismissed", "Ann <i>", "their own, we took it over",
    ]  # fmt: skip


def test_every_label_of_the_network_is_within_the_picture_and_on_no_other(folder, watched):
    opened = watched.open((folder / "summary.html").as_uri())
    boxes = opened.evaluate(
        "[...document.querySelectorAll('svg.network text')].map(one => { const box = one.getBBox();"
        " return [box.x, box.y, box.x + box.width, box.y + box.height, one.textContent]; })"
    )
    width = opened.evaluate("document.querySelector('svg.network').viewBox.baseVal.width")
    high = opened.evaluate("document.querySelector('svg.network').viewBox.baseVal.height")
    for left, top, right, bottom, text in boxes:
        assert left >= 0 and right <= width and top >= 0 and bottom <= high, text
    for one in boxes:
        for other in boxes:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] + 1 or other[3] <= one[1] + 1
            assert one is other or apart, (one[4], other[4])
