"""Under which policy, when and where: the options that `check`, `judge` and `policy` share. The clock is read here."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import Failure

if TYPE_CHECKING:
    from checker.policy.nouns import Occasion, Policy

VARIABLE = "WIRECHECK_POLICY"
NAME = "wirecheck.toml"

PolicyOption = Annotated[
    Path | None,
    typer.Option(
        "--policy",
        "-p",
        metavar="FILE",
        help=f"The policy. Default: ${VARIABLE}, else {NAME} here or in a folder above.",
        show_default=False,
    ),
]
At = Annotated[
    str, typer.Option("--at", metavar="TIME", help="When it is published, ISO 8601; default: now.", show_default=False)
]
Channel = Annotated[
    str,
    typer.Option("--channel", help="Where it is published, as the policy calls it: web, print.", show_default=False),
]
Territory = Annotated[
    str, typer.Option("--territory", help='For whom, as the policy calls it: "DE, AT".', show_default=False)
]
Site = Annotated[str, typer.Option("--site", metavar="DOMAIN", help="Whose page it is.", show_default=False)]
Own = Annotated[
    list[str] | None,
    typer.Option("--own", metavar="ID", help="The draft was filed as this story; repeatable.", show_default=False),
]


def now() -> datetime:
    """The time, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def policy_file(given: Path | None) -> Path | None:
    """The policy's file: as given, as the environment says, else the nearest one from here upwards; None for none."""
    if given or os.environ.get(VARIABLE):
        return given or Path(os.environ[VARIABLE])
    here = Path.cwd()
    for number, folder in enumerate((here, *here.parents)):
        if (folder / NAME).is_file():
            return Path(*[os.pardir] * number, NAME)
    return None


def policy_of(given: Path | None) -> Policy:
    """The policy; the built-in one when there is no file. Raises PolicyProblem when there is one and it has errors."""
    from checker.policy.nouns import DEFAULT_POLICY

    path = policy_file(given)
    if path is None:
        return DEFAULT_POLICY
    from checker.policy.load import read

    return read(path)


def occasion_of(
    policy: Policy, at: str, channel: str = "", territory: str = "", site: str = "", own: list[str] | None = None
) -> Occasion:
    """The occasion; a time without a zone is in the house's. Raises Failure when it cannot be read."""
    from checker.policy.nouns import Occasion

    return Occasion(time_of(policy, at), channel, territory, site, tuple(own or ()))


def time_of(policy: Policy, at: str) -> datetime:
    """The time that --at names, else now. Raises Failure when it cannot be read."""
    if not at:
        return now()
    from checker.policy.times import moment, zone_named

    found = moment(at, zone_named(policy.house.zone))
    if found is None:
        raise Failure(f"--at {at}: this is no time; write it as 2026-11-30T18:00:00 or 2026-11-30T18:00:00+01:00.")
    if found.open:
        raise Failure(
            f"--at {at} is open: {found.open}; write it with an hour and a zone, as 2026-11-30T18:00:00+01:00."
        )
    return found.early
