"""The stories of a report with their rights and families, as an index knows them now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from checker.families import Families
from checker.family import at_present, version_of
from checker.model import Match, Report, SourcePassage
from checker.policy.holders import bare
from checker.rights.item import rights_of
from fingerprints.errors import IndexDamaged
from fingerprints.index import ReadIndex, StoredWork
from fingerprints.sketch import sketcher

GONE = "{} is not in the index any more; what the report says of its rights is what was known then"
DAMAGED = "{} is damaged in the index; what the report says of its rights is what was known then"
Find = Callable[[SourcePassage], "StoredWork | None"]
"""The revision that a passage of a report is of."""


def with_families(report: Report, stored: Mapping[int, StoredWork], families: Families) -> Report:
    """A report whose sources have their rights and families; `also` names one story of each other family and holder.

    `stored` are the stories that the report's passages are of, by number.
    """
    by_name = {_name(one): one for _, one in sorted(stored.items())}

    def find(source: SourcePassage) -> StoredWork | None:
        return by_name.get((source.id, source.version, source.current))

    return _filled(report, find, families)


def refreshed(report: Report, index: ReadIndex) -> Report:
    """A report that was made earlier, with the rights and families that its stories have now.

    A story that the index does not have any more keeps what the report says of it, and a warning says so. Raises the
    errors of `fingerprints.errors` when the index cannot be read.
    """
    found: dict[str, list[StoredWork]] = {}
    warnings = list(report.warnings)
    for id in dict.fromkeys(source.id for source in _sources(report)):
        try:
            found[id] = index.revisions(id)
        except IndexDamaged:
            warnings.append(DAMAGED.format(id))
            continue
        if not found[id]:
            warnings.append(GONE.format(id))
    families = Families(index, sketcher(index.spec, index.secret), (one for each in found.values() for one in each))

    def find(source: SourcePassage) -> StoredWork | None:
        revisions = found.get(source.id, [])
        same = (one for one in revisions if version_of(one) == source.version)
        return next(same, revisions[0] if revisions else None)

    new = _filled(report, find, families)
    return replace(new, warnings=tuple(dict.fromkeys(warnings)))


def _filled(report: Report, find: Find, families: Families) -> Report:
    """The report with what `find` and `families` know of its sources."""
    return replace(
        report,
        matches=tuple(_match(match, find, families) for match in report.matches),
        dropped=tuple(replace(one, source=_with_rights(one.source, find)) for one in report.dropped),
    )


def _match(match: Match, find: Find, families: Families) -> Match:
    """A match that names each family of each holder once: the version that fits best stands first among its own.

    A story that another took over whole is of its family by its words, and another's copy all the same.
    """

    def key(source: SourcePassage) -> tuple[int | str, str]:
        return _family_key(source, find, families), bare(source.holder)

    seen = {key(match.source)}
    also = []
    for other in match.also:
        if key(other) not in seen:
            seen.add(key(other))
            also.append(_standing(other, find, families))
    return replace(match, source=_standing(match.source, find, families), also=tuple(also))


def _family_key(source: SourcePassage, find: Find, families: Families) -> int | str:
    stored = find(source)
    return families.members(stored)[0].number if stored else source.family.id if source.family else source.id


def _standing(source: SourcePassage, find: Find, families: Families) -> SourcePassage:
    stored = find(source)
    if stored is None:
        return source
    members = families.members(stored)
    present = at_present([one for one in members if one.work.id == stored.work.id])
    own = next(one for one in present if one.number == stored.number)
    return replace(source, current=stored.current, rights=rights_of(own), family=families.of(stored))


def _with_rights(source: SourcePassage, find: Find) -> SourcePassage:
    stored = find(source)
    return replace(source, rights=rights_of(stored)) if stored else source


def _sources(report: Report) -> Iterable[SourcePassage]:
    for match in report.matches:
        yield match.source
        yield from match.also
    for dropped in report.dropped:
        yield dropped.source


def _name(stored: StoredWork) -> tuple[str, str, bool]:
    return stored.work.id, version_of(stored), stored.current
