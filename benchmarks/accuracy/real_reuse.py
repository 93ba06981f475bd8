"""Real reuse: articles of one event at many outlets, every shared passage judged by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import Seen, Text, Workers, in_memory
from benchmarks.accuracy.measure import Measure, Outcome, Table, share
from benchmarks.accuracy.spans import cells

NAME = "real_reuse"
FILES = ("real_reuse/articles.jsonl.gz", "real_reuse/labels.jsonl.gz")
ABOUT = """Articles of 2016-18 on one event at many outlets, in 182 pairs: one is indexed alone, the other checked.
People have judged every passage the two share: copied *prose*, *rewritten* lightly or heavily (heavy is the soft label:
132 of 198 kept on rereading), *quote* (words of a third party), *boilerplate* of a site, *stock* phrases, and *fact*
(the same fact told independently). *Reported as copied*: by characters, within matches whose status is `copied`, and
there outside the quotations that the match lists. *Flagged*: by a passage that is more than a note; an agency's notice
at the foot of a page flags it too, and is not counted here."""
COPIED = ("prose", "rewritten light", "rewritten heavy")
ELSE = ("quote", "boilerplate", "stock", "fact")
REUSED = ("derived", "partial")
APART = ("quotes_only", "boilerplate_only", "none", "independent")
TARGETS = {"quote": 0.03, "boilerplate": 0.02, "stock": 0.10, "fact": None}
FLAGGED = {"independent": 0.02}
MEASURES = (
    Measure("prose reported", target=0.98),
    Measure("prose reported as copied", target=0.97),
    *(Measure(f"{label} reported") for label in COPIED[1:]),
    *(Measure(f"{label} reported as copied", rising=False, slack=0.01, target=TARGETS[label]) for label in ELSE),
    *(Measure(f"{label} pairs {what}") for what in ("reported", "flagged") for label in REUSED),
    *(Measure(f"{label} pairs flagged", rising=False, slack=0.01, target=FLAGGED.get(label)) for label in APART),
    Measure("pairs without reuse flagged", rising=False, slack=0.01, target=0.03),
)

Pair = tuple[Text, Text]


def check_pairs(pairs: Sequence[Pair]) -> list[Seen]:
    """b against a alone."""
    return [in_memory([a], [b])[0] for a, b in pairs]


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Characters reported, label by label; pairs flagged, label by label."""
    texts = {article["id"]: article["text"] for article in lines(folder / FILES[0])}
    judged = list(lines(folder / FILES[1]))
    pairs = [((one["a"], texts[one["a"]]), (one["b"], texts[one["b"]])) for one in judged]
    count = Tally()
    for one, seen in zip(judged, workers.spread(check_pairs, pairs), strict=True):
        count.pair(one, seen)
    return count.outcome()


@dataclass(slots=True)
class Tally:
    """What is counted: characters by the label of their passage, pairs by theirs."""

    whole: Counter[str] = field(default_factory=Counter)
    reported: Counter[str] = field(default_factory=Counter)
    copied: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    listed: Counter[str] = field(default_factory=Counter)

    def pair(self, judged: Mapping[str, Any], seen: Seen) -> None:
        """One pair as people judged it, and what its report says."""
        self.total[judged["pair"]] += 1
        self.flagged[judged["pair"]] += seen.flagged
        self.listed[judged["pair"]] += bool(seen.passages)
        said = cells((p.start, p.end) for p in seen.passages)
        as_copied = cells((p.start, p.end) for p in seen.passages if p.status == "copied")
        as_copied -= cells(span for p in seen.passages for span in p.quoted)
        for span in judged["spans"]:
            label = f"{span['label']} {span.get('deg', '')}".strip()
            there = set(range(*span["b"]))
            self.whole[label] += len(there)
            self.reported[label] += len(there & said)
            self.copied[label] += len(there & as_copied)

    def outcome(self) -> Outcome:
        """The measures and the tables."""
        reported, copied = (self._by_label(part, self.whole) for part in (self.reported, self.copied))
        flagged, listed = (self._by_label(part, self.total) for part in (self.flagged, self.listed))
        values = {f"{label} reported": reported(label) for label in COPIED}
        values |= {f"{label} reported as copied": copied(label) for label in ("prose", *ELSE)}
        values |= {f"{label} pairs flagged": flagged(label) for label in REUSED + APART}
        values |= {f"{label} pairs reported": listed(label) for label in REUSED}
        unrelated = [sum(each[label] for label in APART[1:]) for each in (self.flagged, self.total)]
        values["pairs without reuse flagged"] = share(*unrelated)
        spans = [
            (label, f"{self.whole[label]:,}", f"{reported(label):.3f}", f"{copied(label):.3f}")
            for label in COPIED + ELSE
        ]
        rows = [
            (label, *(str(each[label]) for each in (self.total, self.listed, self.flagged)), f"{flagged(label):.3f}")
            for label in REUSED + APART
        ]
        return Outcome(
            values,
            [
                Table("Passages", ("label", "characters", "reported", "reported as copied"), spans),
                Table("Pairs", ("label", "pairs", "any passage listed", "flagged", "share flagged"), rows),
            ],
        )

    @staticmethod
    def _by_label(part: Counter[str], whole: Counter[str]) -> Callable[[str], float]:
        return lambda label: share(part[label], whole[label])
