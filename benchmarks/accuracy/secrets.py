"""`python -m benchmarks.accuracy.secrets`: how far verdicts depend on the secret of an index.

The secret decides which shingles of a story its index keeps, and so which passages too short to be certain are seen.
The drafts of *wire* are checked against the same stories under several secrets; a draft whose verdict is not the same
under all of them is named, with what was found in it under each. Takes about a minute a secret.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.accuracy import data, wire
from benchmarks.accuracy.looking import Text, build
from checker.check import check
from checker.model import Report, Severity
from fingerprints.stores.embedded import EmbeddedStore

SECRETS = 20
ALLOWED = 0.005
"""The share of the drafts that may get another verdict under another secret."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one draft came to under one secret: its verdict, its passages that are more than notes, its doubts."""

    verdict: str
    words: int
    passages: tuple[str, ...]
    doubts: tuple[str, ...]


def secret_of(number: int) -> bytes:
    """The secret of this number, always the same."""
    return hashlib.blake2b(f"wirecheck secret {number}".encode(), digest_size=32).digest()


def answers(stories: Sequence[Text], drafts: Sequence[Text], secret: bytes) -> dict[str, Answer]:
    """Every draft's answer from an index of these stories under a secret."""
    with tempfile.TemporaryDirectory() as place:
        build(Path(place) / "index", stories, secret)
        with EmbeddedStore(Path(place) / "index", readonly=True) as index:
            return {id: answer_of(check(text, index, id=id)) for id, text in drafts}


def answer_of(report: Report) -> Answer:
    """Of a report, what is compared."""
    grave = [match for match in report.matches if match.severity != Severity.NOTE]
    told = tuple(
        f"{match.source.id} {match.submitted.start}..{match.submitted.end} {match.words} words {match.status}"
        for match in report.matches
    )
    return Answer(str(report.verdict), sum(match.words for match in grave), told, report.unjudged)


def changed(found: Sequence[Mapping[str, Answer]]) -> list[str]:
    """The ids of the drafts whose verdict is not the same under all secrets."""
    return [id for id in found[0] if len({answers[id].verdict for answers in found}) > 1]


def main(given: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where more drafts change their verdict than may."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.secrets", description=__doc__.split("\n")[0])
    parser.add_argument("--eval", metavar="DIR", help=f"the data (else {data.VARIABLE}, else ../shared/eval)")
    parser.add_argument("--secrets", type=int, default=SECRETS)
    parser.add_argument("--stories", type=int, help="only the true sources and so many others, to save time")
    wanted = parser.parse_args(given)
    folder = data.locate(wanted.eval)
    rows = list(data.lines(folder / wire.FILES[1]))
    drafts = [(row["id"], row["text"]) for row in rows]
    stories = list(wire.stories(folder))
    if wanted.stories is not None:
        true = {truth[0] for row in rows for truth in row["truth"]}
        others = [story for story in stories if story[0] not in true]
        chosen = {id for id, _ in Random(1).sample(others, min(wanted.stories, len(others)))} | true
        stories = [story for story in stories if story[0] in chosen]
    found = []
    for number in range(wanted.secrets):
        began = time.monotonic()
        found.append(answers(stories, drafts, secret_of(number)))
        verdicts = Counter(answer.verdict for answer in found[-1].values())
        print(f"secret {number}: {dict(verdicts)} in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    other = changed(found)
    for id in other:
        print(f"\n{id}")
        for answer, times in Counter(answers[id] for answers in found).most_common():
            print(f"  {times} secrets: {answer.verdict}; {'; '.join((*answer.passages, *answer.doubts))}")
    spread = [id for id in found[0] if len({answers[id].words for answers in found}) > 1]
    print(f"\n{len(stories):,} stories, {len(drafts)} drafts, {len(found)} secrets")
    print(f"{len(spread)} drafts have not the same words reported under all secrets")
    print(f"{len(other)} drafts change their verdict ({len(other) / len(drafts):.2%})")
    return 1 if len(other) > ALLOWED * len(drafts) else 0


if __name__ == "__main__":
    sys.exit(main())
