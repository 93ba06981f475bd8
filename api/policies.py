"""Under which policy, when and where a request is judged. The clock is read here."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from api.problems import unreadable
from api.schemas import CheckOptions
from checker.policy.load import read
from checker.policy.nouns import DEFAULT_POLICY, Occasion, Policy
from checker.policy.times import moment, zone_named

MOST_KNOWN = 64
Stamp = tuple[int, int, int]
_known: dict[str, tuple[tuple[Stamp, ...], Policy]] = {}
"""Policies by their files, and what the files looked like when they were read."""


def policy_of(default: str, folder: str, named: str) -> Policy:
    """The policy NAME.toml of `folder`, else the file `default`, else the built-in one; read again once it changes.

    Raises Problem 422 when there is none of that name, PolicyProblem when the file has errors.
    """
    if not named:
        return _read(Path(default)) if default else DEFAULT_POLICY
    file = Path(folder) / f"{named}.toml"
    if not folder or not file.is_file():
        raise unreadable([{"pointer": "/policy", "detail": "There is no policy of that name on the server."}])
    return _read(file)


def _read(file: Path) -> Policy:
    path = str(file)
    if path in _known and _known[path][0] == _stamps(file, _known[path][1]):
        return _known[path][1]
    policy = read(file)
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[path] = _stamps(file, policy), policy
    return policy


def _stamps(file: Path, policy: Policy) -> tuple[Stamp, ...]:
    """What a policy's files look like from outside: its own, and that of its agencies."""
    found = []
    for path in (file, Path(policy.agencies)) if policy.agencies else (file,):
        try:
            seen = path.stat()
        except OSError:
            return ()
        found.append((seen.st_mtime_ns, seen.st_size, seen.st_ino))
    return tuple(found)


def occasion_of(policy: Policy, options: CheckOptions) -> Occasion:
    """The occasion; a time without a zone is in the house's. Raises Problem 422 when it cannot be read."""
    at = _time_of(policy, options.at)
    return Occasion(at, options.channel, options.territory, options.site, tuple(options.own))


def _time_of(policy: Policy, at: str) -> datetime:
    if not at:
        return datetime.now(UTC).replace(microsecond=0)
    found = moment(at, zone_named(policy.house.zone))
    if found is None:
        said = "This is no time; write it as 2026-11-30T18:00:00 or 2026-11-30T18:00:00+01:00."
        raise unreadable([{"pointer": "/at", "detail": said}])
    if found.open:
        said = "The time is open; write it with an hour and a zone, as 2026-11-30T18:00:00+01:00."
        raise unreadable([{"pointer": "/at", "detail": said}])
    return found.early
