"""`wirecheck.toml` to a policy, and everything that is wrong with such a file, with its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from checker.model import Severity
from checker.policy import conflicts, spellings
from checker.policy.holders import agencies_of
from checker.policy.lines import Places
from checker.policy.nouns import Feed, House, Licence, Policy, Rules, Waiver
from checker.policy.parse import bytes_of, parsed
from checker.policy.problems import PolicyProblem, Problem
from checker.policy.readings import Wrong
from checker.policy.tables import AGENCIES, TABLES, header, unknown_key, unknown_table
from checker.policy.times import zone_named

__all__ = ["PolicyProblem", "Problem", "problems", "read", "read_bytes"]

Noun = TypeVar("Noun")
MOST_TABLES = 1_000
"""Of one kind: they are held against each other, two by two."""


def read(path: Path) -> Policy:
    """The policy of a file. Raises PolicyProblem, with file and line, when the file has an error; warnings pass."""
    return _policy(path, _reading(path))


def read_bytes(raw: bytes, origin: str, agencies: Path | None = None) -> Policy:
    """The policy of these bytes, which came from a file of the name `origin`; nothing is opened by that name.

    `agencies` is the file of further agencies, whatever file the policy names. Raises PolicyProblem.
    """
    return _policy(Path(origin), _read(Path(origin), raw, lambda reading: _given_agencies(reading, agencies)))


def _policy(path: Path, reading: _Reading) -> Policy:
    conflicts.find(reading.policy, reading.problem, None, reading.places.of("rules", "note_run"))
    if any(one.severity is Severity.ERROR for one in reading.problems):
        raise PolicyProblem(path, sorted(reading.problems))
    return reading.policy


def problems(path: Path, at: datetime | None = None) -> list[Problem]:
    """Everything that is wrong with a policy file, by line; with a time also what is over by then.

    Raises PolicyProblem when there is no such file or it cannot be read.
    """
    try:
        reading = _reading(path)
    except PolicyProblem as error:
        if not path.is_file():
            raise
        return list(error.problems)
    conflicts.find(reading.policy, reading.problem, at, reading.places.of("rules", "note_run"))
    spellings.find(reading.policy, reading.problem)
    return sorted(reading.problems)


@dataclass(slots=True)
class _Reading:
    """A file on the way to a policy. A problem in it is noted, and the rest is read all the same."""

    values: Mapping[str, Any]
    places: Places
    policy: Policy
    problems: list[Problem] = field(default_factory=list)

    def problem(self, severity: Severity, line: int, sentence: str) -> None:
        self.problems.append(Problem(line, 0, severity, sentence))

    def error(self, sentence: str, *path: str | int) -> None:
        self.problem(Severity.ERROR, self.places.of(*path), sentence)

    def table(self, zone: ZoneInfo, *path: str | int) -> dict[str, Any] | None:
        """The values of a table by the fields of its noun; None when it lacks what it needs, or is no table."""
        name = str(path[0])
        values = self.values[name][path[1]] if path[1:] else self.values[name]
        if not isinstance(values, dict):
            self.error(f"{header(name)} must be a table: a line {header(name)}, and its keys below", *path)
            return None
        found: dict[str, Any] = {}
        for key, value in values.items():
            line = self.places.of(*path, key)
            if key not in TABLES[name]:
                self.problem(Severity.ERROR, line, unknown_key(name, key))
                continue
            known = TABLES[name][key]
            try:
                found[known.field or key] = known.read(value, zone, self._warner(line, key))
            except Wrong as wrong:
                self.problem(Severity.ERROR, line, f"{key} {wrong}")
        missing = [key for key, known in TABLES[name].items() if known.needed and key not in values]
        if missing:
            self.error(f"{header(name)} needs {' and '.join(missing)}", *path)
        needed = [known.field or key for key, known in TABLES[name].items() if known.needed]
        return found if all(key in found for key in needed) else None

    def _warner(self, line: int, key: str) -> Callable[[str], None]:
        return lambda sentence: self.problem(Severity.WARNING, line, f"{key} {sentence}")

    def one(self, name: str, noun: type[Noun]) -> Noun:
        """A table of which there is one."""
        values = self.table(zone_named("UTC"), name) if name in self.values else None
        return noun(**(values or {}))

    def many(
        self, name: str, noun: Callable[..., Noun], zone: Callable[[Mapping[str, Any]], ZoneInfo]
    ) -> tuple[Noun, ...]:
        """Tables of which there may be several."""
        tables = self.values.get(name, [])
        if not isinstance(tables, list):
            self.error(f"write [[{name}]] in two brackets: there may be several", name)
            return ()
        if len(tables) > MOST_TABLES:
            self.error(f"there are {len(tables):,} tables [[{name}]], and {MOST_TABLES:,} are read", name)
        found = []
        for number, values in enumerate(tables[:MOST_TABLES]):
            in_zone = zone(values if isinstance(values, dict) else {})
            if (table := self.table(in_zone, name, number)) is not None:
                found.append(noun(**_completed(table), line=self.places.of(name, number)))
        return tuple(found)


def _completed(table: dict[str, Any]) -> dict[str, Any]:
    """A licence is called after its holder where it has no name; `credit = true` asks for the holder's name."""
    if "holder" in table and "name" not in table:
        table["name"] = table["holder"]
    if isinstance(table.get("credit"), bool):
        table["credit"] = (table["holder"],) if table["credit"] else ()
    return table


def _reading(path: Path) -> _Reading:
    """Raises PolicyProblem when the file is none that could hold a policy."""
    return _read(path, bytes_of(path), lambda reading: _agencies(reading, path))


def _read(path: Path, raw: bytes, add_agencies: Callable[[_Reading], None]) -> _Reading:
    values, text = parsed(path, raw)
    reading = _Reading(values, Places(text, values), Policy(origin=str(path), digest=sha256(raw).hexdigest()))
    for name in values:
        if name not in TABLES and name != AGENCIES:
            reading.error(unknown_table(name), name)
    house, rules = reading.one("house", House), reading.one("rules", Rules)
    utc, home = zone_named("UTC"), zone_named(house.zone)
    feeds = reading.many("feed", Feed, lambda _: utc)
    zones = {feed.name.casefold(): zone_named(feed.zone) for feed in feeds if feed.zone}
    licences = reading.many("licence", Licence, lambda of: zones.get(str(of.get("feed", "")).strip().casefold(), home))
    waivers = reading.many("waiver", Waiver, lambda _: home)
    reading.policy = replace(reading.policy, house=house, rules=rules, feeds=feeds, licences=licences, waivers=waivers)
    add_agencies(reading)
    return reading


def _given_agencies(reading: _Reading, agencies: Path | None) -> None:
    reading.policy = replace(reading.policy, agencies=str(agencies) if agencies else "")


def _agencies(reading: _Reading, path: Path) -> None:
    """The file of further agencies, from the folder of the policy's file."""
    if (named := reading.values.get(AGENCIES)) is None:
        return
    if not isinstance(named, str) or not named.strip():
        reading.error('agencies must be the name of a file, as "agencies.toml"', AGENCIES)
        return
    policy = replace(reading.policy, agencies=str(path.parent / named))
    try:
        agencies_of(policy)
    except OSError as error:
        reading.error(f"agencies names {policy.agencies}, which cannot be read: {error.strerror}", AGENCIES)
    except ValueError as error:
        reading.error(f"agencies: {error}", AGENCIES)
    else:
        reading.policy = policy
