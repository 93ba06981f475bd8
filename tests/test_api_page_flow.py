"""The pages against a running service: an editor checks, the desk adds and kills, and what the editor sees changes."""

from __future__ import annotations

import json
import shutil

import httpx
import pytest

from tests.docx_by_hand import docx, paragraph
from tests.in_browser import Watched, chromium
from tests.serving import BANDSTAND, BRIDGE, TAKEN, serving

pytestmark = pytest.mark.browser
DRAFT = f"🐦 Our letter from Hallam.\n\nOn Tuesday {TAKEN}, we hear.\n"
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def browser():
    """One chromium for all tests."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A service of its own process, with two stories."""
    with serving(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture
def watched(browser):
    """Nothing may be complained of, no dialog opened, and nobody else asked."""
    pages = Watched(browser)
    yield pages
    pages.close()
    assert pages.complaints == []


def visit(watched, service, path, **settings):
    page = watched.open(service.url + path, **settings)
    ours = (service.url, "blob:")
    page.on("request", lambda request: request.url.startswith(ours) or watched.complaints.append(request.url))
    page.locator("#state", has_text="Service ready").wait_for()
    return page


def check(page, text=DRAFT):
    page.fill("#text", text)
    page.click("#check")
    page.wait_for_selector("#verdict")


def marked(page, key="1"):
    return page.evaluate(
        "key => [...document.querySelectorAll('.text mark')].filter(one => one.dataset.m.split(' ').includes(key))"
        ".map(one => one.textContent).join('')",
        key,
    )


def test_an_editor_checks_a_draft(watched, service):
    page = visit(watched, service, "/")
    check(page)
    assert "Flagged" in page.inner_text("#verdict")
    assert TAKEN in marked(page)
    assert page.locator(".draft .text").evaluate("one => one.textContent") == DRAFT
    assert "Heron" in page.inner_text("#s1 .origin")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id").startswith("d")
    check(page, "A wholly different day in Hallam, and nobody wrote a word about it.\n")
    page.locator("#verdict", has_text="Clear").wait_for()


def test_files_of_all_kinds_are_checked(watched, service):
    page = visit(watched, service, "/")
    kinds = {
        "draft.txt": DRAFT.encode(),
        "draft.html": f"<title>Hallam</title><p>Our letter.</p><p>On Tuesday {TAKEN}, we hear.</p>".encode(),
        "draft.docx": docx(
            paragraph("Our letter.") + paragraph("On Tuesday " + TAKEN.replace("\n", " ") + ", we hear.")
        ),
    }
    for name, data in kinds.items():
        page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": data})
        page.locator("#verdict", has_text=name).wait_for()
        assert "bird and nest away" in " ".join(marked(page).split()), name
        assert "Our letter" in page.inner_text(".draft .text"), name
    assert page.inner_text("#s1 .back").endswith("In this text: paragraph 2")


def test_the_service_says_what_is_wrong_with_a_file(watched, service):
    page = visit(watched, service, "/")
    page.set_input_files(
        "#file", {"name": "broken.docx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 and no more"}
    )
    page.locator("#verdict, #problem h2").first.wait_for()
    assert "Clear" not in page.inner_text("#main")
    watched.complaints = [one for one in watched.complaints if "status of 4" not in one]


def test_the_desk_adds_a_story_and_kills_it(watched, service):
    page = visit(watched, service, "/desk")
    page.locator("#stories tr").nth(1).wait_for()
    words = (
        "The harbour master of Skerrow has forbidden whistling after dark, because the seals have begun to answer him."
    )
    lines = json.dumps({"id": "mp/seals 1", "text": words, "title": f"Seals {EVIL}", "holder": "Meridian Press"})
    page.set_input_files("#files", [{"name": "seals.jsonl", "mimeType": "text/plain", "buffer": lines.encode()}])
    page.click("#send")
    page.locator("#done > li", has_text="1 added").wait_for()
    page.locator("#stories tr", has_text="Seals").wait_for()

    editor = visit(watched, service, "/")
    check(editor, f"Hear this. {words} So it goes.")
    assert marked(editor).startswith("The harbour master")
    assert "killed" not in editor.inner_text("#s1")

    page.locator("#stories tr", has_text="Seals").get_by_role("button").click()
    page.fill("#mark-note", "told by telephone")
    page.click("#mark-do")
    page.locator("#killed li", has_text="Seals").wait_for()
    assert "told by telephone" in page.inner_text("#killed")

    editor.click("#check")
    editor.locator("#s1 .alarm").wait_for()
    assert "KILLED" in editor.inner_text("#s1 .alarm")
    assert editor.locator("img").count() == page.locator("img").count() == 0


def test_a_story_that_says_nothing_is_refused_in_words(watched, service):
    page = visit(watched, service, "/desk")
    page.set_input_files("#files", [{"name": "odd.jsonl", "mimeType": "text/plain", "buffer": b"no json\n"}])
    page.click("#send")
    page.locator("#done > li").wait_for()
    assert page.inner_text("#done").startswith("✗ odd.jsonl: ")
    assert "odd.jsonl" in page.inner_text("#done ul")
    watched.forgive("status of 422")


def test_with_keys_nothing_is_told_before_the_key(watched, tmp_path):
    from api.keys import Keys, Scope

    with serving(tmp_path, keys_required=True) as service:
        keys = Keys(service.data / "keys.db")
        key, _ = keys.create("default", [Scope.READ, Scope.CHECK], name="editor")
        keys.close()
        page = visit(watched, service, "/")
        page.wait_for_selector("#key-form:visible")
        page.fill("#key", key)
        page.get_by_role("button", name="Use this key").click()
        check(page)
        assert TAKEN in marked(page)
    watched.forgive("status of 401")


def test_it_works_on_when_the_service_is_down_and_back(watched, tmp_path):
    with serving(tmp_path) as service:
        port = int(service.url.rsplit(":", 1)[1])
        page = visit(watched, service, "/")
        check(page)
    page.click("#check")
    page.wait_for_selector("#problem:visible")
    assert "The service does not answer" in page.inner_text("#problem h2")
    assert page.input_value("#text") == DRAFT
    with serving(tmp_path, port=port):
        page.get_by_role("button", name="Try again").click()
        page.wait_for_selector("#verdict:visible")
        assert TAKEN in marked(page)
    watched.forgive("net::ERR_CONNECTION_REFUSED")


def test_what_is_too_large_is_told_on_both_pages(watched, tmp_path):
    large = {"name": "large.jsonl", "mimeType": "text/plain", "buffer": b"x" * 2_000_000}
    with serving(tmp_path, body_mb=1) as service:
        desk = visit(watched, service, "/desk")
        desk.set_input_files("#files", large)
        desk.click("#send")
        desk.locator("#done > li", has_text="larger than 1 MB").wait_for()
        editor = visit(watched, service, "/")
        editor.set_input_files("#file", large)
        editor.locator("#problem", has_text="larger than 1 MB").wait_for()
    watched.forgive("status of 413")


def test_an_index_that_vanished_is_told(watched, tmp_path):
    with serving(tmp_path) as service:
        page = visit(watched, service, "/")
        shutil.move(service.index, tmp_path / "away")
        page.fill("#text", DRAFT)
        page.click("#check")
        page.wait_for_selector("#problem:visible, #verdict:visible")
        assert "Clear" not in page.inner_text("#main")
        assert BRIDGE not in page.inner_text("#main")
        assert BANDSTAND not in page.inner_text("#main")
    watched.complaints = [one for one in watched.complaints if "status of 503" not in one]


def test_the_text_goes_back_where_it_is_asked_for_and_is_never_kept(service):
    sent = {"files": {"file": ("draft.txt", DRAFT.encode())}, "data": {"keep": "true"}}
    plain = httpx.post(f"{service.url}/v1/checks", **sent)
    asked = httpx.post(f"{service.url}/v1/checks?with_text=true", **sent)
    assert (plain.status_code, asked.status_code) == (201, 201)
    assert asked.json()["text"] == DRAFT
    assert "text" not in plain.json()
    kept = httpx.get(service.url + asked.headers["location"])
    assert kept.json().keys() == plain.json().keys()
    assert "Our letter from Hallam" not in kept.text
