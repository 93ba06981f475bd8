"""An audit that is killed at any moment, in any way, comes to the same end as one that nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.audit_runs import AT, alive, audit, children, files, finished, newsroom, started, wait_until

KILLS = int(os.environ.get("WIRECHECK_KILLS") or (100 if os.environ.get("CI") else 8))
AN_AUDIT = 10
"""Kills of one audit; then it is let be."""
OPTIONS = ("in", "--index", "wire", "--at", AT, "--site", "wick.example", "--map", "--workers", "2")
WAYS = ("all", "coordinator", "worker", "reader")

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return newsroom(tmp_path_factory.mktemp("kills"))


@pytest.fixture(scope="module")
def undisturbed(home: Path) -> tuple[dict[str, bytes], float]:
    """The files of an audit that nobody disturbed, and how long it takes in seconds."""
    begun = time.monotonic()
    assert audit(home, *OPTIONS, "--out", "calm").code == 1
    counts = finished(home / "calm")
    assert (counts["pages"], counts["unreadable"], counts["unjudged"]) == (60, 2, 0)
    assert counts["duplicates"] >= 15 and len(list((home / "calm/results").iterdir())) == 8
    return files(home / "calm"), time.monotonic() - begun


def killed(process: subprocess.Popen[bytes], how: str, chance: random.Random) -> bool:
    """Kill it, or one of those that work for it; whether there was anything to kill."""
    if process.poll() is not None:
        return False
    workers, readers = children(process.pid, "engines/worker.py"), children(process.pid, "source_child.py")
    if how == "all":
        os.killpg(process.pid, signal.SIGKILL)
    elif how == "coordinator":
        process.kill()
    else:
        among = workers if how == "worker" else readers
        if not among:
            return False
        os.kill(chance.choice(among), signal.SIGKILL)
        return True
    process.wait()
    wait_until(lambda: not any(map(alive, (*workers, *readers))))
    return True


@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", range(-(-KILLS // AN_AUDIT)))
def test_an_audit_killed_again_and_again_ends_as_one_that_was_not(
    home: Path, undisturbed: tuple[dict[str, bytes], float], number: int
) -> None:
    expected, seconds = undisturbed
    chance = random.Random(20010620 + number)
    wanted = min(AN_AUDIT, KILLS - AN_AUDIT * number)
    kills, out = 0, f"killed-{number}"
    while True:
        with started(home, *OPTIONS, "--out", out) as process:
            end = time.monotonic() + chance.uniform(0.1, 0.9) * seconds
            while process.poll() is None and time.monotonic() < end and kills < wanted:
                time.sleep(0.01)
            if kills < wanted and killed(process, chance.choice(WAYS), chance):
                kills += 1
            said = process.communicate()[1].decode()
        assert "Traceback" not in said and process.returncode in (1, -signal.SIGKILL), said
        if process.returncode == 1 and kills < wanted:
            (home / out / "finished.json").unlink()  # done too early: some of it once more
            for path in chance.sample(sorted((home / out / "results").iterdir()), 3):
                path.unlink()
        elif process.returncode == 1:
            break
    found = files(home / out)
    assert found.keys() == expected.keys(), f"after {kills} kills"
    assert not [name for name, data in found.items() if data != expected[name]], f"after {kills} kills"
