"""docs/policy.md: its file loads and has every key, its tables are those of the code, its commands print what it says.

UPDATE_DOCS=1 writes what the commands print now into the page.
"""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from checker.model import Status
from checker.policy.load import problems, read
from checker.policy.nouns import Rules
from checker.policy.rules import ALLOWING, REMAINING
from checker.policy.rules_of_notices import NOTICE_RULES
from checker.policy.tables import TABLES
from tests.commandline import ROOT
from tests.test_docs import CONSOLE, printed

PAGE = ROOT / "docs" / "policy.md"
TEXT = PAGE.read_text(encoding="utf-8")
(FILE,) = re.findall(r"(?<=^```toml\n).*?(?=^```$)", TEXT, re.MULTILINE | re.DOTALL)


def first_column(heading: str, until: str) -> list[str]:
    """The names in the first column of the table between two headings of the page."""
    part = TEXT[TEXT.index(heading) : TEXT.index(until)]
    return re.findall(r"^\| `([a-z-]+)` \|", part, re.MULTILINE)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder that looks like the root of a fresh clone to the commands, with the page's file in it."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "cli" / "demo_data", folder / "cli" / "demo_data")
    (folder / "demo-output").mkdir()
    (folder / "wirecheck.toml").write_text(FILE)
    return folder


def test_the_file_of_the_page_can_be_used(place):
    path = place / "wirecheck.toml"
    assert problems(path) == []
    policy = read(path)
    assert [licence.holder for licence in policy.licences] == ["Meridian Press", "dpa"]
    assert policy.waivers[0].lifts == ("embargoed",)


def test_the_file_of_the_page_has_every_key():
    values = tomllib.loads(FILE)
    for name, keys in TABLES.items():
        tables = values[name] if isinstance(values[name], list) else [values[name]]
        assert set().union(*tables) == set(keys), name


def test_every_key_of_a_licence_is_described():
    described = TEXT[TEXT.index("### `[[licence]]`") : TEXT.index("### `[[waiver]]`")]
    assert [key for key in TABLES["licence"] if f"`{key}" not in described and key != "name"] == []


def test_the_values_without_a_file_are_as_the_page_says():
    assert Rules() == Rules(0, 0, 0.0, 0, 60, attribution=True, notices=True)


def test_the_tables_of_rules_are_those_of_the_code():
    rules = [name for name, _ in (*ALLOWING, *REMAINING)]
    assert first_column("## The order of the rules", "Notices have rules") == [*rules, "copied"]
    notices = [name for name, _ in NOTICE_RULES]
    assert first_column("Notices have rules", "## The statuses") == [*notices, "nobody-named"]


def test_the_table_of_statuses_is_that_of_the_code():
    assert set(first_column("## The statuses", "## What an editor reads")) == set(Status)


def test_the_commands_print_what_the_page_says(place):
    renewed = CONSOLE.sub(lambda block: printed(place, block.group()), TEXT)
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(renewed, encoding="utf-8")
    assert renewed == PAGE.read_text(encoding="utf-8")


def test_every_page_that_it_links_is_there():
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert links
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
