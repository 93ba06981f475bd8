"""The page in a real browser. Without one these tests are skipped, but not where CI is set: there they fail."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest

from checker.model import Kind, Verdict
from checker.reports.html import to_html
from tests.reports_by_hand import every_status, ferry, match, report

pytestmark = pytest.mark.browser
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser():
    """One chromium for all tests."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None or importlib.util.find_spec("playwright") is None:
        missing = "chromium" if path is None else "playwright"
        if os.environ.get("CI"):
            pytest.fail(f"{missing} is not installed, and in CI the page must be tested in a browser")
        pytest.skip(f"{missing} is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        # no sandbox: as root chromium has none, and the page is our own
        running = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The page of three texts: overlapping passages, many of them, hostile titles, none."""
    long = "\n".join(f"Line {n}: the ferry with the goats is late once more." for n in range(120))
    step = len("Line 1: the ferry with the goats is late once more.") + 30
    many = [match(long, at, at + 40, title=f"Story {at}") for at in range(100, len(long) - 100, step * 8)]
    many.append(match(long, 120, 190, kind=Kind.REWRITTEN, title="<img src=x onerror=alert(1)>"))
    texts = [
        report(long, many, id="long.txt"),
        ferry(),
        report("", id="c", verdict=Verdict.INCOMPLETE, reasons=("binary",)),
        every_status(),
    ]
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(to_html(texts), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser, address):
    """Opens the page with settings; at the end nothing may have been complained of or fetched."""
    complaints: list[str] = []
    contexts = []

    def open_page(**settings):
        context = browser.new_context(
            **({"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"} | settings)
        )
        contexts.append(context)
        opened = context.new_page()
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("request", lambda asked: None if asked.url == address else complaints.append(asked.url))
        opened.goto(address)
        return opened

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def focused(opened):
    return opened.evaluate("document.activeElement.id")


def test_keys_move_between_passages_and_light_up_both_sides(page):
    opened = page()
    opened.keyboard.press("n")
    assert focused(opened) == "r1-d1"
    opened.keyboard.press("j")
    first, second = opened.evaluate("[...document.querySelectorAll('.call')].slice(0, 2).map(call => call.id)")
    assert focused(opened) == second
    assert opened.locator(".card.on").get_attribute("id") == second.replace("-d", "-s")
    assert opened.locator(".text .on").count() >= 1
    assert opened.locator("#said").inner_text().startswith("2 of ")
    opened.keyboard.press("k")
    assert focused(opened) == first
    opened.keyboard.press("p")
    assert focused(opened) == "r4-dn3"
    opened.keyboard.press("Control+n")
    assert opened.locator(f"#{focused(opened)}").is_visible()


def test_enter_leads_from_the_draft_to_the_story_and_back(page):
    opened = page()
    opened.keyboard.press("n")
    opened.keyboard.press("Enter")
    opened.wait_for_function("document.activeElement.id === 'r1-s1'")
    opened.locator("#r1-s1 .back").press("Enter")
    opened.wait_for_function("document.activeElement.id === 'r1-d1'")


def test_tab_reaches_the_skip_link_first_and_every_passage(page):
    opened = page()
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    seen = set()
    for _ in range(200):
        opened.keyboard.press("Tab")
        seen.add(focused(opened))
    assert set(opened.evaluate("[...document.querySelectorAll('.call')].map(call => call.id)")) <= seen


def test_a_click_on_a_mark_shows_its_source(page):
    opened = page()
    opened.locator("#r2 .text .m").first.click()
    assert opened.locator(".card.on").get_attribute("id") == "r2-s1"


def test_wherever_the_keys_lead_the_card_is_in_view(page):
    opened = page()
    opened.locator("#r4-dn1").focus()
    visible = """document.querySelector('.card.on').getBoundingClientRect().top
        - document.querySelector('#r4 .sources').getBoundingClientRect().top"""
    for _ in every_status().matches:
        opened.keyboard.press("n")
        assert -10 <= opened.evaluate(visible) <= 600
        assert opened.locator(".card.on").get_attribute("id") == focused(opened).replace("-d", "-s")


def test_a_group_that_was_folded_away_opens_for_its_passage(page):
    opened = page()
    quoted = opened.locator("#r4 details.group", has=opened.locator("#r4-s11"))
    quoted.locator("summary").first.click()
    assert not opened.locator("#r4-s11").is_visible()
    opened.locator("#r4-d11").press("Enter")
    opened.wait_for_function("document.activeElement.id === 'r4-s11'")
    assert opened.locator("#r4-s11").is_visible()


def test_a_notice_is_marked_in_the_draft_and_leads_to_its_card(page):
    opened = page()
    opened.locator("#r4 .text mark", has_text="All Rights Reserved").click()
    assert opened.locator(".card.on").get_attribute("id") == "r4-sn3"
    assert focused(opened) == "r4-dn3"


def test_groups_differ_in_line_and_severities_in_colour(page):
    opened = page()
    styles = opened.evaluate(
        """[...document.querySelectorAll('#r4 .legend mark')].map(mark => {
            const style = getComputedStyle(mark);
            return [mark.textContent, style.borderBottomStyle, style.borderBottomWidth];
        })"""
    )
    assert styles == [
        ["must not run", "double", "4px"],
        ["copied", "solid", "2px"],
        ["licensed, own, waived", "dashed", "2px"],
        ["quoted", "dotted", "2px"],
        ["stock, facts, furniture", "solid", "1px"],
        ["notice", "solid", "1px"],
        ["quotation inside", "dotted", "2px"],
    ]
    colours = opened.evaluate(
        "['error', 'warning', 'note'].map(name => "
        "getComputedStyle(document.querySelector(`#r4 .text mark.${name}`)).backgroundColor)"
    )
    assert len(set(colours)) == 3


CONTRAST = """() => {
    const channel = value => (value /= 255) <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
    const colour = text => text.match(/[\\d.]+/g).map(Number);
    const bright = ([red, green, blue]) => .2126 * channel(red) + .7152 * channel(green) + .0722 * channel(blue);
    const behind = element => {
        for (; element; element = element.parentElement) {
            const found = colour(getComputedStyle(element).backgroundColor);
            if (found[3] !== 0 && !(found[3] < 1)) return found;
        }
        return [255, 255, 255];
    };
    const texts = 'mark, .alarm, .chip, .fine, .rule, dt, dd, h5, .missing, .origin, del, .number, .badge, summary, a';
    return [...document.querySelectorAll(texts)]
        .filter(element => element.textContent.trim() && element.offsetParent)
        .map(element => {
            const pair = [colour(getComputedStyle(element).color), behind(element)].map(bright);
            const ratio = (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
            return [ratio, element.className, element.textContent.slice(0, 20)];
        })
        .filter(([ratio]) => ratio < 4.5);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out_from_what_is_behind_them(page, scheme):
    """A contrast of 4.5 and more (WCAG 2.2, 1.4.3)."""
    assert page(color_scheme=scheme).evaluate(CONTRAST) == []


def test_dark_and_light(page):
    def background(scheme):
        return page(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")

    assert background("light") == "rgb(244, 243, 239)"
    assert background("dark") == "rgb(19, 20, 22)"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_window(page, width):
    opened = page(viewport={"width": width, "height": 700})
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    draft = opened.locator("#r1 .draft").bounding_box()
    source = opened.locator("#r1 .sources").bounding_box()
    assert (source["y"] >= draft["y"] + draft["height"]) == (width < 960)


def test_it_works_without_its_script(page):
    opened = page(java_script_enabled=False)
    opened.locator("#r1-d1").click()
    assert opened.url.endswith("#r1-s1")
    assert opened.locator("#r1-s1").is_visible()


def test_the_script_of_a_title_does_not_run_and_the_draft_can_be_copied(page):
    opened = page()
    assert opened.locator("img").count() == 0
    assert opened.locator("#r2 .text").evaluate("node => node.textContent") == ferry().text


def test_every_link_and_region_has_a_name(page):
    opened = page()
    nameless = """[...document.querySelectorAll('a, [role=region], nav')].filter(element =>
        !(element.getAttribute('aria-label') || element.textContent.trim()))"""
    assert opened.evaluate(f"{nameless}.length") == 0
    assert opened.evaluate("document.querySelectorAll('h1').length") == 1
