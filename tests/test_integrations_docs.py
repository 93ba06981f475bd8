"""The pages of docs/integrations: their snippets are run against a real server, and print what the pages say."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from api.languagetool import NAMES
from tests.commandline import ROOT
from tests.serving import BRIDGE, Service, environment, make_index, serving

PAGES = ROOT / "docs" / "integrations"
SNIPPET = re.compile(
    r"^```(python|js)\n(.*?)^```\n(?:\n(?:[^\n]+\n\n)?```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL
)
SNIPPETS = [
    pytest.param(*found, id=f"{page.stem}-{number}")
    for page in sorted(PAGES.glob("*.md"))
    for number, found in enumerate(SNIPPET.findall(page.read_text(encoding="utf-8")), 1)
]
LINK = re.compile(r"\]\(([^)#:]+)\)")


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("integrations")) as found:
        yield found


def node() -> str:
    """Node, which continuous integration must have."""
    found = shutil.which("node")
    if not found and os.environ.get("CI") == "true":
        pytest.fail("node is not installed: the JavaScript of docs/integrations cannot be run")
    if not found:
        pytest.skip("node is not installed, so the JavaScript of docs/integrations was not run")
    return found


@pytest.mark.parametrize(("language", "code", "printed"), SNIPPETS)
def test_a_snippet_prints_what_its_page_says(service, tmp_path, language, code, printed):
    assert printed, "a snippet is followed by what it prints"
    (tmp_path / "draft.html").write_text(f"<h1>Heron</h1><p>{BRIDGE}</p>", encoding="utf-8")
    file = tmp_path / {"python": "snippet.py", "js": "snippet.mjs"}[language]
    file.write_text(code, encoding="utf-8")
    program = sys.executable if language == "python" else node()
    settings = {name: value for name, value in environment(tmp_path, {}).items() if "proxy" not in name.lower()}
    done = subprocess.run(
        [program, str(file)],
        cwd=tmp_path,
        env=settings | {"WIRECHECK_URL": service.url},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == printed


def test_there_are_snippets_in_both_languages():
    assert {snippet.values[0] for snippet in SNIPPETS} == {"python", "js"}
    assert len(SNIPPETS) >= 4


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path):
    assert [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (PAGES / link).exists()] == []


def test_every_page_is_listed():
    listed = set(LINK.findall((PAGES / "README.md").read_text(encoding="utf-8")))
    assert {page.name for page in PAGES.glob("*.md")} - {"README.md"} <= listed


def test_the_rules_of_languagetool_are_all_told():
    page = (PAGES / "languagetool.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(WIRE_[A-Z_]+)`", page)) >= set(NAMES)


def test_the_settings_of_the_superdesk_hook_are_all_told():
    page = (PAGES / "superdesk.md").read_text(encoding="utf-8")
    hook = (ROOT / "plugins" / "superdesk" / "wirecheck_publish.py").read_text(encoding="utf-8")
    told, there = (set(re.findall(r"\bWIRECHECK_[A-Z_]+", text)) for text in (page, hook))
    assert told == there
    assert 'INSTALLED_APPS.append("wirecheck_publish")' in page


def test_the_example_for_pre_commit_names_the_hook_and_options_that_exist(tmp_path):
    (example,) = re.findall(r"```yaml\n(.*?)```", (PAGES / "pre-commit.md").read_text(encoding="utf-8"), re.DOTALL)
    (repo,) = yaml.safe_load(example)["repos"]
    (hook,) = repo["hooks"]
    (known,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["id"] == known["id"]
    from tests.commandline import wirecheck

    make_index(tmp_path / "index")
    (tmp_path / "draft.md").write_text(BRIDGE, encoding="utf-8")
    arguments = [argument.replace("/srv/wirecheck/index", "index") for argument in hook["args"]]
    assert wirecheck(tmp_path, *shlex.split(known["entry"])[1:], *arguments, "draft.md").code == 1
