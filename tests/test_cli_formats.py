"""Report formats for programs, and files in many formats, through the command line."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from tests.commandline import BRIDGE, DRAFT, wirecheck

CLEAN = "Nothing to see here but a recipe for barley soup, which wants an hour on a low flame and a patient cook.\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("newsroom")
    (folder / "story.txt").write_text(BRIDGE)
    (folder / "drafts").mkdir()
    (folder / "drafts" / "a draft.txt").write_text(DRAFT)
    (folder / "drafts" / "clean.txt").write_text(CLEAN)
    return folder


def test_sarif(home):
    done = wirecheck(home, "check", "drafts", "--against", "story.txt", "--format", "sarif")
    assert (done.code, done.err) == (1, "")
    (run,) = json.loads(done.out)["runs"]
    (result,) = run["results"]
    where = result["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "drafts/a%20draft.txt"
    assert (where["region"]["startLine"], where["region"]["startColumn"]) == (2, 14)
    assert [one["location"]["uri"] for one in run["artifacts"]] == ["drafts/a%20draft.txt", "drafts/clean.txt"]
    assert run["invocations"][0]["executionSuccessful"]


def test_csv(home):
    done = wirecheck(home, "check", "drafts", "--against", "story.txt", "-f", "csv", "-o", "report.csv")
    assert (done.code, done.out, done.err) == (1, "", "")
    raw = (home / "report.csv").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n") == 3
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))
    assert [(row["verdict"], row["id"], row["line"], row["column"]) for row in rows] == [
        ("flagged", "drafts/a draft.txt", "2", "14"),
        ("clear", "drafts/clean.txt", "", ""),
    ]


def test_csv_on_a_pipe_has_the_same_bytes(home):
    args = ("check", "drafts", "--against", "story.txt", "-f", "csv")
    assert wirecheck(home, *args).out.encode() == (home / "report.csv").read_bytes()


def test_files_of_many_formats_in_one_bundle(home):
    """Every format leads a match back to where people find it."""
    taken = DRAFT.split("\n")[1]
    half = len(taken) // 2
    cut = taken.index(" ", half)
    captions = f"1\n00:01:04,000 --> 00:01:06,000\n{taken[:cut]}\n\n2\n00:01:06,000 --> 00:01:09,000\n{taken[cut:]}\n"
    mail = f"From: a@b.example\nMessage-ID: <1>\nSubject: The quay\nMIME-Version: 1.0\n\nDear desk,\n\n{taken}\n"
    with zipfile.ZipFile(home / "bundle.zip", "w") as bundle:
        bundle.writestr("a.srt", captions)
        bundle.writestr("b.md", f"# The quay\n\n**{taken[:30]}**{taken[30:]}\n")
        bundle.writestr("c.eml", mail)
    done = wirecheck(home, "check", "bundle.zip", "--against", "story.txt", "-f", "csv")
    assert (done.code, done.err) == (1, "")
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    assert [(row["id"], row["line"], row["paragraph"], row["time_code"]) for row in rows] == [
        ("bundle.zip/a.srt", "3", "", "00:01:04.000"),
        ("bundle.zip/b.md", "3", "", ""),
        ("bundle.zip/c.eml", "", "2", ""),
    ]
    done = wirecheck(home, "check", "bundle.zip", "--against", "story.txt", "-f", "sarif")
    results = json.loads(done.out)["runs"][0]["results"]
    assert [("region" in result["locations"][0]["physicalLocation"]) for result in results] == [True, True, False]
    assert results[0]["message"]["text"].endswith("; 00:01:04.000 to 00:01:09.000.")
    assert results[2]["message"]["text"].endswith("; paragraph 2 of body.")
