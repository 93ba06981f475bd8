"""Audits run as people run them: a process of its own, a few small pages, and small chunks so that there are many."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.audited import CLOCK, FLOOD, NOTICE, OURS, SNOW, WIRE, words_of
from tests.commandline import Done, environment
from tests.inputs_by_hand import lines, warc

PROGRAM = """\
import sys
import checker.audit.plan as plan
plan.MOST_PAGES = int(sys.argv.pop(1))
import cli.main
cli.main.main()
"""
"""The command, with chunks of so many pages."""
AT = "2029-05-01T00:00:00Z"
PAGES = 8
STORIES = (CLOCK, FLOOD, SNOW)


def command(*args: str, pages: int = PAGES) -> list[str]:
    """`wirecheck ARGS` with chunks of so many pages."""
    return [sys.executable, "-c", PROGRAM, str(pages), *args]


def audit(home: Path, *args: str, pages: int = PAGES, extra: Mapping[str, str] | None = None) -> Done:
    """`wirecheck audit ARGS` in the folder `home`, to its end."""
    done = subprocess.run(
        command("audit", *args, pages=pages),
        cwd=home, env=environment(home, extra), capture_output=True, timeout=200, check=False,
    )  # fmt: skip
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err, err
    return Done(done.returncode, out, err)


def newsroom(home: Path) -> Path:
    """A folder with an index of the demo's stories, and sixty pages of every kind in `in`, many of them twice."""
    subprocess.run(
        command("add", str(WIRE), "--index", "wire"), cwd=home, env=environment(home), check=True, capture_output=True
    )
    (home / "in").mkdir()
    for number in range(24):
        taken = words_of(STORIES[number % 3], number % 12, 40)
        html = f"<html><head><title>The Wick Courier</title></head><body><p>{taken}</p><p>{OURS}</p></body></html>"
        (home / f"in/a{number:02}.html").write_text(html)
    told = [f"{OURS} Number {number % 9}. {NOTICE if number % 9 == 4 else ''}" for number in range(18)]
    (home / "in/b.jsonl").write_bytes(lines(*({"id": f"b{n}", "text": one} for n, one in enumerate(told)), b"{no"))
    (home / "in/c.warc").write_bytes(warc(*(words_of(STORIES[number % 2], number % 4, 30) for number in range(16))))
    (home / "in/d.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    return home


def files(folder: Path) -> dict[str, bytes]:
    """All files of an audit but its lock, by name."""
    found = (one for one in folder.rglob("*") if one.is_file() and one.name != ".lock")
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in found}


def finished(folder: Path) -> dict[str, int]:
    """The counts of an audit that is done."""
    counts: dict[str, int] = json.loads((folder / "finished.json").read_bytes())["counts"]
    return counts


def children(pid: int, program: str) -> list[int]:
    """Processes that `pid` began to run a file of this name."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == pid and program.encode() in (stat.parent / "cmdline").read_bytes():
                found.append(int(stat.parent.name))
        except (OSError, ValueError, IndexError):
            continue
    return found


def alive(pid: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Until it is; fails when it takes too long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def started(home: Path, *args: str) -> subprocess.Popen[bytes]:
    """`wirecheck audit ARGS`, begun, in a process group of its own."""
    return subprocess.Popen(
        command("audit", *args), cwd=home, env=environment(home), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def signalled(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to the whole group of a process."""
    os.killpg(process.pid, number)
