"""`python -m benchmarks.shared`: measure and print. Starts a server of its own, unless --url names one."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks.accuracy.data import NoData
from benchmarks.shared import crowd, latency
from benchmarks.speed import texts
from benchmarks.speed.__main__ import shown
from tests.postgres_server import running


def main(given: Sequence[str] | None = None) -> int:
    """Measure; the exit code is 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shared", description="The shared index, measured.")
    parser.add_argument(
        "--eval", metavar="DIR", help="the evaluation folder (else WIRECHECK_EVAL, else ../shared/eval)"
    )
    parser.add_argument("--url", help="a PostgreSQL database to measure in; schemas of its own are made and dropped")
    parser.add_argument("--seconds", type=float, default=60, help="how long the crowd works")
    parser.add_argument("--only", choices=("latency", "crowd"))
    wanted = parser.parse_args(given)
    try:
        where = texts.folder(wanted.eval)
    except NoData as none:
        print(none, file=sys.stderr)
        return 2
    sound = True
    with ExitStack() as stack:
        os.environ["XDG_DATA_HOME"] = stack.enter_context(tempfile.TemporaryDirectory())
        base = wanted.url or stack.enter_context(running()).url()
        join = "&" if "?" in base else "?"
        if where is not None and wanted.only in (None, "latency"):
            shown("Latency", latency.run(where, f"{base}{join}schema=bench_{secrets.token_hex(4)}"))
        if wanted.only in (None, "crowd"):
            lines = crowd.run(f"{base}{join}schema=bench_{secrets.token_hex(4)}", wanted.seconds)
            shown("A crowd", lines)
            sound = all(line.met is not False for line in lines)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
