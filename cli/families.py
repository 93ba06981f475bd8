"""`wirecheck families`: which stories of the index are versions or reprints of which."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode, Failure, say
from cli.options import IndexOption, index_url, open_for_reading
from cli.progress import Bar

if TYPE_CHECKING:
    from checker.clusters import Cluster, Kin
    from fingerprints.index import ReadIndex, Store

PORTION = 100
"""Stories that a process looks at in one go."""
FEW = 2_000
"""An index of fewer stories is looked at by this process alone: starting others takes longer."""


class FamiliesFormat(StrEnum):
    """How clusters are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    HTML = "html"


def families(
    id: Annotated[str, typer.Argument(metavar="[ID]", help="Only the cluster of this story.", show_default=False)] = "",
    index: IndexOption = "",
    format: Annotated[
        FamiliesFormat, typer.Option("--format", "-f", help="How to write the clusters.")
    ] = FamiliesFormat.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write them to this file.", show_default=False)
    ] = None,
    least: Annotated[int, typer.Option("--least", min=2, help="Only clusters of at least so many stories.")] = 2,
) -> ExitCode:
    """Show which stories of the index are versions or reprints of which.

    Versions of a story belong together by what they say of themselves (id, story, slug, what they replace) or by their
    words; reprints by their words alone. Every pair is compared word by word. All stories are read: some 3 ms each.

    Exit code: 0, or 3 when stories are damaged and could not be compared.

    Example:

        wirecheck families --format csv --output families.csv
    """
    opened = open_for_reading(index)
    with closing(opened):
        found = _of_one(id, opened) if id else _of_all(opened, index_url(index), least)
        clusters = _told(found.groups, opened)
        _write(clusters, format, output)
    return _doubts(found)


@dataclass(frozen=True, slots=True)
class Found:
    """Clusters by the numbers of their families' versions, and what was found of every story."""

    groups: Sequence[Sequence[Sequence[int]]]
    kin: Sequence[Kin]

    @property
    def damaged(self) -> int:
        """How many stories could not be read."""
        return len({number for one in self.kin for number in one.damaged})


def _doubts(found: Found) -> ExitCode:
    """Say what could not be compared, and what was not."""
    from checker.clusters import COMPARED
    from checker.reports.words import count

    if crowded := sum(one.left > 0 for one in found.kin):
        have = count(crowded, "story has", "stories have")
        say(
            f"{have} more than {COMPARED} others with nearly the same words, and were compared with {COMPARED} of them "
            "each: their clusters may be larger than shown."
        )
    if not found.damaged:
        return ExitCode.CLEAR
    stories = count(found.damaged, "story is", "stories are")
    say(f"{stories} damaged and could not be compared; wirecheck doctor names what is wrong.")
    return ExitCode.INCOMPLETE


def _of_one(id: str, opened: Store) -> Found:
    from checker.clusters import around, grouped

    found = around(id, opened)
    if not found:
        raise Failure(f"There is no story of the id {id!r}; wirecheck list shows all of them.")
    own = set(found[0].versions)
    groups = [group for group in grouped(found) if any(own & set(versions) for versions in group)]
    kept = Found(groups, found)
    if not groups and not kept.damaged:
        say(f"{id} stands alone: no other version and no reprint of it is in the index.")
    return kept


def _of_all(opened: Store, url: str, least: int) -> Found:
    from checker.clusters import grouped

    numbers = [entry.number for entry in opened.entries()]
    kin = list(_kin(numbers, opened, url))
    found = Found(grouped(kin, least), kin)
    if not found.groups:
        among = f"Among {len(numbers) - found.damaged:,} stories"
        say(f"{among} there are no {least} that are versions or reprints of one.")
    return found


def _kin(numbers: Sequence[int], opened: ReadIndex, url: str) -> Iterator[Kin]:
    """What is found of every story, in as many processes as are worth starting."""
    from checker.clusters import kin

    processes = os.cpu_count() or 1
    with Bar("Comparing stories", len(numbers)) as bar:
        if len(numbers) < FEW or processes == 1:
            for one in kin(numbers, opened):
                bar.advance()
                yield one
            return
        context = multiprocessing.get_context("spawn")
        portions = [numbers[at : at + PORTION] for at in range(0, len(numbers), PORTION)]
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            try:
                for portion in pool.map(partial(_portion, url), portions):
                    bar.advance(PORTION)
                    yield from portion
            except BrokenProcessPool:
                raise Failure(
                    "A process that compares stories ended before it was done: the machine may be short of memory. "
                    "Nothing was written; try again."
                ) from None
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


@lru_cache(maxsize=1)
def _opened(url: str) -> ReadIndex:
    """In a process of its own: the index, opened once."""
    from fingerprints.stores import open_index

    return open_index(url, readonly=True)


def _portion(url: str, numbers: Sequence[int]) -> list[Kin]:
    from checker.clusters import kin

    return list(kin(numbers, _opened(url)))


def _told(groups: Sequence[Sequence[Sequence[int]]], opened: ReadIndex) -> Iterator[Cluster]:
    from checker.clusters import cluster_of

    for group in groups:
        if cluster := cluster_of(group, opened):
            yield cluster


def _write(clusters: Iterator[Cluster], format: FamiliesFormat, output: Path | None) -> None:
    from checker.reports import clusters as written
    from cli.rendering import to_file, to_standard_output

    pieces = {
        FamiliesFormat.TEXT: written.to_text,
        FamiliesFormat.JSON: written.to_json,
        FamiliesFormat.JSONL: written.to_jsonl,
        FamiliesFormat.CSV: written.to_csv,
        FamiliesFormat.HTML: written.to_html,
    }[format](clusters)
    if output:
        to_file(pieces, output)
    else:
        to_standard_output(pieces)
