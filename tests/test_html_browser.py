"""The page in a real browser. Without one these tests are skipped, but not where CI is set: there they fail."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest

from checker.model import Kind, Verdict
from checker.reports.html import to_html
from tests.reports_by_hand import ferry, match, report

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
    assert focused(opened) == "r2-d1"
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
