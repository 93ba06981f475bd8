"""Gives up what a converter must not have, and becomes it: `convert_child.py PARENT PROGRAM ARGUMENTS...`."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

MB = 1024 * 1024
LIMITS = {"AS": 4096 * MB, "CPU": 80, "FSIZE": 256 * MB, "CORE": 0}
"""By the names of setrlimit: address space, seconds of computing, bytes of a file, bytes of a dump."""
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Never returns."""
    parent, program = int(sys.argv[1]), sys.argv[2]
    with contextlib.suppress(ImportError):
        import resource

        for kind, value in LIMITS.items():
            with contextlib.suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (value, value))
    if sys.platform.startswith("linux"):
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            library = ctypes.CDLL(None)
            library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            # without a network: at once as root, else as a user of its own who may have none
            if library.unshare(NEW_NETWORK):
                library.unshare(NEW_USER | NEW_NETWORK)
    if os.getppid() != parent:
        sys.exit(1)
    os.execv(program, [program, *sys.argv[3:]])  # noqa: S606 -- the program that this process is for


if __name__ == "__main__":
    main()
