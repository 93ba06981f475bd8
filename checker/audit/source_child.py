"""Inputs taken apart in a process of their own: a web archive, zip or table that breaks a parser breaks no audit.

Run as a file by `checker.audit.children`, in isolated mode. The order comes in as a line of JSON; what goes out is one
stream of Arrow batches of PAGES, each with the position behind it (JSON) in its metadata. An empty batch says that it
is still at work. The process may write no file, and ends with its parent.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

POSITION = b"position"
DONE = b"done"
"""Keys of a batch's metadata."""
MOST_PAGES, MOST_BYTES = 16, 8 << 20
"""A batch is sent when it holds so many pages, or bytes of them."""
BEAT = 5.0
"""Seconds after which it says that it is at work."""
MOST_FILES = 256


class Sender:
    """Pages as batches. `carefully`: each for itself, with a word ahead of every file."""

    def __init__(self, out: Any, *, carefully: bool) -> None:
        import pyarrow as pa

        from checker.audit.schema import PAGES
        from checker.audit.source import Position

        self._writer = pa.ipc.new_stream(out, PAGES)
        self._pages: list[Any] = []
        self._bytes = 0
        self._sent = time.monotonic()
        self._most = 1 if carefully else MOST_PAGES
        self.at = Position()

    def take(self, page: Any, at: Any) -> None:
        """A page, or None where a file begins."""
        self.at = at
        if page is None:
            if self._most == 1:
                self.send()
            return
        self._pages.append(page)
        self._bytes += len(page.body)
        if len(self._pages) >= self._most or self._bytes >= MOST_BYTES:
            self.send()

    def beat(self) -> None:
        """Say that this process is at work, if it said nothing for a while."""
        if time.monotonic() - self._sent > BEAT:
            self.send([])

    def send(self, pages: list[Any] | None = None, *, done: bool = False) -> None:
        """What there is, with the position behind it."""
        from checker.audit.schema import pages_batch

        if pages is None:
            pages, self._pages, self._bytes = self._pages, [], 0
            facts = {POSITION: json.dumps(asdict(self.at)).encode(), **({DONE: b"1"} if done else {})}
        else:
            facts = {}
        self._writer.write_batch(pages_batch(pages), custom_metadata=facts)
        self._sent = time.monotonic()

    def close(self) -> None:
        """The last pages, and the end of the stream."""
        self.send(done=True)
        self._writer.close()


def serve() -> int:
    """Do as ordered. Returns the exit status."""
    from checker.readers.child import OUT_OF_MEMORY, die_with, limit

    order = json.loads(sys.stdin.buffer.readline())
    die_with(order["parent"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    # not the address space: a zip file of many gigabytes is mapped, and takes none of it
    limit({"DATA": order["memory"], "CORE": 0, "FSIZE": 0, "NOFILE": MOST_FILES})
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints is no page
    try:
        from checker.audit.inputs import Input
        from checker.audit.source import Position, pages_from

        _few_threads()
        sender = Sender(out, carefully=order["carefully"])
        sender.at = Position(**order["begin"])
        sender.send()
        inputs = [Input(*one) for one in order["inputs"]]
        for page, at in pages_from(inputs, sender.at, sender.beat):
            sender.take(page, at)
        sender.close()
    except BrokenPipeError:
        return 1
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _few_threads() -> None:
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    sys.exit(serve())
