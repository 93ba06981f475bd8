"""The README's commands and its Python are run, and what they print must be what it says.

UPDATE_DOCS=1 writes what they print now into the README.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commandline import ROOT, environment, wirecheck

README = ROOT / "README.md"
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"(?<=^```python\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder that looks like the root of a fresh clone to the commands."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "cli" / "demo_data", folder / "cli" / "demo_data")
    return folder


def printed(place: Path, console: str) -> str:
    """The block with what its commands print now."""
    lines, code = [], 0
    for line in console.splitlines():
        if not line.startswith("$ "):
            continue
        lines.append(line + "\n")
        program, *arguments = shlex.split(line[2:])
        if program == "echo":
            assert arguments == ["$?"]
            lines.append(f"{code}\n")
        else:
            assert program == "wirecheck"
            done = wirecheck(place, *arguments)
            assert done.err == ""
            code = done.code
            lines.append(done.out)
    return "".join(lines)


def test_the_console_blocks_of_the_readme_print_what_it_says(place):
    text = README.read_text(encoding="utf-8")
    renewed = CONSOLE.sub(lambda block: printed(place, block.group()), text)
    if os.environ.get("UPDATE_DOCS"):
        README.write_text(renewed, encoding="utf-8")
    assert renewed == README.read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs(place):
    wirecheck(place, "add", "cli/demo_data/wire.jsonl", "--index", "demo-output/wire")
    (example,) = PYTHON.findall(README.read_text(encoding="utf-8"))
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=place, env=environment(place), capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"(\d+ \d+ (verbatim|edited|rewritten) mp-\S+\n)+", done.stdout)


def test_the_first_two_commands_of_the_readme_exist():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    commands = re.findall(r"^    make (\S+)", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert commands == ["demo", "test"]
    assert set(commands) <= set(targets)


def test_every_page_that_the_readme_links_is_there():
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8"))
    assert {"docs/why.md", "docs/accuracy.md", "docs/performance.md"} <= set(links)
    assert [link for link in links if not (ROOT / link).exists()] == []
