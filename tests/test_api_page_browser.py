"""The editor's page in a real browser, with answers made by hand: what an editor sees and does."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from checker.model import Passage, Verdict
from checker.places import Place
from checker.reports.json import to_dict
from tests.in_browser import Watched, barriers, chromium
from tests.page_by_hand import HERE, Canned
from tests.reports_by_hand import DRAFT, every_status, ferry, match, report

pytestmark = pytest.mark.browser
CHECKS = "POST /v1/checks"
ALL = every_status()


@pytest.fixture(scope="module")
def browser():
    """One chromium for all tests."""
    with chromium() as running:
        yield running


@pytest.fixture
def watched(browser):
    """Nothing may be complained of, and no dialog opened."""
    pages = Watched(browser)
    yield pages
    pages.close()
    assert pages.complaints == []


def answered(watched, told, text, **settings):
    """The page after a check of `text`, to which the service answers with the report `told`."""
    canned = Canned(**{CHECKS: (200, to_dict(told))})
    page = watched.open(HERE + "/", canned, **settings)
    page.fill("#text", text)
    page.click("#check")
    page.wait_for_selector("#verdict")
    assert canned.unexpected == []
    return page


def marked(page, key):
    """The words of the draft that are marked for a finding."""
    return page.evaluate(
        "key => [...document.querySelectorAll('.text mark')].filter(one => one.dataset.m.split(' ').includes(key))"
        ".map(one => one.textContent).join('')",
        key,
    )


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_the_verdict_comes_first_and_has_the_focus(watched):
    page = answered(watched, ALL, ALL.text)
    assert focused(page) == "verdict"
    assert "Flagged" in page.inner_text("#verdict")
    assert "218 of 252 words (87 %) also stand in 14 protected stories." in page.inner_text("#result")
    assert page.evaluate("document.getElementById('verdict').getBoundingClientRect().top") < 200
    assert "the last 2 pages are images" in page.inner_text(".doubts")


def test_the_marks_are_the_passages_to_the_letter(watched):
    page = answered(watched, ALL, ALL.text)
    for number, one in enumerate(ALL.matches, 1):
        assert marked(page, str(number)) == one.submitted.text
    for number, one in enumerate(ALL.notices, 1):
        assert marked(page, f"n{number}") == one.submitted.text
    assert page.locator(".draft .text").evaluate("one => one.textContent") == ALL.text


def test_the_marks_are_right_behind_characters_of_two_units(watched):
    text = "🐐🐐 goats\nThe old boat 🐐 left Skerrow at dawn."
    start = text.index("The")
    page = answered(watched, report(text, [match(text, start, len(text))]), text)
    assert marked(page, "1") == "The old boat 🐐 left Skerrow at dawn."


def test_differences_are_marked_on_both_sides(watched):
    page = answered(watched, ferry(), DRAFT)
    assert page.locator(".draft ins").all_inner_texts() == ["boat"]
    assert page.locator(".card del").all_inner_texts() == ["ferry"]


def test_keys_move_between_passages_and_show_both_sides(watched):
    page = answered(watched, ALL, ALL.text)
    page.keyboard.press("n")
    assert focused(page) == "dn1"
    page.keyboard.press("j")
    assert focused(page) == "d1"
    assert page.locator(".card.on").get_attribute("id") == "s1"
    assert page.inner_text("#said").startswith("2 of 17. Passage 1: 17 words of Meridian Press copy")
    page.keyboard.press("k")
    assert focused(page) == "dn1"
    page.keyboard.press("p")
    assert focused(page) == "dn3"
    page.keyboard.press("Enter")
    assert focused(page) == "sn3"
    page.locator("#sn3 .back").press("Enter")
    assert focused(page) == "dn3"


def test_wherever_the_keys_lead_both_sides_are_in_view(watched):
    page = answered(watched, ALL, ALL.text)
    for _ in range(17):
        page.keyboard.press("n")
        name = focused(page).removeprefix("d")
        tops = [
            page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", f"{s}{name}") for s in "ds"
        ]
        assert all(0 <= top < 800 for top in tops), (name, tops)


def test_the_keys_are_letters_in_a_field_and_can_be_switched_off(watched):
    page = answered(watched, ALL, ALL.text)
    page.fill("#text", "")
    page.type("#text", "nip jink")
    assert page.input_value("#text") == "nip jink"
    assert focused(page) == "text"
    page.keyboard.press("Tab")
    page.keyboard.press("Control+n")
    assert not focused(page).startswith("d")
    page.uncheck("#keys-on")
    page.keyboard.press("n")
    assert focused(page) == "keys-on"


def test_a_click_on_a_mark_shows_its_source(watched):
    page = answered(watched, ALL, ALL.text)
    page.locator(".text mark", has_text="Fishermen").first.click()
    assert page.locator(".card.on").get_attribute("id") == "s4"


def test_statuses_can_be_filtered(watched):
    page = answered(watched, ALL, ALL.text)
    killed = page.locator(".filter[data-status=killed]")
    killed.click()
    assert killed.get_attribute("aria-pressed") == "false"
    assert marked(page, "1") == ""
    assert page.locator("#s1").count() == 0
    assert "16 found, 1 filtered out" in page.inner_text("#found-h", timeout=1000).lower()
    assert page.locator(".draft .text").evaluate("one => one.textContent") == ALL.text
    page.get_by_role("button", name="Problems only").click()
    assert marked(page, "1") == ALL.matches[0].submitted.text
    assert marked(page, "8") == ""
    page.get_by_role("button", name="All", exact=True).click()
    page.locator(".card").nth(16).wait_for(state="attached")


def test_quotations_and_stock_stand_apart(watched):
    page = answered(watched, ALL, ALL.text)
    assert page.locator(".group > summary h3").all_inner_texts() == [
        "Killed, withheld or under embargo",
        "Copied",
        "Licensed, own or waived",
        "Quotations",
        "Stock phrases, shared facts and notices",
        "Notices in this text",
    ]
    assert not page.locator("#s11").is_visible()
    page.locator("#d11").press("Enter")
    assert page.locator("#s11").is_visible()
    lines = page.evaluate(
        "['1', '4', '8', '11', '12'].map(key => [...document.querySelectorAll('.text mark')].find(one => "
        "one.dataset.m === key)).map(one => getComputedStyle(one)).map(one => one.borderBottomStyle + "
        "one.borderBottomWidth)"
    )
    assert len(set(lines)) == 5


def test_the_line_of_credit_is_copied(watched):
    page = answered(watched, ALL, ALL.text, permissions=["clipboard-read", "clipboard-write"])
    page.locator("#s5 button", has_text="Copy credit line “MP”").click()
    page.locator("#said", has_text="Copied: MP").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == "MP"


def test_the_evidence_names_the_draft_by_its_sum(watched):
    page = answered(watched, ALL, ALL.text)
    with page.expect_download() as got:
        page.get_by_role("button", name="Save the evidence").click()
    saved = json.loads(Path(got.value.path()).read_text(encoding="utf-8"))
    assert saved["draft"]["sha256"] == hashlib.sha256(ALL.text.encode()).hexdigest()
    assert saved["draft"]["bytes"] == len(ALL.text.encode())
    assert saved["answer"] == json.loads(json.dumps(to_dict(ALL)))


def test_the_saved_page_stands_alone(watched, tmp_path):
    page = answered(watched, ALL, ALL.text)
    with page.expect_download() as got:
        page.get_by_role("button", name="Save the page").click()
    kept = tmp_path / "kept.html"
    got.value.save_as(kept)
    asked: list[str] = []
    alone = watched.open(kept.as_uri(), lambda route: (asked.append(route.request.url), route.continue_()))
    assert asked == [kept.as_uri()]
    assert alone.locator("script").count() == 0
    assert alone.locator(".draft .text").evaluate("one => one.textContent") == ALL.text
    assert alone.locator("#s11 blockquote").is_visible()
    assert hashlib.sha256(ALL.text.encode()).hexdigest() in alone.inner_text("footer")
    assert alone.evaluate("getComputedStyle(document.querySelector('.card')).borderLeftWidth") != "0px"


def test_a_file_goes_as_it_is_and_its_text_comes_back_and_is_shown(watched):
    canned = Canned(**{CHECKS: (200, to_dict(ALL) | {"text": ALL.text})})
    page = watched.open(HERE + "/", canned)
    page.click("#occasion summary")
    page.fill("#channel", "web")
    page.fill("#own", "mp-1, mp-2")
    draft = {"name": "islanders.txt", "mimeType": "text/plain", "buffer": ALL.text.encode()}
    page.set_input_files("#file", draft)
    page.wait_for_selector("#verdict")
    assert page.locator(".draft .text").evaluate("one => one.textContent") == ALL.text
    (request,) = canned.sent(CHECKS)
    assert request.url.endswith("?with_text=true")
    body = request.post_data_buffer.decode()
    assert 'name="file"; filename="islanders.txt"' in body
    assert [f'name="{one}"' in body for one in ("channel", "own", "territory")] == [True, True, False]
    with page.expect_download() as got:
        page.get_by_role("button", name="Save the evidence").click()
    saved = json.loads(Path(got.value.path()).read_text(encoding="utf-8"))
    assert got.value.suggested_filename == "wirecheck-islanders.txt.json"
    assert saved["draft"]["sha256"] == hashlib.sha256(ALL.text.encode()).hexdigest()
    assert "text" not in saved["answer"]
    page.click("#unchoose")
    assert page.locator("#text").is_visible()


def test_of_a_file_whose_text_is_not_known_the_passages_are_shown_with_their_places(watched):
    first, second = ALL.matches[3], ALL.matches[6]
    told = replace(
        ALL,
        matches=tuple(
            replace(one, submitted=replace(one.submitted, places=(Place(paragraph=number, part="word/document.xml"),)))
            for number, one in ((3, first), (12, second))
        ),
        notices=(),
    )
    another = "A text of which somebody changed a letter on the way."
    canned = Canned(**{CHECKS: (200, to_dict(told) | {"text": another})})
    page = watched.open(HERE + "/", canned)
    page.set_input_files("#file", {"name": "a.docx", "mimeType": "application/zip", "buffer": b"PK\x03\x04\xff\xfe"})
    page.wait_for_selector("#verdict")
    assert page.locator(".stretch .text").all_text_contents() == [first.submitted.text, second.submitted.text]
    assert page.locator(".stretch .fine").all_inner_texts() == ["paragraph 3", "paragraph 12"]
    assert "What stands between them is not shown" in page.inner_text(".draft")


def test_a_file_that_is_dropped_is_checked(watched):
    canned = Canned(**{CHECKS: (200, to_dict(ferry()))})
    page = watched.open(HERE + "/", canned)
    page.evaluate(
        "text => { const held = new DataTransfer(); held.items.add(new File([text], 'ferry.txt')); for (const name of "
        "['dragover', 'drop']) document.getElementById('drop').dispatchEvent(new DragEvent(name, {dataTransfer: held, "
        "bubbles: true, cancelable: true})) }",
        DRAFT,
    )
    page.wait_for_selector("#verdict")
    assert page.inner_text("#chosen-name") == "ferry.txt"
    assert marked(page, "1").startswith("The old boat")


def test_many_texts_of_one_file_are_listed(watched):
    texts = [ferry(), replace(ALL, id="second.txt"), report("", id="third", verdict=Verdict.CLEAR)]
    canned = Canned(**{CHECKS: (200, {"reports": [to_dict(one) | {"text": one.text} for one in texts]})})
    page = watched.open(HERE + "/", canned)
    page.set_input_files("#file", {"name": "many.zip", "mimeType": "application/zip", "buffer": b"PK\x03\x04"})
    page.wait_for_selector("#verdict")
    assert page.inner_text(".contents h2") == "3 texts"
    page.get_by_role("button", name="second.txt").click()
    page.locator("#verdict", has_text="second.txt").wait_for()
    assert page.locator(".draft .text").evaluate("one => one.textContent") == ALL.text
    page.locator(".card").nth(16).wait_for(state="attached")


def test_overlapping_passages_of_a_file_without_text_are_joined(watched):
    text = "one two three four five six seven"
    pair = [match(text, 0, 18, title="A"), match(text, 8, len(text), title="B")]
    told = report(text, pair)
    places = (Place(page=2),)
    told = replace(
        told,
        matches=tuple(replace(one, submitted=Passage(*_span(one), one.submitted.text, places=places)) for one in pair),
    )
    canned = Canned(**{CHECKS: (200, to_dict(told))})
    page = watched.open(HERE + "/", canned)
    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF\xff"})
    page.wait_for_selector("#verdict")
    assert page.locator(".stretch .text").all_text_contents() == [text]
    assert [marked(page, key) for key in "12"] == [one.submitted.text for one in pair]


def _span(one):
    return one.submitted.start, one.submitted.end


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_has_no_barriers(watched, scheme, width):
    size = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "bypass_csp": True}
    page = answered(watched, ALL, ALL.text, **size)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.locator(".filter").first.click()
    page.keyboard.press("n")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
