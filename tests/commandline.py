"""Runs the command as a user does: a process of its own, an own home, no settings from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "cli.main")
UNSET = (
    "WIRECHECK_INDEX",
    "WIRECHECK_POLICY",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "WIRECHECK_DEBUG",
)

BRIDGE = """\
PORT HALLAM, April 3 (MP) -- The swing bridge at Port Hallam stuck open for six hours on Tuesday after a heron built its
nest in the gearwheel, and some 300 commuters waited on either bank until a carpenter carried bird and nest away on a
tray lined with his own scarf.
"""
OTHER = """\
The parish of Marrow has voted to paint its bandstand green again. The treasurer abstained, as he does every spring, and
the brass band played on under the scaffolding with paper hats against the drips.
"""
TAKEN = (
    "commuters waited on either bank until a carpenter carried bird and nest away on a tray lined with his own scarf"
)
DRAFT = f"Our correspondent writes from the quay.\nThat morning {TAKEN}, which nobody minded.\n"


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended."""

    code: int
    out: str
    err: str


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a run whose home is `home`."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    return (
        kept
        | {
            "PYTHONPATH": str(ROOT),
            "XDG_DATA_HOME": str(home / "share"),
            "HOME": str(home),
            "PYTHONUTF8": "1",
        }
        | dict(extra or {})
    )


def wirecheck(home: Path, *args: str, stdin: bytes = b"", extra: Mapping[str, str] | None = None) -> Done:
    """`wirecheck ARGS` in the folder `home`."""
    done = subprocess.run(
        [*COMMAND, *args],
        cwd=home,
        env=environment(home, extra),
        input=stdin,
        capture_output=True,
        timeout=100,
        check=False,
    )
    out, err = done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "surrogateescape")
    assert "Traceback" not in err
    return Done(done.returncode, out, err)
