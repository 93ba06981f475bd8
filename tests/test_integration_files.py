"""The pre-commit hook and the GitHub workflow: what they name exists, and what they run does what they say."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commandline import BRIDGE, DRAFT, OTHER, ROOT, environment, wirecheck

WORKFLOW = ROOT / "docs" / "integrations" / "github-workflow.yml"
PACKAGES = ("api", "checker", "cli", "fingerprints")


@pytest.fixture
def hook() -> dict[str, Any]:
    (found,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return found


def run(hook: dict[str, Any], place: Path, *files: str, **extra: str):
    """The hook as pre-commit runs it: the entry, its arguments, then the names of the staged files."""
    program, *arguments = shlex.split(hook["entry"])
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert program in scripts
    return wirecheck(place, *arguments, *hook.get("args", []), *files, extra={"PRE_COMMIT": "1", **extra})


def test_the_hook_refuses_a_draft_with_copied_words(hook, tmp_path):
    for name, text in (("bridge.txt", BRIDGE), ("copied.md", DRAFT), ("own.md", OTHER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert wirecheck(tmp_path, "add", "bridge.txt", "--index", "index").code == 0
    refused = run(hook, tmp_path, "copied.md", "own.md", WIRECHECK_INDEX="index")
    assert refused.code == 1
    assert re.search(r"^copied\.md:2:14: error: 21 words ", refused.out, re.MULTILINE)
    assert "own.md: clear" in refused.out
    assert run(hook, tmp_path, "own.md", WIRECHECK_INDEX="index").code == 0


def test_without_an_index_the_hook_lets_nothing_pass(hook, tmp_path):
    for name, text in (("one.md", DRAFT), ("two.md", OTHER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    for files in (["one.md"], ["one.md", "two.md"], ["one.md", "two.md", "one.md"]):
        done = run(hook, tmp_path, *files)
        assert done.code == 3
        assert "there is no index yet" in done.out
        assert "is compared with" not in done.err


def test_the_hook_reads_texts_and_no_code(hook):
    pattern = re.compile(hook["files"])
    assert all(map(pattern.search, ("a.md", "drafts/Ä b.TXT", "x/page.html", "copy.docx", "cues.srt", "page.pdf")))
    assert not any(map(pattern.search, ("a.py", "md", "picture.png", "a.md.lock", "Makefile", "wirecheck.toml")))


@pytest.fixture
def steps() -> list[dict[str, Any]]:
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert workflow[True] == {"pull_request": None}  # YAML 1.1 reads `on` so
    assert workflow["permissions"] == {"contents": "read", "security-events": "write"}
    (job,) = workflow["jobs"].values()
    return [step | {"env": workflow["env"]} for step in job["steps"]]


def test_the_workflow_shows_what_its_check_wrote(steps):
    upload = next(step for step in steps if step.get("uses", "").startswith("github/codeql-action/upload-sarif@"))
    check = next(step for step in steps if "wirecheck check" in step.get("run", ""))
    assert f"--output {upload['with']['sarif_file']}" in check["run"]
    assert "!cancelled()" in upload["if"]  # a check that found something has failed
    fetch = next(step for step in steps if step.get("with", {}).get("repository"))
    assert fetch["with"]["path"] == fetch["env"]["WIRE"]


@pytest.mark.slow
def test_the_commands_of_the_workflow_run(steps, tmp_path):
    place, source, tools = tmp_path / "work", tmp_path / "source", tmp_path / "tools"
    for folder in (place / "content", place / "wire", source):
        folder.mkdir(parents=True)
    (place / "content" / "copied.md").write_text(DRAFT, encoding="utf-8")
    (place / "content" / "own.md").write_text(OTHER, encoding="utf-8")
    (place / "wire" / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (place / "wirecheck.toml").write_text('[house]\nname = "The Skerrow Lantern"\n', encoding="utf-8")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / file, source)
    given = steps[0]["env"] | {"WIRECHECK": str(source), "RUNNER_TEMP": str(tmp_path / "temp")}
    # what pip would fetch is here already; nothing may be fetched
    pip = {"NO_INDEX": "1", "NO_DEPS": "1", "NO_BUILD_ISOLATION": "0", "TARGET": str(tools), "NO_COMPILE": "1"}
    settings = given | {f"PIP_{name}": value for name, value in pip.items()} | {"PYTHONPATH": str(tools)}
    path = os.pathsep.join((str(tools / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]))
    codes = []
    for step in (step for step in steps if "run" in step):
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=place,
            env=environment(tmp_path) | settings | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        codes.append((step["name"], done.returncode, done.stderr if done.returncode not in (0, 1) else ""))
    assert codes == [("Install Wirecheck", 0, ""), ("Make an index of the stories", 0, ""), ("Check the texts", 1, "")]
    (found,) = json.loads((place / "wirecheck.sarif").read_text(encoding="utf-8"))["runs"]
    (result,) = found["results"]
    place_of = result["locations"][0]["physicalLocation"]
    assert place_of["artifactLocation"]["uri"] == "content/copied.md"
    assert place_of["region"]["startLine"] == 2
