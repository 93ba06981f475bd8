"""The whole job on one screen: a text, an index and the house's thresholds make a report."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from checker.align import Aligner
from checker.candidates import Candidate, rank, spread
from checker.group import Attributed, attribute
from checker.model import IndexStamp, Report, Submitted, Tool, Verdict
from checker.policy import DEFAULT_POLICY, Policy
from checker.prepared import Prepared, prepare
from checker.rearranged import join
from checker.respace import misspaced, respace
from checker.refine import STOCK_LONG, STOCK_STORIES, Found, Verdicts, refine, split_insertions
from checker.write import Stored, dropped_of, match_of, stories_of, union
from fingerprints.index import Hits, ReadIndex
from fingerprints.sketch import Probes, Sketcher, sketcher

WHOLE = 3000
"""A draft of up to this many words is compared in one piece, a longer one around its hits."""
MARGIN = 1000
DROPPED_SHOWN = 50
LEAST_DROPPED = 5.0
"""Passages below this weight are chance, and not worth a line among the dropped."""


def check(
    text: str, index: ReadIndex, policy: Policy = DEFAULT_POLICY, *, id: str = "", incomplete: Sequence[str] = ()
) -> Report:
    """Which passages of `text` reproduce which stories of `index`.

    `incomplete` are reasons known beforehand why the text could not be judged whole.
    Raises the errors of `fingerprints.errors` when the index cannot be read.
    """
    sketch = sketcher(index.spec, index.secret)
    submitted = prepare(text[: policy.most_characters], sketch)
    probes, hits = _look_up(submitted, index, sketch)
    run_together = index.fetch(misspaced(probes, hits))
    if run_together:
        submitted = respace(submitted, [prepare(one.work.text, sketch) for one in run_together], sketch)
        probes, hits = _look_up(submitted, index, sketch)
    candidates = rank(probes, hits)
    affordable = candidates[: policy.most_stories + len(submitted) // policy.words_a_story]
    found, stored = _read(affordable, submitted, probes, hits, index, sketch, policy)
    verdicts = refine(found, submitted, policy)
    attributed = attribute(
        verdicts.kept, submitted, lambda number, alike, weight: (not stored[number].current, -alike, -weight, stored[number].work.id)
    )
    attributed = join(attributed, submitted)
    unjudged = list(incomplete)
    if len(text) > policy.most_characters:
        unjudged.append(f"only the first {policy.most_characters:,} of {len(text):,} characters were checked")
    if len(affordable) < len(candidates):
        unjudged.append(f"{len(candidates)} stories share phrases with this text; the best {len(affordable)} were read")
    return _report(id, text, submitted, attributed, verdicts, stored, unjudged, index)


def _look_up(submitted: Prepared, index: ReadIndex, sketcher: Sketcher) -> tuple[Probes, Hits]:
    probes = sketcher.probes(submitted.tokens)
    return probes, index.probe(probes.keys)


def _read(
    candidates: Sequence[Candidate],
    submitted: Prepared,
    probes: Probes,
    hits: Hits,
    index: ReadIndex,
    sketcher: Sketcher,
    policy: Policy,
) -> tuple[list[Found], Stored]:
    """Compare the draft with the text of each candidate."""
    stored = {one.number: one for one in index.fetch([candidate.number for candidate in candidates])}
    whole = Aligner(submitted) if len(submitted) <= WHOLE else None
    found: list[Found] = []
    done: set[int] = set()
    for candidate in candidates:
        if candidate.number not in stored or (whole and candidate.number in done):
            continue
        done.add(candidate.number)
        source = prepare(stored[candidate.number].work.text, sketcher)
        margin = min(MARGIN, len(source))
        aligner = whole or Aligner(submitted, max(0, candidate.first - margin), min(len(submitted), candidate.last + margin))
        segments = [
            part
            for segment in aligner.segments(source)
            for part in split_insertions(segment, submitted, source, policy)
                    ]
        versions = None
        for segment in segments:
            stories = 1
            if policy.least_weight / 2 <= segment.weight < STOCK_LONG:
                stories = spread(candidate.number, *segment.submitted, probes, hits, np.zeros(0, dtype=np.int64))
                if stories >= STOCK_STORIES:
                    if versions is None:
                        versions = index.near(sketcher.near_keys(source.tokens))
                    stories = spread(candidate.number, *segment.submitted, probes, hits, versions)
            found.append(Found(segment, source, candidate.number, stories))
    return found, stored


def _report(
    id: str,
    text: str,
    submitted: Prepared,
    attributed: Sequence[Attributed],
    verdicts: Verdicts,
    stored: Stored,
    unjudged: Sequence[str],
    index: ReadIndex,
) -> Report:
    matches = tuple(match_of(one, submitted, stored) for one in attributed)
    dropped = sorted(verdicts.dropped, key=lambda one: -one[0].segment.weight)
    copied = union([one.found.segment.submitted for one in attributed])
    verdict = Verdict.FLAGGED if matches else Verdict.INCOMPLETE if unjudged else Verdict.CLEAR
    return Report(
        id=id,
        verdict=verdict,
        reasons=tuple(unjudged),
        submitted=Submitted(len(text), len(submitted), round(copied / max(1, len(submitted)), 4), copied),
        matches=matches,
        dropped=tuple(
            dropped_of(*one, submitted, stored) for one in dropped[:DROPPED_SHOWN] if one[0].segment.weight >= LEAST_DROPPED
        ),
        stories=stories_of(attributed, submitted, stored),
        index=IndexStamp(index.spec.digest, index.info().works),
        tool=Tool("wirecheck", _version()),
        text=text,
    )


def _version() -> str:
    try:
        return version("wirecheck")
    except PackageNotFoundError:
        return "0"
