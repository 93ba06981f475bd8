"""The editor's page when something is wrong: the service, the key, or the words themselves."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from checker.reports.json import to_dict
from tests.in_browser import Watched, barriers, chromium
from tests.page_by_hand import HERE, Canned
from tests.reports_by_hand import DRAFT, every_status, ferry

pytestmark = pytest.mark.browser
CHECKS, INDEX, READY = "POST /v1/checks", "GET /v1/index", "GET /readyz"
ALL = every_status()


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


def problem(status: int, title: str, detail: str = "", headers: dict[str, str] | None = None, **more: Any) -> Any:
    """A problem as the service tells it."""
    return status, {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}, headers or {}


def check(page, text=DRAFT):
    page.fill("#text", text)
    page.click("#check")


TROUBLES = [
    (
        problem(413, "Too large", "The body has more than 16 MB."),
        ["Too large", "The body has more than 16 MB."],
    ),
    (
        problem(503, "Overloaded", "All workers are busy.", {"Retry-After": "2"}),
        ["Overloaded", "All workers are busy.", "Try again in 2 seconds."],
    ),
    (
        problem(422, "Not valid", "Two things.", errors=[{"pointer": "/own/0", "detail": "It is too long."}]),
        ["Not valid", "/own/0: It is too long."],
    ),
    ((502, "<html><script>alert(1)</script>Bad gateway", {}), ["The service is not there just now."]),
    ((418, None, {}), ["The service answered with an error (418)."]),
]


@pytest.mark.parametrize(("answer", "said"), TROUBLES, ids=[str(answer[0]) for answer, _ in TROUBLES])
def test_an_error_is_told_in_words_and_can_be_tried_again(watched, answer, said):
    canned = Canned(**{CHECKS: answer})
    page = watched.open(HERE + "/", canned)
    check(page)
    page.wait_for_selector("#problem:visible")
    told = page.inner_text("#problem")
    assert all(one in told for one in said), told
    assert page.input_value("#text") == DRAFT
    canned.answers[CHECKS] = (200, to_dict(ferry()))
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#verdict")
    assert not page.is_visible("#problem")
    watched.forgive(f"the server responded with a status of {answer[0]}")


def test_it_says_so_when_the_service_is_down_and_keeps_the_draft(watched):
    canned = Canned(**{CHECKS: None, READY: None, INDEX: None})
    page = watched.open(HERE + "/", canned)
    page.locator("#state", has_text="The service does not answer").wait_for()
    check(page)
    page.wait_for_selector("#problem:visible")
    assert "The service does not answer" in page.inner_text("#problem h2")
    assert "nothing was lost" in page.inner_text("#problem")
    assert page.input_value("#text") == DRAFT
    assert page.is_enabled("#check")
    watched.forgive("net::ERR_FAILED")


def test_a_service_that_is_not_ready_says_why(watched):
    canned = Canned(**{READY: problem(503, "Not ready", "The index is not there.")})
    page = watched.open(HERE + "/", canned)
    page.locator("#state", has_text="Service not ready: The index is not there.").wait_for()
    watched.forgive("status of 503")


def test_an_answer_that_is_no_report_is_no_verdict(watched):
    canned = Canned(**{CHECKS: (200, ["what"])})
    page = watched.open(HERE + "/", canned)
    check(page)
    page.wait_for_selector("#problem:visible")
    assert "could not be read" in page.inner_text("#problem")
    assert not page.is_visible("#result")


def test_nothing_is_sent_where_there_is_nothing_to_check(watched):
    canned = Canned()
    page = watched.open(HERE + "/", canned)
    check(page, " \n")
    assert "There is nothing to check yet" in page.inner_text("#problem")
    assert canned.sent(CHECKS) == []


def test_waiting_can_be_stopped(watched):
    held = []
    canned = Canned()
    page = watched.open(
        HERE + "/", lambda route: held.append(route) if route.request.url.endswith("checks") else canned(route)
    )
    check(page)
    page.click("#cancel")
    assert page.is_enabled("#check")
    assert not page.is_visible("#cancel")
    assert not page.is_visible("#problem")
    assert len(held) == 1


def test_no_key_is_asked_for_where_none_is_needed(watched):
    page = watched.open(HERE + "/", Canned())
    page.locator("#state", has_text="14 stories").wait_for()
    assert not page.is_visible("#key-form")


def test_the_key_is_kept_in_the_tab_and_sent_as_bearer(watched):
    def wanted(request):
        held = request.headers.get("authorization")
        return (200, {"works": 14}) if held == "Bearer wck_1_goat" else problem(401, "No key", "Send a key.")

    canned = Canned(**{INDEX: wanted, CHECKS: (200, to_dict(ferry()))})
    page = watched.open(HERE + "/", canned)
    page.wait_for_selector("#key-form:visible")
    page.fill("#key", " wck_1_goat ")
    page.get_by_role("button", name="Use this key").click()
    assert page.input_value("#key") == ""
    check(page)
    page.wait_for_selector("#verdict")
    assert canned.sent(CHECKS)[0].headers["authorization"] == "Bearer wck_1_goat"
    assert page.evaluate("[sessionStorage.getItem('wirecheck-key'), localStorage.length, document.cookie]") == [
        "wck_1_goat", 0, ""
    ]  # fmt: skip
    page.get_by_role("button", name="Forget it").click()
    assert page.evaluate("sessionStorage.length") == 0
    watched.forgive("status of 401")


def test_a_key_that_is_no_longer_valid_is_asked_for_again(watched):
    canned = Canned(**{CHECKS: problem(401, "The key is not valid", "It was revoked.")})
    page = watched.open(HERE + "/", canned)
    check(page)
    page.wait_for_selector("#key-form:visible")
    assert "It was revoked." in page.inner_text("#problem")
    watched.forgive("status of 401")


def test_trouble_and_key_have_no_barriers(watched):
    canned = Canned(**{CHECKS: problem(401, "The key is not valid", "It was revoked.")})
    page = watched.open(HERE + "/", canned, bypass_csp=True, viewport={"width": 320, "height": 700})
    assert barriers(page) == []
    page.click("#occasion summary")
    check(page)
    page.wait_for_selector("#key-form:visible")
    assert barriers(page) == []
    watched.forgive("status of 401")


EVIL = [
    "<img src=x onerror=alert(1)>",
    "</style></script><script>alert(1)</script>",
    "\"'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "' autofocus onfocus=alert(1) x='",
    "{{constructor.constructor('alert(1)')()}}",
    "__proto__",
    "constructor",
    "\u202egnp.exe\u2066\x00\x1b[31m\ufeff",
]
KEPT = {"schema", "change", "severity", "offset_unit"}


def poisoned(value: Any, evil: str, inside: str = "") -> Any:
    """A report whose every word is this one; the text of passages besides, so that it is no part of any draft."""
    if isinstance(value, dict):
        return {name: poisoned(one, evil, name) for name, one in value.items()}
    if isinstance(value, list):
        return [poisoned(one, evil, inside) for one in value]
    return evil if isinstance(value, str) and inside not in KEPT else value


def inert(page) -> None:
    """Nothing of what came from outside became an element, an attribute or an address."""
    assert page.evaluate(
        "[document.querySelectorAll('img, svg, iframe, object, embed, base, script:not([src]), [onerror], [onload], "
        "[onfocus], [style]').length, globalThis.alerted ?? 0, "
        "[...document.querySelectorAll('a')].filter(one => !/^https?:|^file:/.test(one.href)).length]"
    ) == [0, 0, 0]


@pytest.mark.parametrize("evil", EVIL)
def test_what_a_report_says_stays_inert(watched, evil, tmp_path):
    told = poisoned(to_dict(ALL), evil)
    canned = Canned(**{CHECKS: (200, told)})
    page = watched.open(HERE + "/", canned)
    check(page, ALL.text)
    page.wait_for_selector("#verdict")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.locator("button.small").first.click()
    for _ in range(2):
        page.locator(".filter").first.click()
    page.keyboard.press("n")
    inert(page)
    with page.expect_download() as got:
        page.get_by_role("button", name="Save the page").click()
    got.value.save_as(tmp_path / "kept.html")
    inert(watched.open((tmp_path / "kept.html").as_uri()))
    assert canned.unexpected == []


@pytest.mark.parametrize("evil", EVIL)
def test_what_a_draft_says_stays_inert(watched, evil):
    """The draft, the passages and the story are all of it, and so is the name of the file."""
    told = to_dict(ALL)
    text = evil.replace("\x00", "") + "\n" + ALL.text
    for one in (*told["matches"], *told["notices"]):
        place = one.get("submitted", one)
        place["start"] = max(0, place["start"] - 3)
        place["end"] += 3
        place["text"] = text[place["start"] : place["end"]]
        if "source" in one:
            one["source"]["text"] = one["source"]["title"] = evil
    told["submitted"]["characters"] = len(text)
    canned = Canned(**{CHECKS: (200, told | {"text": text})})
    page = watched.open(HERE + "/", canned)
    name = evil.replace("/", "").replace("\x00", "")
    page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": text.encode()})
    page.wait_for_selector("#verdict")
    assert evil[:8].replace("\x00", "") in page.locator(".draft .text").first.evaluate("one => one.textContent")
    page.keyboard.press("n")
    inert(page)
    assert canned.unexpected == []


@pytest.mark.parametrize("evil", EVIL)
def test_what_a_problem_says_stays_inert(watched, evil):
    canned = Canned(**{CHECKS: problem(422, evil, evil, errors=[{"pointer": evil, "detail": evil}])})
    page = watched.open(HERE + "/", canned)
    check(page)
    page.wait_for_selector("#problem:visible")
    inert(page)
    watched.forgive("status of 422")


CRAFTS = [
    "document.body.innerHTML = '<b>x</b>'",
    "document.querySelector('main').insertAdjacentHTML('beforeend', '<b>x</b>')",
    "document.createElement('img').setAttribute('onerror', 'alert(1)')",
    "document.createElement('script').textContent = 'alert(1)'",
    "document.createElement('iframe').srcdoc = '<b>x</b>'",
]


@pytest.mark.parametrize("craft", CRAFTS)
def test_even_by_mistake_no_text_can_become_code(watched, craft):
    page = watched.open(HERE + "/", Canned())
    assert (
        page.evaluate(f"() => {{ try {{ {craft}; return 'done' }} catch (error) {{ return error.name }} }}")
        == "TypeError"
    )
    watched.complaints = [one for one in watched.complaints if "require" not in one]


def test_every_word_of_a_report_is_poisoned():
    """The trap is set everywhere: no field of a report keeps its own words."""
    told = poisoned(to_dict(ALL), "EVIL")
    assert is_dataclass(ALL)
    assert {one.name for one in fields(ALL)} - {"text", "original"} <= told.keys()
    assert {told["matches"][0]["source"][name] for name in ("id", "title", "holder", "text", "version")} == {"EVIL"}
