"""Wire: drafts with passages of known agency stories set in, altered in seventeen ways, and texts with none."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import Seen, Workers, in_directory
from benchmarks.accuracy.measure import Measure, Outcome, Table, counted
from benchmarks.accuracy.spans import Score

NAME = "wire"
FILES = ("wire/index.jsonl.gz", "wire/drafts.jsonl.gz", "wire/unrelated.jsonl.gz")
ABOUT = """12,000 agency stories of 1989 are indexed, as `wirecheck add` does it. 510 drafts are news stories of
another agency and another decade with one or more passages of the indexed stories set in, 30 drafts for each kind of
alteration; 30 more drafts and 1,000 further stories have none. *Found*: at least half of the copied characters are
reported. *Source*: true sources named; *or tie*: named, or a version of the story that is, or listed beside it, because
both hold the passage word for word. *Recall* and *precision*: by characters of the draft; *source recall*: by
characters of the source. *Spans*: reported spans a passage, 1 is best."""
VERBATIM = ("verbatim20", "verbatim30", "verbatim60", "verbatim150")
EDITED = ("edit10", "edit20", "edit35")
DISGUISED = ("homoglyph", "zerowidth", "softhyphen", "broadcast", "ocr", "linewrap", "leet_quotes")
KINDS = (*VERBATIM, *EDITED, *DISGUISED, "multi", "shuffle", "interleave")
TORN = ("edit35", "shuffle", "interleave")
SHORT = VERBATIM[:2]
PIECES = ("shuffle", "interleave")
"""Kinds whose passages do not stand in one piece."""
EXPLAINED = Path(__file__).with_name("explained.toml")


def _measures(kind: str) -> list[Measure]:
    torn = kind in TORN
    return [
        counted(f"{kind} found", target=30),
        Measure(f"{kind} source", target=0.98),
        Measure(f"{kind} source or tie", target=0.98),
        Measure(f"{kind} recall", target=0.95 if torn else 0.98),
        Measure(f"{kind} precision", target=0.95 if torn else 0.97 if kind in SHORT else 0.98),
        Measure(f"{kind} source recall", target=0.90 if torn else 0.95),
        Measure(f"{kind} spans", rising=False, target=None if kind in PIECES else 1.1, slack=0.02),
    ]


MEASURES = (
    *(measure for kind in KINDS for measure in _measures(kind)),
    counted("false alarms", rising=False, target=10, slack=1),
)


def stories(folder: Path) -> Iterable[tuple[str, str]]:
    """Id and text of every story to index."""
    return ((story["id"], story["text"]) for story in lines(folder / FILES[0]))


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Score every kind, and look for false alarms."""
    drafts = list(lines(folder / FILES[1]))
    unrelated = list(lines(folder / FILES[2]))
    texts = [(draft["id"], draft["text"]) for draft in drafts + unrelated]
    found = dict(zip((id for id, _ in texts), workers.spread(in_directory, texts, index), strict=True))
    scores = {kind: Score() for kind in KINDS}
    for draft in drafts:
        if draft["truth"]:
            scores[draft["kind"]].add(draft["truth"], found[draft["id"]])
    values = {f"{kind} {name}": value for kind in KINDS for name, value in scores[kind].values().items()}
    alarms = [found[text["id"]] for text in (*drafts, *unrelated) if not text.get("truth")]
    flagged = [seen for seen in alarms if seen.passages]
    values["false alarms"] = len(flagged)
    explanations = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
    tables = [_table(scores), _alarms(flagged, explanations, len(alarms)), _ties(drafts, found)]
    return Outcome(values, tables, unexplained(flagged, explanations))


def _table(scores: Mapping[str, Score]) -> Table:
    head = ("kind", "drafts", "found", "source", "source or tie", "recall", "precision", "source recall", "spans")
    rows = []
    for kind, score in scores.items():
        values = score.values()
        figures = (f"{values[name]:.3f}" for name in head[3:])
        rows.append((kind, str(score.drafts), str(score.found), *figures))
    return Table("Passages, kind by kind", head, rows)


def why(seen: Seen, explanations: Mapping[str, Any]) -> str:
    """Our explanation of a flagged text; nothing when there is none for the stories that are named now."""
    one = explanations.get(seen.id)
    if one is None or not {passage.source for passage in seen.passages} <= set(one["stories"]):
        return ""
    return str(one["why"]).strip()


def unexplained(flagged: Sequence[Seen], explanations: Mapping[str, Any]) -> list[str]:
    """One sentence for each flagged text that nobody has looked at."""
    return [
        f"{seen.id} is flagged ({', '.join(sorted({p.source for p in seen.passages}))}) and not explained "
        f"in {EXPLAINED.name}: look at it and say why."
        for seen in flagged
        if not why(seen, explanations)
    ]


def _alarms(flagged: Sequence[Seen], explanations: Mapping[str, Any], among: int) -> Table:
    rows = [
        (seen.id, p.source, str(p.words), f"{p.similarity:.2f}", why(seen, explanations) or "**not explained**")
        for seen in flagged
        for p in seen.passages
    ]
    caption = f"Flagged among {among:,} texts with nothing set in: {len(flagged)}"
    return Table(caption, ("text", "story", "words", "similarity", "why"), rows)


def _ties(drafts: Sequence[Mapping[str, Any]], found: Mapping[str, Seen]) -> Table:
    """Passages whose source is not the one that is named first."""
    rows = []
    for draft in drafts:
        passages = found[draft["id"]].passages
        for source in sorted({t[0] for t in draft["truth"]} - {p.source for p in passages}):
            beside = "yes" if any(source in (*p.versions, *p.also) for p in passages) else "no"
            rows.append((draft["id"], source, ", ".join(sorted({p.source for p in passages})), beside))
    caption = "True sources that are not the story named (a passage that stands in two stories word for word is a tie)"
    return Table(caption, ("draft", "true source", "named", "true source named beside it"), rows)
