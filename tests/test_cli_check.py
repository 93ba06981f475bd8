from __future__ import annotations

import gzip
import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commandline import BRIDGE, COMMAND, DRAFT, OTHER, TAKEN, environment, wirecheck

CLEAN = "Nothing to see here but a recipe for barley soup, which wants an hour on a low flame and a patient cook.\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with an index in the usual place, and a few drafts."""
    folder = tmp_path_factory.mktemp("newsroom")
    (folder / "wire").mkdir()
    (folder / "wire" / "bridge.txt").write_text(BRIDGE)
    (folder / "wire" / "other.txt").write_text(OTHER)
    done = wirecheck(folder, "add", "wire", "--holder", "Meridian Press")
    assert (done.code, done.out) == (0, "Added 2, replaced 0, unchanged 0: 86 words in all.\n")
    (folder / "draft.txt").write_text(DRAFT)
    (folder / "clean.txt").write_text(CLEAN)
    (folder / "binary.bin").write_bytes(bytes(range(256)) * 8)
    (folder / "drafts").mkdir()
    (folder / "drafts" / "b.txt").write_text(DRAFT)
    (folder / "drafts" / ".hidden.txt").write_text(DRAFT)
    (folder / "drafts" / "sub").mkdir()
    (folder / "drafts" / "sub" / "loop").symlink_to(folder / "drafts")
    (folder / "drafts" / "sub" / "a.txt").write_text(CLEAN)
    (folder / "empty").mkdir()
    (folder / "empty" / ".keep").touch()
    entries = [{"id": "one", "text": DRAFT}, {"id": "two", "text": CLEAN + "\ud800"}]
    packed = "\n".join(map(json.dumps, entries)).encode()
    (folder / "many.jsonl.gz").write_bytes(gzip.compress(packed))
    (folder / "bad.jsonl").write_bytes(packed + b'\n{"id": 1}\n')
    return folder


def test_a_piped_report_is_a_line_a_passage(home):
    done = wirecheck(home, "check", "draft.txt")
    assert done.code == 1
    (line,) = done.out.splitlines()
    assert line.startswith("draft.txt:2:14: error: 21 words of Meridian Press copy, ")
    assert line.endswith('; word for word, copied, from "wire/bridge.txt" (Meridian Press, wire/bridge.txt)')
    assert done.err == ""


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        (["clean.txt"], 0),
        (["draft.txt"], 1),
        (["clean.txt", "draft.txt"], 1),
        (["binary.bin"], 3),
        (["clean.txt", "binary.bin"], 3),
        (["binary.bin", "draft.txt"], 1),
        (["draft.txt", "missing.txt"], 2),
        (["drafts"], 1),
        (["empty"], 2),
        (["many.jsonl.gz"], 1),
        (["bad.jsonl"], 2),
        (["--format", "nonsense", "draft.txt"], 2),
        (["--nonsense"], 2),
        (["draft.txt", "--index", "nowhere"], 2),
        (["draft.txt", "--index", "web://nowhere"], 2),
        (["draft.txt", "--index", "x", "--against", "clean.txt"], 2),
        (["draft.txt", "--output", "."], 2),
        (["draft.txt", "--output", "none/such"], 2),
    ],
)
def test_exit_codes(home, inputs, code):
    assert wirecheck(home, "check", *inputs).code == code


def test_folders_are_walked_in_order_without_hidden_files_or_loops(home):
    done = wirecheck(home, "check", "drafts", "--format", "jsonl")
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ["drafts/b.txt", "drafts/sub/a.txt"]


def test_json_is_one_object_for_a_file_and_an_array_for_many(home):
    one = json.loads(wirecheck(home, "check", "draft.txt", "--format", "json").out)
    assert one["schema"] == "wirecheck.report/1"
    assert one["matches"][0]["submitted"]["text"] == TAKEN
    assert DRAFT[one["matches"][0]["submitted"]["start"] :].startswith(TAKEN)
    many = json.loads(wirecheck(home, "check", "many.jsonl.gz", "--format", "json").out)
    assert [report["verdict"] for report in many] == ["flagged", "clear"]


def test_a_bad_line_is_named_and_the_others_are_checked(home):
    done = wirecheck(home, "check", "bad.jsonl")
    assert 'bad.jsonl, line 3: It has no "text".' in done.err
    assert len(done.out.splitlines()) == 2


def test_a_story_without_a_date_has_none_anywhere(tmp_path):
    (tmp_path / "bridge.txt").write_text(BRIDGE)
    (tmp_path / "dated.json").write_text(
        json.dumps({"uri": "mp:2", "type": "text", "headline": "Bandstand", "versioncreated": "2001-04-03T09:00:00Z",
                    "body_text": OTHER})
    )  # fmt: skip
    assert wirecheck(tmp_path, "add", "bridge.txt", "dated.json", "--index", "wire.index").code == 0
    (tmp_path / "both.txt").write_text(f"{DRAFT}\n{OTHER}")
    report = json.loads(wirecheck(tmp_path, "check", "both.txt", "--index", "wire.index", "--format", "json").out)
    published = {one["source"]["id"]: one["source"]["rights"].get("published", "") for one in report["matches"]}
    assert published == {"bridge.txt": "", "mp:2": "2001-04-03T09:00:00Z"}
    assert all(one["source"]["rights"]["added"] for one in report["matches"])
    (tmp_path / "draft.txt").write_text(DRAFT)
    for format in ("html", "text"):
        shown = wirecheck(tmp_path, "check", "draft.txt", "--index", "wire.index", "--format", format).out
        assert "ublished" not in shown


def test_standard_input(home):
    assert wirecheck(home, "check", "-", stdin=DRAFT.encode()).out.startswith("-:2:14: error")
    assert wirecheck(home, "check", stdin=DRAFT.encode()).code == 1
    assert wirecheck(home, "check", "-", stdin=(home / "many.jsonl.gz").read_bytes()).out.startswith("one:2:14")


def test_a_check_loads_nothing_heavy(home):
    """What makes a cold start slow; the time itself is measured by `make speed`."""
    program = """
import sys
from cli.main import main
sys.argv = ["wirecheck", "check", "draft.txt"]
try:
    main()
except SystemExit:
    pass
print(sorted({"datasketch", "scipy", "rich", "confusable_homoglyphs"} & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=home, env=environment(home), capture_output=True, text=True
    )
    assert done.stdout.startswith("draft.txt:2:14: error")
    assert done.stderr == "[]\n"


def test_quiet_says_nothing(home):
    done = wirecheck(home, "check", "draft.txt", "--quiet")
    assert (done.code, done.out, done.err) == (1, "", "")


def test_what_could_not_be_judged_is_said(home):
    assert "binary.bin: incomplete: it is a binary file" in wirecheck(home, "check", "binary.bin").out


@pytest.mark.parametrize("text", [b"", b"word", b"\0" * 3, b"a\0b\0", "\u200b".encode(), b"\xff\xfe", b"- - -\n"])
def test_small_and_odd_texts_are_answered(home, text):
    (home / "odd.txt").write_bytes(text)
    assert wirecheck(home, "check", "odd.txt").code in (0, 3)


def test_the_page_goes_to_a_file_whole_and_through_no_link(home):
    target = home / "elsewhere.html"
    target.write_text("mine")
    (home / "page.html").symlink_to(target)
    done = wirecheck(home, "check", "draft.txt", "--format", "html", "--output", "page.html")
    assert (done.code, done.out) == (1, "")
    assert target.read_text() == "mine"
    assert (home / "page.html").read_text().startswith("<!doctype html>")
    assert not list(home.glob(".page.html*"))


def test_two_files_are_compared_without_an_index(home, tmp_path):
    (tmp_path / "a.txt").write_text(DRAFT)
    (tmp_path / "b.txt").write_text(BRIDGE)
    done = wirecheck(tmp_path, "check", "a.txt", "b.txt")
    assert (done.code, len(done.out.splitlines())) == (1, 1)
    assert done.err == "There is no index, so a.txt is compared with b.txt as its source.\n"
    explicit = wirecheck(home, "check", "draft.txt", "clean.txt", "--against", "wire/other.txt")
    assert (explicit.code, explicit.err) == (0, "")
    assert not (tmp_path / "share").exists()


def test_without_an_index_only_notices_are_read_and_nothing_is_clear(tmp_path):
    begin = "there is no index yet, so only its notices were read; make one with: wirecheck add FOLDER"
    done = wirecheck(tmp_path, "check", "-", stdin=CLEAN.encode())
    assert (done.code, done.out, done.err) == (3, f"-: incomplete: {begin}\n", "")
    foot = CLEAN + "Copyright 2019 The Associated Press. All rights reserved.\n"
    noticed = wirecheck(tmp_path, "check", "-", stdin=foot.encode())
    assert noticed.code == 1
    assert "warning" in noticed.out
    assert "notice of The Associated Press, 2019" in noticed.out
    assert begin in noticed.out
    assert not (tmp_path / "share").exists()


def test_a_command_that_needs_an_index_says_how_to_begin(tmp_path):
    done = wirecheck(tmp_path, "stats")
    assert done.code == 2
    assert "wirecheck add FOLDER" in done.err
    assert len(done.err.splitlines()) == 1


def test_the_environment_names_an_index(home):
    done = wirecheck(home, "check", "draft.txt", extra={"WIRECHECK_INDEX": "nowhere"})
    assert done.code == 2
    assert "nowhere" in done.err


def test_a_damaged_index_is_refused_in_a_sentence(home, tmp_path):
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "catalog.db").write_bytes(b"not a catalogue " * 999)
    done = wirecheck(home, "check", "draft.txt", "--index", str(tmp_path / "index"))
    assert (done.code, len(done.err.splitlines())) == (2, 1)


def on_terminal(home: Path, *args: str, **extra: str) -> str:
    """What `wirecheck ARGS` writes to a terminal."""
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [*COMMAND, *args],
        cwd=home,
        env=environment(home, {"TERM": "xterm", **extra}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        seen += chunk
    run.wait(60)
    os.close(ours)
    return seen.decode().replace("\r\n", "\n")


def test_on_a_terminal_it_is_coloured_and_shows_both_sides(home):
    seen = on_terminal(home, "check", "draft.txt", COLUMNS="120")
    assert "\x1b[1;31m✗ Flagged\x1b[0m" in seen
    assert "This text" in seen
    plain = on_terminal(home, "check", "draft.txt", NO_COLOR="1")
    assert "\x1b" not in plain
    assert ">>commuters waited" in plain
    assert wirecheck(home, "check", "draft.txt", extra={"FORCE_COLOR": "1"}).out.count("\x1b[") > 5


def test_hostile_titles_cannot_steer_the_terminal(home, tmp_path):
    evil = "\x1b]0;owned\x07\x9b2J\u202etitle\nline"
    entry = json.dumps({"id": evil, "title": evil, "holder": evil, "text": BRIDGE}).encode()
    index = str(tmp_path / "index")
    assert wirecheck(home, "add", "-", "--index", index, stdin=entry).code == 0
    for command in (["check", "draft.txt"], ["list"], ["show", evil], ["list", "--format", "json"]):
        seen = on_terminal(home, *command, "--index", index, NO_COLOR="1")
        assert not set(seen) & set("\x1b\x07\x9b\u202e"), command


def test_output_that_cannot_be_written_is_one_sentence(home):
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [*COMMAND, "check", "draft.txt"], cwd=home, env=environment(home), stdout=full, stderr=subprocess.PIPE
        )
    assert (run.returncode, run.stderr) == (2, b"Error: No space left on device: standard input or output\n")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(home, closed):
    run = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *COMMAND, "check", "draft.txt"], cwd=home, env=environment(home)
    )
    assert run.returncode == 1


def test_nobody_has_to_guess_that_it_waits_for_text(home):
    assert "Name a file or a folder" in on_terminal(home, "check")


def test_a_closed_pipe_is_quiet(home):
    run = subprocess.Popen(
        [*COMMAND, "check", *["draft.txt"] * 50],
        cwd=home,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdout
    assert run.stderr
    run.stdout.close()
    assert run.stderr.read() == b""
    assert run.wait(60) == 2
    run.stderr.close()


def test_a_source_too_long_for_a_story_is_refused(home):
    (home / "book.txt").write_text("word " * 500_001)
    done = wirecheck(home, "check", "draft.txt", "--against", "book.txt")
    assert done.code == 2
    said = "book.txt: It cannot be compared with: it has 500,001 words, and a story may have 500,000; split it."
    assert said in done.err
