"""Rewriting: answers written from a source in four ways, and single sentences paraphrased by people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy.data import lines
from benchmarks.accuracy.floors import FLOORS, read
from benchmarks.accuracy.looking import Workers, in_memory
from benchmarks.accuracy.measure import Measure, Outcome, Table, counted, share

NAME = "rewriting"
FILES = ("rewriting/answers.jsonl.gz", "rewriting/sentences.jsonl.gz")
ABOUT = """*Answers* (Clough and Stevenson): 95 short answers to five questions, written by cutting and pasting an
encyclopaedia's article, by revising it lightly or heavily, or independently. An answer counts as reuse when its copied
share reaches one fixed threshold, kept with the floors. *Sentences* (PAN-PC-10): 10,000 pairs of sentences, about half
of them paraphrases; each is checked against the other alone. A single rewritten sentence is below what a report
stands on, so this is for information."""
CLASSES = ("cut", "light", "heavy", "non")
MEASURES = (
    Measure("answers right", target=0.95, slack=0.011),
    *(counted(f"{name} found", target=10 if name != "cut" else None, slack=1) for name in CLASSES[:3]),
    counted("non flagged", rising=False, slack=1),
    Measure("paraphrased sentences reported", slack=0.01),
    Measure("other sentences reported", rising=False, slack=0.01),
)


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Answers against the five sources; sentences each against its partner."""
    threshold = read(FLOORS).reuse_share
    values, answers = _answers(list(lines(folder / FILES[0])), threshold, workers)
    pairs = list(lines(folder / FILES[1]))
    reported, total = Counter[int](), Counter[int]()
    for pair, one in zip(pairs, workers.spread(check_pairs, [(pair["a"], pair["b"]) for pair in pairs]), strict=True):
        total[pair["label"]] += 1
        reported[pair["label"]] += one
    values["paraphrased sentences reported"] = share(reported[1], total[1])
    values["other sentences reported"] = share(reported[0], total[0])
    sentences = [
        (name, f"{total[label]:,}", f"{reported[label]:,}", f"{share(reported[label], total[label]):.3f}")
        for label, name in ((1, "paraphrase"), (0, "other"))
    ]
    return Outcome(values, [answers, Table("Sentences", ("pair", "pairs", "reported", "share"), sentences)])


def check_pairs(pairs: Sequence[tuple[str, str]]) -> list[bool]:
    """Whether any passage of b is reported against a alone, pair by pair."""
    return [bool(in_memory([("a", a)], [("b", b)])[0].passages) for a, b in pairs]


def _answers(answers: list[dict[str, Any]], threshold: float, workers: Workers) -> tuple[dict[str, float], Table]:
    works = [(one["id"], one["text"]) for one in answers if one["category"] == "orig"]
    written = [one for one in answers if one["category"] != "orig"]
    found = workers.spread(in_memory, [(one["id"], one["text"]) for one in written], works)
    reused, total, shares = Counter[str](), Counter[str](), dict[str, list[float]]()
    for one, seen in zip(written, found, strict=True):
        total[one["category"]] += 1
        reused[one["category"]] += seen.copied_share >= threshold
        shares.setdefault(one["category"], []).append(seen.copied_share)
    right = sum(reused[name] for name in CLASSES[:3]) + total["non"] - reused["non"]
    values: dict[str, float] = {f"{name} found": reused[name] for name in CLASSES[:3]}
    values |= {"answers right": share(right, len(written)), "non flagged": reused["non"]}
    rows = [(name, str(total[name]), str(reused[name]), *_spread(shares[name])) for name in CLASSES]
    caption = f"Answers: reuse from a copied share of {threshold:.2f} on; {right} of {len(written)} right"
    return values, Table(caption, ("written by", "answers", "called reuse", "least share", "median", "most"), rows)


def _spread(shares: list[float]) -> tuple[str, str, str]:
    ordered = sorted(shares)
    return f"{ordered[0]:.2f}", f"{ordered[len(ordered) // 2]:.2f}", f"{ordered[-1]:.2f}"
