"""Same event: news articles on one event, in pairs, by how much of one stands word for word in the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import Seen, Text, Workers, in_memory
from benchmarks.accuracy.measure import Measure, Outcome, Table, share
from benchmarks.accuracy.spans import cells
from checker.quotations import quotations

NAME = "same_event"
FILES = ("same_event/articles.jsonl.gz", "same_event/pairs.jsonl.gz", "same_event/runs.jsonl.gz")
ABOUT = """496 articles on 43 events (ECB+); of every pair on one event, one article is indexed alone and the other
checked. The labels come from exact overlap: *heavy*, *partial*, *phrase* (a few words in common) and *independent*.
*Run recall*: characters of verbatim runs of eight words and more that are reported; many of these runs are quotations
and names of offices, which a report rightly leaves out when they stand alone. *Prose in common*: pairs with such a run
that neither side has between quotation marks; a pair that shares nothing but speech is rightly not flagged when it says
whose, so that *flagged* is held for these. *Quoted runs told as quoted*: of the runs
that either side has between quotation marks, by more than half, those that the report tells to be a quotation. The
marks are found by the same code that the report uses; a hundred of these runs were read (docs/decisions/0017)."""
LABELS = ("heavy", "partial", "phrase", "independent")
MEASURES = (
    *(Measure(f"{label} {what}") for what in ("reported", "flagged") for label in LABELS[:2]),
    Measure("independent flagged", rising=False, slack=0.002),
    Measure("independent reported as copied", rising=False, slack=0.002, target=0.01),
    Measure("run recall"),
    Measure("run recall in heavy pairs"),
    Measure("quoted runs told as quoted", target=0.90),
)

Group = tuple[Text, list[Text]]


def check_groups(groups: Sequence[Group]) -> list[list[Seen]]:
    """Each group's texts against its one work."""
    return [in_memory([work], texts) for work, texts in groups]


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Check b against a alone, for every pair."""
    texts = {article["id"]: article["text"] for article in lines(folder / FILES[0])}
    labels = {(pair["a"], pair["b"]): pair["label"] for pair in lines(folder / FILES[1])}
    runs = {(pair["a"], pair["b"]): pair["runs"] for pair in lines(folder / FILES[2])}
    beside: dict[str, list[Text]] = {}
    for a, b in labels:
        beside.setdefault(a, []).append((b, texts[b]))
    groups: list[Group] = [((a, texts[a]), others) for a, others in beside.items()]
    found = workers.spread(check_groups, groups)
    count = Tally()
    for ((work, text), _), seens in zip(groups, found, strict=True):
        marked = cells(quotations(text))
        for seen in seens:
            pair = (work, seen.id)
            count.pair(labels[pair], seen)
            count.runs(labels[pair], seen, runs.get(pair, ()), marked, cells(quotations(texts[seen.id])))
    return count.outcome()


@dataclass(slots=True)
class Tally:
    """What is counted, by the label of a pair."""

    total: Counter[str] = field(default_factory=Counter)
    listed: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    copied: Counter[str] = field(default_factory=Counter)
    run_cells: Counter[str] = field(default_factory=Counter)
    run_found: Counter[str] = field(default_factory=Counter)
    quoted: Counter[bool] = field(default_factory=Counter)
    with_prose: Counter[str] = field(default_factory=Counter)
    prose_flagged: Counter[str] = field(default_factory=Counter)

    def pair(self, label: str, seen: Seen) -> None:
        """One pair, by what its report says."""
        self.total[label] += 1
        self.listed[label] += bool(seen.passages)
        self.flagged[label] += seen.flagged
        self.copied[label] += any(passage.status == "copied" for passage in seen.passages)

    def runs(self, label: str, seen: Seen, runs: Sequence[Sequence[int]], theirs: set[int], ours: set[int]) -> None:
        """The verbatim runs of one pair; `theirs` and `ours` are the characters that either side has as a quotation."""
        said = cells((p.start, p.end) for p in seen.passages)
        told = cells((p.start, p.end) for p in seen.passages if p.status == "quoted")
        told |= cells(span for p in seen.passages for span in p.quoted)
        wanted = cells((run[2], run[3]) for run in runs)
        self.run_cells[label] += len(wanted)
        self.run_found[label] += len(wanted & said)
        prose = False
        for run in runs:
            there, here = set(range(run[0], run[1])), set(range(run[2], run[3]))
            if 2 * max(len(there & theirs), len(here & ours)) > len(here):
                self.quoted[2 * len(here & told) > len(here)] += 1
            else:
                prose = True
        self.with_prose[label] += prose
        self.prose_flagged[label] += prose and seen.flagged

    def outcome(self) -> Outcome:
        """The measures and the table."""
        values = {f"{label} reported": share(self.listed[label], self.total[label]) for label in LABELS[:2]}
        values |= {f"{label} flagged": share(self.flagged[label], self.total[label]) for label in LABELS}
        values |= {f"{label} flagged": share(self.prose_flagged[label], self.with_prose[label]) for label in LABELS[:2]}
        values["independent reported as copied"] = share(self.copied["independent"], self.total["independent"])
        values["run recall"] = share(self.run_found.total(), self.run_cells.total())
        values["run recall in heavy pairs"] = share(self.run_found["heavy"], self.run_cells["heavy"])
        values["quoted runs told as quoted"] = share(self.quoted[True], self.quoted.total())
        head = ("label", "pairs", "any passage listed", "flagged", "with a passage copied", "share", "run recall")
        head += ("prose in common", "of these flagged")
        return Outcome(values, [Table("Pairs", head, [self._row(label) for label in LABELS])])

    def _row(self, label: str) -> tuple[str, ...]:
        return (
            label,
            *(f"{counter[label]:,}" for counter in (self.total, self.listed, self.flagged, self.copied)),
            f"{share(self.copied[label], self.total[label]):.3f}",
            f"{share(self.run_found[label], self.run_cells[label]):.3f}" if self.run_cells[label] else "-",
            *(f"{counter[label]:,}" for counter in (self.with_prose, self.prose_flagged)),
        )
