"""Damage to an index: does a look-up ever answer something else without a word?

    python -m benchmarks.damage --flips 5000 --sectors 500 --pages 300

Damages a copy of an index of the demonstration's stories, or of a snapshot of it, in one place at a time and asks for
pieces of every story. Each time the answers must be those of the sound index, or an IndexProblem. Prints what came of
them and ends with 1 if any was silent.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.check import check
from checker.model import Verdict
from fingerprints.errors import IndexProblem
from fingerprints.index import Store, Upsert, Work
from fingerprints.sketch import Sketcher
from fingerprints.stores import open_index
from fingerprints.stores.pages import PAGE
from fingerprints.stores.snapshot import write_snapshot

DEMO = Path(__file__).resolve().parents[1] / "cli" / "demo_data" / "wire.jsonl"
SECTOR = 512
Change = Callable[[bytearray], None]
Answer = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done to the bytes of a file."""

    name: str
    change: Change


def flipped(data: bytes, chance: random.Random) -> Damage:
    """A bit anywhere, one time in three within the first 120 bytes of a page, where its head is."""
    at = chance.randrange(len(data))
    if chance.random() < 1 / 3:
        at = min(at // PAGE * PAGE + chance.randrange(120), len(data) - 1)
    bit = 1 << chance.randrange(8)

    def change(data: bytearray) -> None:
        data[at] ^= bit

    return Damage(f"bit {bit} of byte {at} flipped", change)


def zeroed(data: bytes, chance: random.Random) -> Damage:
    """A sector, or a page, of zeros."""
    size = chance.choice((SECTOR, PAGE))
    at = chance.randrange(max(1, len(data) // size)) * size

    def change(data: bytearray) -> None:
        data[at : at + size] = bytes(len(data[at : at + size]))

    return Damage(f"{size} zeros at {at}", change)


def misplaced(data: bytes, chance: random.Random) -> Damage:
    """Two pages in each other's place, or one written over another."""
    a, b = (slice(page * PAGE, page * PAGE + PAGE) for page in chance.sample(range(len(data) // PAGE), 2))
    swap = chance.random() < 0.5

    def change(data: bytearray) -> None:
        data[a], data[b] = data[b], (data[a] if swap else data[b])

    return Damage(f"page at {b.start} {'and' if swap else 'over'} page at {a.start}", change)


def draw(data: bytes, seed: int, flips: int, sectors: int, pages: int) -> Iterator[Damage]:
    """So many damages of each kind to a file that holds `data`."""
    chance = random.Random(seed)
    for make, count in ((flipped, flips), (zeroed, sectors), (misplaced, pages if len(data) >= 2 * PAGE else 0)):
        for _ in range(count):
            yield make(data, chance)


def pieces() -> dict[str, str]:
    """35 words from the middle of each story, by its id."""
    rows = [json.loads(line) for line in DEMO.read_text(encoding="utf-8").splitlines()]
    return {str(row["id"]): " ".join(str(row["text"]).split()[60:95]) for row in rows}


def make_index(place: Path) -> None:
    """An index of the demonstration's stories."""
    with open_index(str(place), create=True) as store:
        sketch = Sketcher(store.spec, store.secret)
        rows = [json.loads(line) for line in DEMO.read_text(encoding="utf-8").splitlines()]
        works = [Work(str(row["id"]), str(row["text"]), str(row.get("title", ""))) for row in rows]
        made = sketch.fingerprints([work.text for work in works])
        store.apply([Upsert(work, fingerprint) for work, fingerprint in zip(works, made, strict=True)])


def ask(store: Store, asked: dict[str, str]) -> list[Answer]:
    """What an index answers about each piece, down to the rows and the stories. Raises IndexProblem."""
    made = Sketcher(store.spec, store.secret).fingerprints(list(asked.values()))
    answers: list[Answer] = [(store.count(), [entry.id for entry in store.entries()])]
    for id, fingerprint in zip(asked, made, strict=True):
        hits = store.probe(fingerprint.keys)
        rows = tuple(column.tobytes() for column in (hits.row, hits.number, hits.position, hits.frequency))
        stories = store.fetch(sorted(set(hits.number.tolist())))
        answers.append((rows, store.near(fingerprint.bands).tolist(), stories, store.revisions(id)))
    return answers


def judge(store: Store, asked: dict[str, str]) -> list[Answer]:
    """The verdicts of whole checks. Raises IndexProblem."""
    return [(check(text, store).verdict is Verdict.CLEAR,) for text in asked.values()]


def count_silent(
    index: Path, file: Path, seed: int, flips: int, sectors: int, pages: int, *, checks: bool = False
) -> tuple[Counter[str], list[str]]:
    """What came of each damage to `file`, which is of the index at `index`, and the damages that were silent."""
    asked, question = pieces(), judge if checks else ask
    with open_index(str(index), readonly=True) as store:
        sound = question(store, asked)
    original = file.read_bytes()
    counts: Counter[str] = Counter()
    silent = []
    for damage in draw(original, seed, flips, sectors, pages):
        data = bytearray(original)
        damage.change(data)
        file.write_bytes(data)
        try:
            with open_index(str(index), readonly=True) as store:
                same = question(store, asked) == sound
        except IndexProblem as error:
            counts[type(error).__name__] += 1
            continue
        finally:
            for left in index.glob("catalog.db-*"):
                left.unlink()
        counts["the same" if same else "silent"] += 1
        if not same:
            silent.append(damage.name)
    file.write_bytes(original)
    return counts, silent


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.damage", description=__doc__.splitlines()[0])
    parser.add_argument("--flips", type=int, default=5000)
    parser.add_argument("--sectors", type=int, default=500)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--checks", action="store_true", help="whole checks instead of look-ups")
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        make_index(place / "wire")
        with open_index(str(place / "wire"), readonly=True) as store:
            write_snapshot(store, place / "taken")
        files = sorted((place / "taken").iterdir(), key=lambda file: -file.stat().st_size)
        sizes = sum(file.stat().st_size for file in files)
        for index, file, share in (
            (place / "wire", place / "wire" / "catalog.db", 1.0),
            *((place / "taken", file, max(0.02, file.stat().st_size / sizes)) for file in files),
        ):
            numbers = (round(share * number) for number in (options.flips, options.sectors, options.pages))
            counts, silent = count_silent(index, file, options.seed, *numbers, checks=options.checks)
            print(f"{index.name}/{file.name}: {dict(counts)}", *silent[:10], sep="\n    ", flush=True)
            bad += len(silent)
    print("silent:", bad)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
