"""Traffic to a service on loopback: requests at a steady rate, whether answers come or not, and what became of each.

`python -m benchmarks.service.traffic PORT RATE SECONDS` reads requests from standard input (a JSON array of texts) and
writes what became of them to standard output. It is a process of its own, so that its own work is not the service's.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass

MOST_OPEN = 2_000
TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one request: when it was due (seconds from the start), its status (0: none), seconds it took."""

    due: float
    status: int
    seconds: float


def wire_form(text: str) -> bytes:
    """The bytes of one check."""
    body = json.dumps({"text": text}).encode()
    head = (
        "POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connections:
    """Open connections, used again when the service lets them be."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()
        self.open = 0

    async def ask(self, request: bytes) -> int:
        """The status of the answer, read to its end. 0 when there is none."""
        if self._free:
            reader, writer = self._free.pop()
        elif self.open >= MOST_OPEN:
            return 0
        else:
            self.open += 1
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
            except OSError:
                self.open -= 1
                return 0
        keep = False
        try:
            writer.write(request)
            status, keep = await _answer(reader)
            return status
        except (OSError, asyncio.IncompleteReadError):
            return 0
        finally:
            if keep:
                self._free.append((reader, writer))
            else:
                self.open -= 1
                writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    headers = dict(line.split(b": ", 1) for line in lines[1:] if b": " in line)
    await reader.readexactly(int(headers[b"content-length"]))
    return int(lines[0].split()[1]), headers.get(b"connection") != b"close"


async def steadily(port: int, rate: float, seconds: float, texts: Sequence[str]) -> list[Sent]:
    """`rate` requests a second for so long. Times count from when a request was due, so that delays of ours count."""
    connections, requests = Connections(port), [wire_form(text) for text in texts]
    began, sent, tasks = time.perf_counter(), [], []

    async def one(due: float, request: bytes) -> None:
        try:
            status = await asyncio.wait_for(connections.ask(request), TIMEOUT)
        except TimeoutError:
            status = 0
        sent.append(Sent(due, status, time.perf_counter() - began - due))

    for number in range(int(rate * seconds)):
        due = number / rate
        wait = began + due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(due, requests[number % len(requests)])))
    await asyncio.gather(*tasks)
    return sent


def main() -> None:
    """See above."""
    port, rate, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    texts = json.load(sys.stdin)
    json.dump([asdict(one) for one in asyncio.run(steadily(port, rate, seconds, texts))], sys.stdout)


if __name__ == "__main__":
    main()
