"""`python -m benchmarks.service`: what the service sustains, and how it behaves at half of that and at ten times.

All of it on one machine: the service, its workers and the traffic share the cores, so the figures are lower bounds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from benchmarks.accuracy import wire
from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import build
from benchmarks.service.traffic import Sent
from benchmarks.speed import texts as made_up
from benchmarks.speed.clock import Line, least, most
from benchmarks.speed.index import WORDS

STORIES = 12_000
SECONDS = 8.0


def main(given: Sequence[str] | None = None) -> int:
    """Measure and print; a missed target is said, and fails nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__.partition("\n")[0])
    parser.add_argument("--eval", metavar="DIR", help="the evaluation folder (else WIRECHECK_EVAL, ../shared/eval)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes (default: 2)")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each part takes")
    wanted = parser.parse_args(given)
    works, drafts = material(made_up.folder(wanted.eval))
    with tempfile.TemporaryDirectory() as place:
        build(Path(place) / "index", works)
        port, process = started(Path(place), wanted.workers)
        try:
            for line in (*used(process.pid, port, drafts), *measured(port, drafts, wanted.seconds)):
                met = "" if line.met is None else "met" if line.met else "MISSED"
                print(f"  {line.what:62s} {line.value:>14s}  {line.asked:>12s}  {met}".rstrip(), flush=True)
        finally:
            process.terminate()
            process.wait(20)
    return 0


def material(where: Path | None) -> tuple[list[tuple[str, str]], list[str]]:
    """Stories to index and drafts of at most WORDS words."""
    if where is None:
        stories = [(f"story-{number}", text) for number, text in enumerate(made_up.synthetic(STORIES))]
        return stories, [text for _, text in stories[:200]]
    drafts = [" ".join(draft["text"].split(" ")[:WORDS]) for draft in lines(where / wire.FILES[1])]
    return list(wire.stories(where)), drafts


def started(place: Path, workers: int) -> tuple[int, subprocess.Popen[bytes]]:
    """A service on a free port, ready."""
    port = 8700 + os.getpid() % 200
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIRECHECK_")}
    given = {"DATA": place / "data", "INDEX": place / "index", "PORT": port, "WORKERS": workers}
    env = kept | {f"WIRECHECK_SERVER_{name}": str(value) for name, value in given.items()}
    process = subprocess.Popen([sys.executable, "-m", "api", "serve"], env=env)
    for _ in range(600):
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return port, process
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the service did not start")


def traffic(port: int, rate: float, seconds: float, drafts: Sequence[str]) -> list[Sent]:
    """What became of `rate` requests a second, sent by a process of its own."""
    command = [sys.executable, "-m", "benchmarks.service.traffic", str(port), str(rate), str(seconds)]
    done = subprocess.run(command, input=json.dumps(list(drafts)).encode(), capture_output=True, check=True)
    return [Sent(**one) for one in json.loads(done.stdout)]


def used(pid: int, port: int, drafts: Sequence[str]) -> list[Line]:
    """Processor time that a check takes, of server and workers: a busy machine does not change that much."""
    if not Path(f"/proc/{pid}").exists():
        return []
    traffic(port, 20, 3, drafts)
    workers = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    before = processor(pid), sum(map(processor, workers))
    sent = traffic(port, 20, 10, drafts)
    done = sum(one.status == 200 for one in sent) or 1
    server, work = processor(pid) - before[0], sum(map(processor, workers)) - before[1]
    return [
        Line("processor time a check: the server", f"{server / done * 1000:.1f} ms"),
        Line("the same: its workers", f"{work / done * 1000:.1f} ms"),
        Line("what two cores would do with nothing else to do", f"{2 * done / (server + work):.0f} /s"),
    ]


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    found = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(found[11]) + int(found[12])) / os.sysconf("SC_CLK_TCK")


def measured(port: int, drafts: Sequence[str], seconds: float) -> list[Line]:
    """The lines of the result."""
    traffic(port, 20, 3, drafts)  # everything is loaded, and the index is in the cache
    rate = sustained(port, drafts, seconds)
    out = [least(f"checks of {WORDS} words a second, sustained", rate, 100, "/s")]
    calm = traffic(port, max(rate / 2, 1), seconds, drafts)
    out.append(most("at half of it: 99 in 100 within", quantile(calm, 200), 100, "ms"))
    out.append(Line("the same, median", f"{middle(calm, 200):.1f} ms"))
    out += overload(port, drafts, rate, seconds)
    return out


def sustained(port: int, drafts: Sequence[str], seconds: float) -> float:
    """The highest rate, in steps of a tenth, at which nothing is refused; found from above by what gets done."""
    flood = traffic(port, 400, 4, drafts)
    rate = sum(one.status == 200 for one in flood) / max(one.due + one.seconds for one in flood)
    while True:
        sent = traffic(port, rate, seconds, drafts)
        if all(one.status == 200 for one in sent):
            return rate
        rate *= 0.9


def overload(port: int, drafts: Sequence[str], rate: float, seconds: float) -> list[Line]:
    """Ten times the capacity, and a second later half of it again."""
    flood = traffic(port, rate * 10, seconds, drafts)
    served = [one for one in flood if one.status == 200]
    lost = sum(one.status not in (200, 503) for one in flood)
    out = [
        most("at ten times it: admitted, 99 in 100 within", quantile(flood, 200), 300, "ms"),
        Line("the same, median", f"{middle(flood, 200):.1f} ms"),
        most("refused, 99 in 100 within", quantile(flood, 503), 50, "ms"),
        Line("the same, median", f"{middle(flood, 503):.1f} ms"),
        Line("done meanwhile, of what is sustained", f"{len(served) / seconds / rate:.2f} x"),
        Line("neither done nor refused", f"{lost} of {len(flood)}"),
    ]
    time.sleep(1.0)
    after = traffic(port, max(rate / 2, 1), seconds / 2, drafts)
    out.append(most("a second later, at half: 99 in 100 within", quantile(after, 200), 100, "ms"))
    out.append(Line("the same, refused", f"{sum(one.status != 200 for one in after)} of {len(after)}"))
    return out


def quantile(sent: Sequence[Sent], status: int) -> float:
    """The 99th percentile of those with this status, in milliseconds; 0 when there are none."""
    times = sorted(one.seconds for one in sent if one.status == status)
    return times[min(len(times) - 1, int(len(times) * 0.99))] * 1000 if times else 0.0


def middle(sent: Sequence[Sent], status: int) -> float:
    """The median of those with this status, in milliseconds."""
    return median([one.seconds for one in sent if one.status == status] or [0.0]) * 1000


if __name__ == "__main__":
    sys.exit(main())
