from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import time

import pytest

from tests.commandline import BRIDGE, COMMAND, DRAFT, OTHER, environment, wirecheck


@pytest.fixture
def home(tmp_path):
    """An empty folder with two stories in files."""
    (tmp_path / "bridge.txt").write_text(BRIDGE)
    (tmp_path / "other.txt").write_text(OTHER)
    return tmp_path


def test_add_list_show_replace_remove(home):
    first = wirecheck(home, "add", "bridge.txt", "other.txt", "--title", "A title")
    assert (first.code, first.out, first.err) == (0, "Added 2, replaced 0, unchanged 0: 86 words in all.\n", "")
    again = wirecheck(home, "add", "bridge.txt", "--title", "A title")
    assert again.out == "Added 0, replaced 0, unchanged 1: 51 words in all.\n"
    (home / "bridge.txt").write_text(BRIDGE + "The heron was unhurt.\n")
    assert wirecheck(home, "add", "bridge.txt").out == "Added 0, replaced 1, unchanged 0: 55 words in all.\n"
    assert wirecheck(home, "list").out.splitlines() == ["bridge.txt\t55\t2\t", "other.txt\t35\t1\tA title"]
    told = json.loads(wirecheck(home, "show", "bridge.txt", "--format", "json").out)
    assert [(one["revision"], one["current"]) for one in told["revisions"]] == [(2, True), (1, False)]
    assert "The heron was unhurt." in wirecheck(home, "show", "bridge.txt").out
    assert json.loads(wirecheck(home, "stats", "--format", "json").out)["works"] == 2
    assert "Stories:" in wirecheck(home, "stats").out
    assert wirecheck(home, "remove", "bridge.txt").out == "Removed 1.\n"
    gone = wirecheck(home, "remove", "bridge.txt")
    assert (gone.code, gone.err) == (2, "bridge.txt: There is no story of this id.\n")
    assert [one["id"] for one in json.loads(wirecheck(home, "list", "--format", "json").out)] == ["other.txt"]
    assert wirecheck(home, "show", "bridge.txt").code == 2


def test_what_cannot_be_added_is_said_and_the_rest_is_added(home):
    (home / "empty.txt").write_text(" \n")
    (home / "binary.txt").write_bytes(bytes(256) * 9)
    (home / "lines.jsonl").write_text(
        '{"id": "a", "text": "five words are enough here"}\nnonsense\n{"id": "b", "text": "\\ud800 x"}'
    )
    done = wirecheck(home, "add", "empty.txt", "binary.txt", "lines.jsonl", "bridge.txt", "missing.txt")
    assert (done.code, done.out) == (2, "Added 3, replaced 0, unchanged 0: 57 words in all.\n")
    told = done.err.splitlines()
    assert told[0] == "empty.txt: It was not added: there are no words in it."
    assert told[1].startswith("binary.txt: It was not added: it is a binary file")
    assert told[2].startswith("lines.jsonl, line 2: It is not JSON")
    assert told[3] == "missing.txt: No such file or directory."
    assert told[4] == "3 could not be added."


def test_an_empty_item_among_others_is_said_and_no_failure(home):
    items = [{"id": "advisory", "text": ""}, {"id": "story", "text": "a story of five words"}]
    (home / "feed.jsonl").write_text("\n".join(map(json.dumps, items)))
    done = wirecheck(home, "add", "feed.jsonl")
    assert (done.code, done.out) == (0, "Added 1, replaced 0, unchanged 0: 5 words in all.\n")
    assert done.err == "advisory (line 1): It was not added: there are no words in it.\n"
    (home / "nothing.txt").write_text(" \n")
    assert wirecheck(home, "add", "nothing.txt").code == 2


def test_an_id_used_twice_is_said_and_the_later_text_counts(home):
    lines = [json.dumps({"id": "a", "text": text}) for text in (BRIDGE, OTHER)]
    done = wirecheck(home, "add", "-", stdin="\n".join(lines).encode())
    assert done.err == "a (line 2): This id came twice; the later text is its newer revision.\n"
    assert done.out == "Added 1, replaced 1, unchanged 0: 86 words in all.\n"
    assert "bandstand" in wirecheck(home, "show", "a").out


def test_a_text_from_standard_input_needs_an_id(home):
    assert wirecheck(home, "add", "-", stdin=BRIDGE.encode()).code == 2
    assert wirecheck(home, "add", "-", "--id", "mp-1", stdin=BRIDGE.encode()).code == 0
    assert wirecheck(home, "add", "bridge.txt", "other.txt", "--id", "x").code == 2


def test_a_folder_without_text(home):
    (home / "none").mkdir()
    done = wirecheck(home, "add", "none")
    assert (done.code, done.err.splitlines()[0]) == (2, "none: There is no text in this folder.")


def test_doctor_and_backup(home):
    wirecheck(home, "add", "bridge.txt")
    sound = wirecheck(home, "doctor")
    assert (sound.code, sound.err) == (0, "")
    assert sound.out.startswith("ok")
    assert wirecheck(home, "backup", "copy").code == 0
    assert wirecheck(home, "backup", "copy").code == 2
    (home / "draft.txt").write_text(DRAFT)
    assert wirecheck(home, "doctor", "--index", "nowhere").code == 2


@pytest.mark.parametrize("command", ["list", "stats", "doctor", "show x", "remove x", "backup there"])
def test_a_missing_index_is_one_sentence(home, command):
    done = wirecheck(home, *command.split())
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Error: ")
    assert len(done.err.splitlines()) == 1


def test_ctrl_c_in_an_add_leaves_a_sound_index(home):
    run = subprocess.Popen(
        [*COMMAND, "add", "-", "--index", "new"],
        cwd=home,
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdin
    assert run.stderr
    assert run.stdout
    for number in range(300):
        run.stdin.write(json.dumps({"id": str(number), "text": OTHER}).encode() + b"\n")
    run.stdin.flush()
    deadline = time.monotonic() + 60
    while not (home / "new" / "catalog.db").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    os.kill(run.pid, signal.SIGINT)
    assert run.wait(60) == 2
    assert run.stderr.read().decode() == "Stopped; 0 stories are saved.\n"
    run.stdin.close()
    run.stdout.close()
    run.stderr.close()
    assert wirecheck(home, "list", "--index", "new").out == ""
    assert wirecheck(home, "doctor", "--index", "new").code == 0
    assert wirecheck(home, "add", "bridge.txt", "--index", "new").code == 0


def test_help_version_and_examples(home):
    assert wirecheck(home, "--version").out.startswith("wirecheck")
    overview = wirecheck(home, "--help").out
    for command in ("add", "remove", "list", "show", "check", "stats", "doctor", "backup", "demo"):
        assert f"\n  {command} " in overview
        assert "Example" in wirecheck(home, command, "--help").out


def test_the_demo_ends_with_commands_that_work(home):
    done = wirecheck(home, "demo", "--output", "out put")
    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    assert (home / "out put" / "report.html").is_file()
    assert [
        word in done.out for word in ("✗ Flagged  draft.txt", "✗ Flagged  broadcast.txt", "✓ Clear  clean.txt")
    ] == [True] * 3
    commands = done.out.partition("Next:\n")[2].partition("\n\n")[0].splitlines()
    assert len(commands) == 3
    codes = [wirecheck(home, *shlex.split(command)[1:]).code for command in commands]
    assert codes == [1, 0, 1]
    assert wirecheck(home, "demo", "--output", "out put").code == 0


def test_a_text_too_long_for_a_story_is_refused_and_the_rest_is_added(home):
    (home / "archive.txt").write_text("word " * 500_001)
    done = wirecheck(home, "add", "archive.txt", "bridge.txt")
    assert (done.code, done.out) == (2, "Added 1, replaced 0, unchanged 0: 51 words in all.\n")
    said = "archive.txt: It was not added: it has 500,001 words, and a story may have 500,000; split it."
    assert done.err.splitlines()[0] == said
