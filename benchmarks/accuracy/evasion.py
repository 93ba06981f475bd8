"""Evasion: passages of the indexed stories, disguised in ways the drafts are not, set into texts that have nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks.accuracy import wire
from benchmarks.accuracy.data import lines
from benchmarks.accuracy.disguises import DISGUISES, Disguise
from benchmarks.accuracy.looking import Text, Workers, in_directory
from benchmarks.accuracy.measure import Measure, Outcome, Table, counted
from benchmarks.accuracy.spans import Score, Truth

NAME = "evasion"
FILES = (wire.FILES[0], wire.FILES[2])
DRAFTS = 20
WORDS = 60
MOST_CHARACTERS = 6_000
SEED = "wirecheck evasion 1"
ABOUT = f"""Made anew in each run, from a fixed seed: a passage of {WORDS} words of an indexed story, disguised, is set
between two paragraphs of an unrelated story; {DRAFTS} drafts for each disguise. Checked against the same 12,000 stories
as the drafts of *wire*."""
SLACK = 0.03
MEASURES = tuple(
    measure
    for name in DISGUISES
    for measure in (
        counted(f"{name} found", slack=1),
        Measure(f"{name} recall", slack=SLACK),
        Measure(f"{name} precision", slack=SLACK),
    )
)

Draft = tuple[str, str, list[Truth]]


def drafts(name: str, disguise: Disguise, stories: Sequence[Text], hosts: Sequence[Text]) -> list[Draft]:
    """The drafts of one disguise: id, text, truth."""
    random = Random(f"{SEED} {name}")
    made: list[Draft] = []
    while len(made) < DRAFTS:
        source, text = random.choice(stories)
        spans = [match.span() for match in re.finditer(r"\S+", text)]
        _, host = random.choice(hosts)
        if len(spans) < 2 * WORDS or len(host) > MOST_CHARACTERS:
            continue
        first = random.randrange(len(spans) - WORDS)
        start, end = spans[first][0], spans[first + WORDS - 1][1]
        _, other = random.choice(hosts)
        passage = disguise(text[start:end], random, other.split())
        breaks = [match.end() for match in re.finditer(r"\n+", host)] or [len(host)]
        at = random.choice(breaks)
        before = host[:at] if host[:at].endswith("\n") else host[:at] + "\n"
        truth = (source, len(before), len(before) + len(passage), start, end)
        made.append((f"{name}-{len(made):02d}", f"{before}{passage}\n{host[at:]}", [truth]))
    return made


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Disguise, check, score."""
    stories = list(wire.stories(folder))
    hosts = [(text["id"], text["text"]) for text in lines(folder / FILES[1]) if len(text["text"].split()) >= WORDS]
    scores = {name: Score() for name in DISGUISES}
    made = [(name, draft) for name in DISGUISES for draft in drafts(name, DISGUISES[name], stories, hosts)]
    texts = [(id, text) for _, (id, text, _) in made]
    for (name, (_, _, truth)), seen in zip(made, workers.spread(in_directory, texts, index), strict=True):
        scores[name].add(truth, seen)
    names = ("found", "recall", "precision")
    values = {f"{kind} {name}": score.values()[name] for kind, score in scores.items() for name in names}
    rows = [
        (kind, f"{score.found} of {score.drafts}", *(f"{score.values()[name]:.3f}" for name in names[1:]))
        for kind, score in scores.items()
    ]
    return Outcome(values, [Table("Disguises", ("disguise", *names), rows)])
