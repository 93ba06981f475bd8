"""The files of the pages as they are served: what they allow the browser, and that they need nobody else."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from fastapi import FastAPI

from api.routes import page
from checker.model import Severity, Status
from tests.page_by_hand import HERE

OURS = {name: asset.body.decode() for name, asset in page.ASSETS.items()}
PATHS = ["/", "/desk", *(f"/static/{name}" for name in OURS)]


@pytest.fixture(scope="module")
def ask():
    """Asks the pages' own routes."""
    app = FastAPI()
    app.include_router(page.router)

    def asked(path: str, method: str = "GET", **headers: str) -> httpx.Response:
        async def once() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(once())

    return asked


@pytest.mark.parametrize("path", PATHS)
def test_every_file_comes_with_the_strict_policy(ask, path):
    answer = ask(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert {"script-src 'self'", "style-src 'self'", "connect-src 'self'", "form-action 'none'"} <= set(policy)
    assert {"frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"} <= set(policy)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_browser_that_has_the_file_gets_it_once(ask):
    first = ask("/static/editor.js")
    again = ask("/static/editor.js", **{"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert ask("/static/editor.js", **{"If-None-Match": '"other"'}).status_code == 200
    assert ask("/", "HEAD").content == b""


@pytest.mark.parametrize(
    "name", ["nothing.js", "..%2f..%2fpyproject.toml", "..%2Froutes%2Fpage.py", "%00", "editor.js%00"]
)
def test_there_are_no_other_files(ask, name):
    assert ask(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("name", OURS)
def test_nothing_comes_from_elsewhere(name):
    outside = set(re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}[^\s\"')]*", OURS[name]))
    assert outside <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("name", [name for name in OURS if name.endswith(".html")])
def test_a_page_has_no_script_and_no_style_of_its_own(name):
    page_text = OURS[name]
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page_text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page_text))
    assert page_text.count("</script>") == page_text.count("<script")
    named = re.findall(r'(?:src|href)="static/([^"]+)"', page_text)
    assert set(named) <= OURS.keys()


@pytest.mark.parametrize("name", [name for name in OURS if name.endswith(".js")])
def test_text_never_becomes_markup_or_code(name):
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", OURS[name], flags=re.DOTALL)
    assert not re.search(
        r"innerHTML\s*[+=]|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function", text
    )
    assert set(re.findall(r'from "\./([^"]+)"', OURS[name])) <= OURS.keys()


def test_the_page_speaks_as_the_reports_do():
    words = page.vocabulary()
    assert words["statuses"].keys() == set(Status)
    assert words["signs"].keys() == set(Severity)
    assert OURS["words.js"].startswith("export const WORDS = {")
