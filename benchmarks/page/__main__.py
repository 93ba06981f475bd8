"""From the answer to a page that can be used: 5,000 words with 200 passages, in chromium.

    python -m benchmarks.page [rounds]

The clock starts when the answer has arrived in the page and stops when it has been laid out and painted and a click
would be answered (`performance.now` in a task behind the next frame). "Work" is the processor time of the page's thread
within that, by chromium's own trace: on a machine that others use the rest is waiting. The answer is made by hand.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
from dataclasses import replace

from checker.model import Change, Edit, Kind, Match, Report, Severity, Status
from checker.reports.json import to_dict
from tests.in_browser import Watched, chromium
from tests.page_by_hand import HERE, Canned
from tests.reports_by_hand import match, report

WORDS, PASSAGES, LONG = 5_000, 200, 20
CLOCK = """() => new Promise(done => {
    const box = document.getElementById('result');
    new MutationObserver((_, watching) => {
        watching.disconnect();
        const built = performance.now();
        requestAnimationFrame(() => { const channel = new MessageChannel();
            channel.port1.onmessage = () => {
                const began = performance.getEntriesByName('answer').at(-1).startTime;
                done([built - began, performance.now() - began]);
            };
            channel.port2.postMessage(0); });
    }).observe(box, {childList: true, attributes: true});
    document.getElementById('check').click();
})"""


def answer() -> Report:
    """A draft of WORDS with PASSAGES in it, each edited at three words, in all statuses."""
    chance = random.Random(7)
    syllables = ("ska", "mer", "ro", "fen", "tal", "dun", "gor", "lis", "ven", "har", "pol", "tam")
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(WORDS)]
    text = "".join(word + ("\n" if number % 40 == 39 else " ") for number, word in enumerate(words))
    begins = [0]
    for word in words:
        begins.append(begins[-1] + len(word) + 1)
    made, statuses = [], list(Status)
    for number in range(PASSAGES):
        first = number * WORDS // PASSAGES
        start, end = begins[first], begins[first + LONG] - 1
        edits, at = [], start
        for changed in (first + 4, first + 9, first + 15):
            low, high = begins[changed], begins[changed + 1] - 1
            edits += [Edit(Change.EQUAL, at, low, at - start, low - start)]
            edits += [Edit(Change.REPLACED, low, high, low - start, high - start)]
            at = high
        edits.append(Edit(Change.EQUAL, at, end, at - start, end - start))
        source = text[start:end].upper()
        one = match(text, start, end, source=source, edits=edits, kind=Kind.EDITED, id=f"mp-{number}")
        made.append((one, statuses[number % len(statuses)], list(Severity)[number % 3]))
    return report(text, [_judged(*one) for one in made])


def _judged(one: Match, status: Status, severity: Severity) -> Match:
    return replace(one, status=status, severity=severity, rule=str(status), why=f"{LONG} words of Meridian Press copy")


def main(rounds: int = 9) -> None:
    """Prints the median and the worst of the rounds, in milliseconds."""
    told = answer()
    canned = Canned(**{"POST /v1/checks": (200, to_dict(told))})
    times = []
    with chromium() as browser:
        for _ in range(rounds):
            watched = Watched(browser)
            page = watched.open(HERE + "/", canned)
            page.fill("#text", told.text)
            browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline", "blink.user_timing"])
            built, interactive = page.evaluate(CLOCK)
            times.append((built, interactive, work(browser.stop_tracing(), interactive)))
            page.locator(".card").nth(PASSAGES - 1).wait_for(state="attached")
            watched.close()
    for name, column in zip(("built", "to interactive", "work"), zip(*times, strict=True), strict=True):
        print(f"{name}: median {statistics.median(column):.0f} ms, worst {max(column):.0f} ms")


def work(trace: bytes, until: float) -> float:
    """Processor time of the page's thread in tasks that began before `until`, milliseconds after the answer."""
    events = json.loads(trace)["traceEvents"]
    mark = [event for event in events if event["name"] == "answer"][-1]
    tasks = [event for event in events if event["name"] == "RunTask" and event["tid"] == mark["tid"]]
    spans = [
        (event["ts"] + event["dur"] - mark["ts"], event["ts"] - mark["ts"], event["tdur"])
        for event in tasks
        if "tdur" in event
    ]
    return float(sum(spent for end, begin, spent in spans if end > 0 and begin < until * 1000) / 1000)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
