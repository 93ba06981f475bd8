"""Families: which of the wire stories are versions of one, against the exact overlap of their pairs."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import SECRET, Workers
from benchmarks.accuracy.measure import Outcome, Table, counted
from checker.families import Families
from checker.links import links_of
from fingerprints.index import ReadIndex, Upsert, Work
from fingerprints.sketch import Sketcher, sketcher
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.keyfile import key_path, write_key

NAME = "families"
FILES = ("wire/index.jsonl.gz", "wire/overlaps.tsv.gz")
ABOUT = """The 12,000 agency stories of 1989, each with the day that its id tells and no other link between them, are
asked for their families. Every pair whose exact overlap of five-word runs is known counts: *contained*, when 60 % of
the runs of the shorter stand in the longer, must share a family or be told apart for a reason; *strangers*, with less
than 20 %, must not share one. A family must be the same from whichever member it is asked. What was read by eye is in
`docs/decisions/0016-families.md`."""
CONTAINED, STRANGERS = 0.6, 0.2
MEASURES = (
    counted("contained pairs in one family"),
    counted("contained pairs apart without a reason", rising=False, target=0),
    counted("strangers in one family", rising=False, target=0),
    counted("stories that answer otherwise than their family", rising=False, target=0),
    counted("largest family", rising=False),
)

Pair = tuple[str, str, float]
"""Two stories, and the containment of the shorter."""


def day_of(id: str) -> str:
    """The day that such an id tells: AP890103-0159 is of 1989-01-03."""
    return f"19{id[2:4]}-{id[4:6]}-{id[6:8]}"


def works(folder: Path) -> Iterator[Work]:
    """The stories as `wirecheck add` would hand them in, had they come with their day."""
    for story in lines(folder / FILES[0]):
        id = story["id"]
        yield Work(id, story["text"], story["title"], metadata={"created": day_of(id)})


def pairs(folder: Path) -> list[Pair]:
    """The pairs that overlap at all."""
    with gzip.open(folder / FILES[1], "rt", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [
            (row["id_a"], row["id_b"], max(float(row["containment_a"]), float(row["containment_b"]))) for row in rows
        ]


def build(index: Path, folder: Path) -> None:
    """An index of the stories with their links."""
    write_key(key_path(index), SECRET)
    stories = list(works(folder))
    with EmbeddedStore(index, create=True) as store:
        made = Sketcher(store.spec, store.secret).fingerprints([story.text for story in stories])
        store.apply([Upsert(one, rows, links_of(one)) for one, rows in zip(stories, made, strict=True)])


def asked(index: Path, ids: Sequence[str]) -> list[tuple[str, ...]]:
    """The family of each story, each asked on its own, by the ids of its members."""
    opened = _opened(index)
    found = []
    for id in ids:
        families = Families(opened, sketcher(opened.spec, opened.secret))
        found.append(tuple(one.work.id for one in families.members(opened.revisions(id)[0])))
    return found


def reasons(index: Path, some: Sequence[Pair]) -> list[str]:
    """Why the stories of each pair are not versions of one; "" where nothing speaks against it."""
    opened = _opened(index)
    families = Families(opened, sketcher(opened.spec, opened.secret))
    return [str(families.apart(*(opened.revisions(id)[0] for id in pair[:2])) or "") for pair in some]


@lru_cache(maxsize=1)
def _opened(index: Path) -> ReadIndex:
    return EmbeddedStore(index, readonly=True)


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Ask every story for its family, and every contained pair outside of one for the reason."""
    place = index.parent / "families"
    workers.pool.submit(build, place, folder).result()
    ids = [work.id for work in works(folder)]
    family = dict(zip(ids, workers.spread(asked, ids, place), strict=True))
    known = pairs(folder)
    outside = [one for one in known if one[2] >= CONTAINED and one[1] not in family[one[0]]]
    why = workers.spread(reasons, outside, place) if outside else []
    together = Counter(_band(one) for one in known if one[1] in family[one[0]])
    sizes = Counter(len(members) for members in set(family.values()))
    values = {
        "contained pairs in one family": together["contained"],
        "contained pairs apart without a reason": why.count(""),
        "strangers in one family": together["strangers"],
        "stories that answer otherwise than their family": _otherwise(family),
        "largest family": max(sizes),
    }
    faults = [
        f"{a} and {b} are no family, and nobody knows why."
        for (a, b, _), told in zip(outside, why, strict=True)
        if not told
    ]
    return Outcome(values, [_bands(known, together), _reasons(outside, why), _sizes(sizes)], faults)


def _band(pair: Pair) -> str:
    return "contained" if pair[2] >= CONTAINED else "strangers" if pair[2] < STRANGERS else "between"


def _otherwise(family: Mapping[str, tuple[str, ...]]) -> int:
    """How many stories are in a family that does not name the same members when another of them is asked."""
    return sum(any(family[other] != members for other in members) for members in family.values())


def _bands(known: Sequence[Pair], together: Mapping[str, int]) -> Table:
    total = Counter(map(_band, known))
    rows = [(band, f"{total[band]:,}", str(together[band])) for band in ("contained", "between", "strangers")]
    return Table("Pairs that overlap", ("pair", "pairs", "in one family"), rows)


def _reasons(outside: Sequence[Pair], why: Sequence[str]) -> Table:
    examples: dict[str, list[str]] = {}
    for (a, b, _), reason in zip(outside, why, strict=True):
        examples.setdefault(reason or "none known", []).append(f"{a} {b}")
    rows = [(reason, str(len(found)), "; ".join(found[:3])) for reason, found in sorted(examples.items())]
    return Table("Contained pairs in no family, by the reason", ("reason", "pairs", "for example"), rows)


def _sizes(sizes: Mapping[int, int]) -> Table:
    rows = [(str(size), f"{sizes[size]:,}") for size in sorted(sizes)]
    return Table("Families by their members", ("members", "families"), rows)
