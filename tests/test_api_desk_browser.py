"""The desk's page in a real browser, with answers made by hand."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.in_browser import Watched, barriers, chromium
from tests.page_by_hand import HERE, Canned

pytestmark = pytest.mark.browser
INDEX, LIST, ADD = "GET /v1/index", "GET /v1/articles", "POST /v1/articles"
EVIL = "<img src=x onerror=alert(1)>\u202e"
FIGURES = {
    "works": 12_014,
    "revisions": 13_001,
    "words": 5_100_200,
    "file_bytes": 123_456_789,
    "expired": 0,
    "spec": "ab12cd34",
    "killed": [
        {
            "id": "mp-1",
            "title": "Goats sail",
            "state": "killed",
            "since": "2026-03-01T12:04:00Z",
            "by": "mp-8",
            "note": "KILL: the captain has a name",
        }
    ],
    "embargoed": [{"id": "mp-5", "title": "New ferry company named", "embargo": "2026-03-06T09:00:00+01:00"}],
}


@pytest.fixture(scope="module")
def browser():
    """One chromium for all tests."""
    with chromium() as running:
        yield running


@pytest.fixture
def watched(browser):
    """Nothing may be complained of but what a test forgives, and no dialog opened."""
    pages = Watched(browser)
    yield pages
    pages.close()
    assert pages.complaints == []


def story(number, **changes):
    told = {"id": f"mp-{number}", "title": f"Skerrow notes, {number}", "holder": "Meridian Press", "version": "2"}
    return told | {"words": 300, "added": "2026-03-01T06:00:00Z", "revision": 1, "story": "", "expired": ""} | changes


def pages_of(*stories):
    """A list of two stories a page; its cursors are numbers."""

    def page(request):
        at = int(parse_qs(urlsplit(request.url).query).get("cursor", ["0"])[0])
        following = str(at + 2) if at + 2 < len(stories) else None
        return 200, {"articles": stories[at : at + 2], "next": following}

    return page


def desk(**answers):
    return Canned(**{INDEX: (200, FIGURES), LIST: pages_of(*map(story, range(5))), **answers})


def titles(page):
    return page.locator("#stories th > bdi").all_inner_texts()


def test_figures_kills_and_embargoes(watched):
    page = watched.open(HERE + "/desk", desk())
    page.wait_for_selector("#stories tr")
    assert page.locator("#figures dd").all_inner_texts() == [
        "12,014", "13,001", "5,100,200", "0", "123.5 MB", "ab12cd34"
    ]  # fmt: skip
    killed = page.inner_text("#killed")
    assert "killed Goats sail mp-1" in killed.replace("✗ ", "")
    assert "2026-03-01 12:04 UTC, by mp-8, KILL: the captain has a name" in killed
    assert "until 2026-03-06 09:00 +01:00 New ferry company named" in page.inner_text("#embargoed")


def test_stories_come_page_by_page(watched):
    canned = desk()
    page = watched.open(HERE + "/desk", canned)
    page.wait_for_selector("#stories tr")
    assert titles(page) == ["Skerrow notes, 0", "Skerrow notes, 1"]
    for expected in (4, 5):
        page.click("#more")
        page.locator("#stories tr").nth(expected - 1).wait_for()
    assert titles(page) == [f"Skerrow notes, {number}" for number in range(5)]
    assert page.inner_text("#listed") == "5 stories shown, which is all"
    assert not page.is_visible("#more")
    assert page.evaluate("document.activeElement.textContent").endswith("Skerrow notes, 4")


def test_an_empty_index_says_so(watched):
    empty = FIGURES | {"works": 0, "killed": [], "embargoed": []}
    page = watched.open(HERE + "/desk", desk(**{INDEX: (200, empty), LIST: (200, {"articles": [], "next": None})}))
    page.locator("#listed", has_text="There is no story in the index yet.").wait_for()
    assert page.inner_text("#killed") == page.inner_text("#embargoed") == "None."


def test_files_are_added_one_by_one_and_told_what_became_of_them(watched):
    answers = iter(
        [
            (200, {"added": 3, "replaced": 1, "words": 1204, "applied": [], "refused": [], "notes": []}),
            (422, {"title": "Not valid", "status": 422, "detail": "Nothing of it could be read.", "errors": []}),
            (
                200,
                {
                    "added": 0, "replaced": 0, "unchanged": 2, "notes": [],
                    "applied": [{"says": "killed", "id": "mp-1", "by": "b"}],
                    "refused": [{"place": "item 3", "detail": "There is no id.", "about": "nameless"}],
                },
            ),
        ]
    )  # fmt: skip
    canned = desk(**{ADD: lambda request: next(answers)})
    page = watched.open(HERE + "/desk", canned)
    page.fill("#feed", "mp-sport")
    files = [{"name": f"{name}.jsonl", "mimeType": "text/plain", "buffer": b"{}\n" * 9} for name in "abc"]
    page.set_input_files("#files", files)
    page.click("#send")
    page.locator("#done > li").nth(2).wait_for()
    said = page.locator("#done > li").all_inner_texts()
    assert said[0] == "✓ a.jsonl: 3 added, 1 replaced: 1,204 words in all"
    assert said[1].startswith("✗ b.jsonl: Not valid. Nothing of it could be read.")
    assert said[2].splitlines() == [
        "! c.jsonl: 2 unchanged, 1 applied to other stories, 1 refused", "item 3: There is no id."
    ]  # fmt: skip
    bodies = [request.post_data_buffer.decode() for request in canned.sent(ADD)]
    assert all('name="feed"' in body and 'name="holder"' not in body for body in bodies)
    page.locator("#under-way").wait_for(state="hidden")
    assert len(canned.sent(INDEX)) == 2
    watched.forgive("status of 422")


def test_stories_of_which_only_a_part_came_are_told_with_their_words(watched):
    note = {"place": "item 2", "detail": "Only a part of it was added: only a summary of it came with its feed."}
    answer = {"added": 2, "words": 31, "partial": 1, "applied": [], "refused": [], "notes": [note]}
    page = watched.open(HERE + "/desk", desk(**{ADD: (200, answer)}))
    page.set_input_files("#files", [{"name": "feed.rss", "mimeType": "text/xml", "buffer": b"<rss/>"}])
    page.click("#send")
    page.locator("#done > li").wait_for()
    assert page.inner_text("#done > li").splitlines() == [
        "! feed.rss: 2 added: 31 words in all",
        "1 story is there in part only, for no more came",
        "item 2: Only a part of it was added: only a summary of it came with its feed.",
    ]


def test_a_bar_shows_how_much_was_sent_and_it_can_be_stopped(watched):
    held = []
    canned = desk()
    page = watched.open(
        HERE + "/desk",
        lambda route: held.append(route) if route.request.method == "POST" else canned(route),
    )
    page.set_input_files("#files", [{"name": "a.jsonl", "mimeType": "text/plain", "buffer": b"x" * 1_000_000}])
    page.click("#send")
    page.wait_for_selector("#bar:visible")
    assert page.locator("label[for=bar]").inner_text().startswith(("Sending a.jsonl: ", "a.jsonl was sent"))
    assert page.is_disabled("#send")
    page.click("#stop")
    page.locator("#done > li", has_text="stopped").wait_for()
    assert page.is_enabled("#send")


def test_nothing_is_sent_without_a_file(watched):
    canned = desk()
    page = watched.open(HERE + "/desk", canned)
    page.click("#send")
    assert page.inner_text("#done") == "Choose one or more files first."
    assert canned.sent(ADD) == []


def test_a_story_is_marked_killed(watched):
    name = "POST /v1/articles/mp%2F7%20a/mark"
    canned = desk(**{LIST: (200, {"articles": [story(7, id="mp/7 a")], "next": None})})
    canned.answers[name] = (200, {"id": "mp/7 a", "state": "killed", "others": ["mp-6"], "still": None})
    page = watched.open(HERE + "/desk", canned)
    page.get_by_role("button", name="Mark… Skerrow notes, 7").click()
    assert page.inner_text("#mark-h") == "Mark “Skerrow notes, 7”"
    assert page.evaluate("document.activeElement.id") == "mark-state"
    page.fill("#mark-note", "told by telephone")
    page.click("#mark-do")
    page.locator("#said", has_text="Skerrow notes, 7 is killed, with 1 other version.").wait_for(state="attached")
    (request,) = canned.sent(name)
    assert json.loads(request.post_data) == {"state": "killed", "note": "told by telephone"}
    assert not page.is_visible("#mark")
    assert len(canned.sent(INDEX)) == 2


def test_an_embargo_needs_its_end_and_a_refusal_is_told(watched):
    name = "POST /v1/articles/mp-0/mark"
    canned = desk()
    canned.answers[name] = (403, {"title": "The key may not do this", "status": 403, "detail": "It may read."})
    page = watched.open(HERE + "/desk", canned, timezone_id="Europe/Oslo")
    page.locator("#stories button").first.click()
    page.select_option("#mark-state", "embargo")
    page.click("#mark-do")
    assert page.inner_text("#mark-problem") == "Say until when."
    page.fill("#mark-embargo", "2026-03-06T09:00")
    page.click("#mark-do")
    page.locator("#mark-problem", has_text="The key may not do this It may read.").wait_for()
    (request,) = canned.sent(name)
    assert json.loads(request.post_data) == {"embargo": "2026-03-06T08:00:00.000Z", "note": ""}
    page.keyboard.press("Escape")
    assert not page.is_visible("#mark")
    watched.forgive("status of 403")


def test_what_stories_say_stays_inert(watched):
    evil = dict.fromkeys(("id", "title", "holder", "version", "added", "note", "by", "state", "since", "embargo"), EVIL)
    told = {"killed": [evil], "embargoed": [evil], "spec": EVIL}
    answer = {"added": 1, "refused": [{"place": EVIL, "detail": EVIL}], "notes": []}
    canned = desk(
        **{
            INDEX: (200, FIGURES | told),
            LIST: (200, {"articles": [story(1, **evil)], "next": None}),
            ADD: (200, answer),
        }
    )
    page = watched.open(HERE + "/desk", canned)
    page.set_input_files("#files", [{"name": EVIL, "mimeType": "text/plain", "buffer": b"{}"}])
    page.click("#send")
    page.locator("#done > li").wait_for()
    page.locator("#stories button").click()
    assert "<img" in page.inner_text("#mark-h")
    assert page.evaluate("document.querySelectorAll('img, svg, iframe, script:not([src]), [onerror]').length") == 0
    assert canned.unexpected == []


def test_it_says_so_when_the_service_is_down(watched):
    canned = desk(**{INDEX: None, LIST: None, "GET /readyz": None})
    page = watched.open(HERE + "/desk", canned)
    page.wait_for_selector("#problem:visible")
    assert "The service does not answer" in page.inner_text("#problem")
    canned.answers |= {INDEX: (200, FIGURES), LIST: pages_of(story(1))}
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#stories tr")
    assert not page.is_visible("#problem")
    watched.forgive("net::ERR_FAILED")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_desk_has_no_barriers(watched, scheme, width):
    long = story(1, title="A rather long headline about nine goats, a ferry and no captain" * 2, id="mp-" + "1" * 80)
    canned = desk(**{LIST: (200, {"articles": [long, story(2)], "next": "x"})})
    size = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "bypass_csp": True}
    page = watched.open(HERE + "/desk", canned, **size)
    page.wait_for_selector("#stories tr")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#stories button").first.click()
    page.select_option("#mark-state", "embargo")
    assert barriers(page) == []
