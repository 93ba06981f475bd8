"""Expired: the drafts of the set wire, against the same stories after their texts have left the index."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.accuracy import wire
from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import Workers, in_directory
from benchmarks.accuracy.measure import Measure, Outcome, Table, counted
from benchmarks.accuracy.spans import Score
from fingerprints.index import Expire
from fingerprints.stores.embedded import EmbeddedStore

NAME = "expired"
FILES = wire.FILES
ABOUT = """The index of the set *wire*, but the texts of all its stories have been removed after their term: only the
keys are left, where they stood, and what the agency said. The same drafts are checked. A match tells what the keys
prove, so that it may end up to three words before the copy does, and a passage that was edited much comes in pieces;
figures mean what they mean there."""
FIGURES = ("found", "source or tie", "recall", "precision", "source recall")
MEASURES = (
    *(counted(f"{kind} found") for kind in wire.KINDS),
    *(Measure(f"{kind} {name}") for kind in wire.KINDS for name in FIGURES[1:]),
    counted("false alarms", rising=False, slack=1),
)


def expire_all(index: Path, gone: Path) -> None:
    """A copy of the index without a text in it."""
    with EmbeddedStore(index, readonly=True) as store:
        store.backup(gone)
    with EmbeddedStore(gone) as store:
        store.apply([Expire(entry.id) for entry in store.entries()])


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Score every kind, and count false alarms."""
    drafts = list(lines(folder / FILES[1]))
    texts = [(one["id"], one["text"]) for one in (*drafts, *lines(folder / FILES[2]))]
    with tempfile.TemporaryDirectory() as place:
        gone = Path(place) / "index"
        expire_all(index, gone)
        found = dict(zip((id for id, _ in texts), workers.spread(in_directory, texts, gone), strict=True))
    scores = {kind: Score() for kind in wire.KINDS}
    for draft in drafts:
        if draft["truth"]:
            scores[draft["kind"]].add(draft["truth"], found.pop(draft["id"]))
    values = {f"{kind} {name}": scores[kind].values()[name] for kind in wire.KINDS for name in FIGURES}
    values["false alarms"] = sum(bool(seen.passages) for seen in found.values())
    rows = [
        (kind, str(score.drafts), str(score.found), *(f"{score.values()[name]:.3f}" for name in FIGURES[1:]))
        for kind, score in scores.items()
    ]
    caption = (
        f"Passages, kind by kind; flagged among {len(found):,} texts with nothing set in: {values['false alarms']}"
    )
    return Outcome(values, [Table(caption, ("kind", "drafts", *FIGURES), rows)])
