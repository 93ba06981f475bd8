"""Same event: news articles on one event, in pairs, by how much of one stands word for word in the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import Seen, Text, Workers, in_memory
from benchmarks.accuracy.measure import Measure, Outcome, Table, share
from benchmarks.accuracy.spans import cells

NAME = "same_event"
FILES = ("same_event/articles.jsonl.gz", "same_event/pairs.jsonl.gz", "same_event/runs.jsonl.gz")
ABOUT = """496 articles on 43 events (ECB+); of every pair on one event, one article is indexed alone and the other
checked. The labels come from exact overlap: *heavy*, *partial*, *phrase* (a few words in common) and *independent*.
*Run recall*: characters of verbatim runs of eight words and more that are reported; many of these runs are quotations
and names of offices, which a report rightly leaves out when they stand alone."""
LABELS = ("heavy", "partial", "phrase", "independent")
MEASURES = (
    Measure("heavy flagged"),
    Measure("partial flagged"),
    Measure("independent flagged", rising=False),
    Measure("run recall"),
    Measure("run recall in heavy pairs"),
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
    flagged, total, run_cells, run_found = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for (work, _), seens in zip(groups, found, strict=True):
        for seen in seens:
            pair = (work[0], seen.id)
            label = labels[pair]
            total[label] += 1
            flagged[label] += seen.flagged
            wanted = cells((run[2], run[3]) for run in runs.get(pair, ()))
            run_cells[label] += len(wanted)
            run_found[label] += len(wanted & cells((p.start, p.end) for p in seen.passages))
    values = {f"{label} flagged": share(flagged[label], total[label]) for label in LABELS}
    values["run recall"] = share(run_found.total(), run_cells.total())
    values["run recall in heavy pairs"] = share(run_found["heavy"], run_cells["heavy"])
    rows = [
        (
            label,
            f"{total[label]:,}",
            f"{flagged[label]:,}",
            f"{values[f'{label} flagged']:.3f}",
            f"{share(run_found[label], run_cells[label]):.3f}" if run_cells[label] else "-",
        )
        for label in LABELS
    ]
    return Outcome(values, [Table("Pairs", ("label", "pairs", "flagged", "share", "run recall"), rows)])
