"""`python -m api keys`: makes, lists, rotates and revokes the keys of the service."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from api.keys import GRACE_SECONDS, Keys, Scope
from api.keystore import Key
from api.settings import DEFAULT_TENANT, Settings
from api.tenants import Tenants
from checker.reports.show import one_line

DAY = 86_400
MOST_DAYS = 36_500
SHOWN_ONCE = "Keep this key now; it is not shown again, and Wirecheck does not keep it."


def add_commands(parser: argparse.ArgumentParser) -> None:
    """The commands below `keys`, and their options."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="COMMAND")
    create = commands.add_parser("create", help="make a key and show it once")
    create.add_argument(
        "--scope",
        action="append",
        required=True,
        choices=[str(scope) for scope in Scope],
        help="what it may do: read, check, write (the catalogue), or admin (all of it); repeatable",
    )
    create.add_argument("--tenant", default=DEFAULT_TENANT, help="whose key it is (default: %(default)s)")
    create.add_argument("--name", default="", help="what it is for, to know it again in the list")
    create.add_argument("--days", type=_days, help="how long it works (default: until it is revoked)")
    listing = commands.add_parser("list", help="list the keys; a key itself cannot be shown again")
    listing.add_argument("--tenant", help="of this tenant only")
    listing.add_argument("--json", action="store_true", help="as JSON")
    rotate = commands.add_parser("rotate", help="make a new key in the place of one")
    rotate.add_argument("id", metavar="ID", help="the 12 characters behind wck_")
    rotate.add_argument(
        "--hours",
        type=_hours,
        default=GRACE_SECONDS / 3600,
        help="how long the old key still works (default: %(default)g)",
    )
    revoke = commands.add_parser("revoke", help="end a key at once")
    revoke.add_argument("id", metavar="ID", help="the 12 characters behind wck_")


def manage(settings: Settings, options: argparse.Namespace) -> int:
    """Do what the command line says; the exit code. Raises WirecheckError, whose text says what was wrong."""
    keys = Keys(settings.keys_file)
    try:
        match options.action:
            case "create":
                tenant = Tenants(settings).get(options.tenant).name
                seconds = options.days * DAY if options.days else None
                _show_once(*keys.create(tenant, options.scope, name=options.name, seconds=seconds))
            case "rotate":
                _show_once(*keys.rotate(options.id, grace=options.hours * 3600))
                _tell(f"The old key {options.id} works for another {options.hours:g} hours.")
            case "revoke":
                _tell(f"The key {keys.revoke(options.id).id} opens nothing any more.")
            case "list":
                _list(keys.listed(options.tenant), as_json=options.json)
    finally:
        keys.close()
    return 0


def _show_once(plain: str, key: Key) -> None:
    """The key alone on standard output, so that a script can take it; what is said about it on standard error."""
    sys.stdout.write(plain + "\n")
    sys.stdout.flush()
    end = f" until {_when(key.expires)}" if key.expires else ""
    _tell(f"{SHOWN_ONCE} Its id is {key.id}; it may {', '.join(key.scopes)} for the tenant {key.tenant}{end}.")


def _list(keys: list[Key], *, as_json: bool) -> None:
    now = datetime.now(UTC).timestamp()
    if as_json:
        rows = [asdict(key) | {"works": key.works_at(now)} for key in keys]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return
    if not keys:
        _tell("There are no keys. Make one with: wirecheck keys create --scope check")
    for key in keys:
        state = "revoked" if key.revoked else "works" if key.works_at(now) else "expired"
        end = f" until {_when(key.expires)}" if key.expires and state == "works" else ""
        used = f"last used {_when(key.last_used)}" if key.last_used else "never used"
        name = f"  {key.name}" if key.name else ""
        scopes = ",".join(key.scopes)
        line = f"{key.id}  {key.tenant}  {scopes}  {state}{end}  made {_when(key.created)}  {used}{name}"
        sys.stdout.write(one_line(line) + "\n")


def _when(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _tell(sentence: str) -> None:
    sys.stderr.write(one_line(sentence) + "\n")


def _days(value: str) -> float:
    return _number(value, MOST_DAYS)


def _hours(value: str) -> float:
    return _number(value, MOST_DAYS * 24, least=0.0)


def _number(value: str, most: float, least: float = 1 / DAY) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not least <= number <= most:  # not-a-number too
        raise argparse.ArgumentTypeError(f"must be a number up to {most:g}")
    return number
