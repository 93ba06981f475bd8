"""The house rules that a machine can check: packages, imports, locks, demo data."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOUSES = ("api", "checker", "cli", "fingerprints")
LOCKS = ("requirements.txt", "requirements-dev.txt")
MODULES = sorted(path for house in HOUSES for path in (ROOT / house).rglob("*.py"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

ONLY_IN = {
    "datasketch": ("fingerprints/minhash.py",),
    "fastapi": ("api/",),
    "pickle": (),
    "pydantic": ("api/",),
    "rapidfuzz": ("checker/align.py",),
}
"""Where a library may be imported; import-linter says the same of our four packages as a whole."""

MADE_BY_DEVELOPERS = {"fingerprints/maketables.py"}
WITH_ANOTHER = {"py4j"}
"""A part of pyspark."""

NOTICE = (
    "\n©MMI The Meridian Press. All Rights Reserved. "
    "This material may not be published, broadcast, rewritten, or redistributed.\n"
)


def name(path: Path) -> str:
    """The path as people say it, from the root."""
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.Module) -> Iterator[str]:
    """Top-level names of everything a module imports, wherever in the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def normalised(requirement: str) -> str:
    """The bare name of a requirement: `Typer[all]>=1` is `typer`."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def pins(lock: str) -> dict[str, str]:
    """Name to version, of a lock file."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {normalised(line): line.split("==")[1].split()[0] for line in text.splitlines() if re.match(r"\w.*==", line)}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{name(path)} has no docstring: say in a line what it is for"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_library_is_imported_only_in_its_place(path: Path) -> None:
    here = name(path)
    for library in set(imported(ast.parse(path.read_text(encoding="utf-8")))) & ONLY_IN.keys():
        places = ONLY_IN[library]
        assert here.startswith(places), f"{here} imports {library}, which belongs {' '.join(places) or 'nowhere'}"


def test_every_package_is_listed() -> None:
    found = {name(path.parent).replace("/", ".") for path in MODULES if path.name == "__init__.py"}
    folders = {name(path.parent).replace("/", ".") for path in MODULES}
    assert folders == found, f"folders without __init__.py: {sorted(folders - found)}"
    unlisted = found - set(PYPROJECT["tool"]["setuptools"]["packages"]["find"]["include"])
    assert not unlisted, f"list {sorted(unlisted)} in pyproject.toml, or they will be missing from the wheel"


def test_tests_are_not_a_package() -> None:
    found = [name(path) for path in (ROOT / "tests").rglob("__init__.py")]
    assert not found, f"{found} would make `import api` load the tests"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_hashed_and_names_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text, f"{lock} names an address"
    assert not re.search(r"(?<![\w.-])/\w+/", text), f"{lock} names a path of somebody's machine"
    for line in text.splitlines():
        assert not re.match(r"-", line), f"{lock} carries an option: {line}"
    for entry in re.split(r"\n(?=\w)", re.sub(r"(?m)^ *#.*\n?", "", text).strip()):
        assert "--hash=sha256:" in entry, f"{lock}: no hash for {entry.splitlines()[0]}"


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = PYPROJECT["project"]
    runtime, development = (pins(lock) for lock in LOCKS)
    asked = {normalised(requirement) for requirement in project["dependencies"]}
    assert asked <= runtime.keys(), "run `make lock`"
    assert {normalised(requirement) for requirement in project["optional-dependencies"]["dev"]} <= development.keys()
    assert runtime.items() <= development.items(), "the development lock must hold the runtime lock"


def test_all_that_is_imported_is_declared() -> None:
    """What comes along with something else today may not tomorrow, or not by an older pip."""
    providers = {module: set(map(normalised, names)) for module, names in packages_distributions().items()}
    project = PYPROJECT["project"]
    asked = {normalised(requirement) for requirement in project["dependencies"]}
    extras = project["optional-dependencies"]
    asked |= {normalised(requirement) for name in ("postgres", "spark") for requirement in extras[name]}
    undeclared = set()
    for path in MODULES:
        if name(path) in MADE_BY_DEVELOPERS:
            continue
        for module in set(imported(ast.parse(path.read_text(encoding="utf-8")))):
            known = module in sys.stdlib_module_names or module in HOUSES or module in WITH_ANOTHER
            if not known and not providers.get(module, asked) & asked:  # of one that is not here nobody can say whose
                undeclared.add(f"{module} in {name(path)}")
    assert not undeclared, "declare it in pyproject.toml and run `make lock`"
    assert "lxml-html-clean" in asked, "trafilatura needs it, and asks for it by an extra that pip 23.2 passes over"


def test_datasketch_is_pinned_exactly() -> None:
    assert "datasketch==2.0.0" in PYPROJECT["project"]["dependencies"]


def test_the_demo_stories_are_whole() -> None:
    lines = (ROOT / "cli/demo_data/wire.jsonl").read_text(encoding="utf-8").splitlines()
    stories = [json.loads(line) for line in lines]
    assert len({story["id"] for story in stories}) == len(stories) == 14
    for story in stories:
        assert story.keys() == {"id", "title", "holder", "story", "version", "text"}
        assert story["holder"] == "Meridian Press"
        assert "(MP) -- " in story["text"], "a dateline"
        assert story["text"].endswith(NOTICE)
