"""Which tables and keys a policy file has, and what each is read as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from checker.policy import readings
from checker.policy.readings import Read


@dataclass(frozen=True, slots=True)
class Key:
    """How a key is read, whether it must be there, and the field of the noun where that has another name."""

    read: Read
    needed: bool = False
    field: str = ""


AGENCIES = "agencies"
TABLES: Mapping[str, Mapping[str, Key]] = {
    "house": {
        "name": Key(readings.text),
        "holders": Key(readings.texts),
        "domains": Key(readings.domains),
        "channel": Key(readings.text),
        "territory": Key(readings.text),
        "zone": Key(readings.zone),
    },
    "rules": {
        "minimum_run": Key(readings.whole),
        "note_run": Key(readings.whole),
        "tolerated_share": Key(readings.share),
        "tolerated_words": Key(readings.whole),
        "quotation_words": Key(readings.whole),
        "attribution": Key(readings.flag),
        "notices": Key(readings.flag),
    },
    "feed": {
        "name": Key(readings.text, needed=True),
        "zone": Key(readings.zone),
    },
    "licence": {
        "name": Key(readings.text),
        "holder": Key(readings.holder, needed=True),
        "feed": Key(readings.text),
        "channels": Key(readings.texts),
        "territories": Key(readings.texts),
        "from": Key(readings.begin, field="valid_from"),
        "until": Key(readings.end, field="valid_until"),
        "days_on_web": Key(readings.days),
        "credit": Key(readings.credit),
        "edits": Key(readings.flag),
        "most_words": Key(readings.whole),
        "most_share": Key(readings.share),
        "quotation_words": Key(readings.whole),
    },
    "waiver": {
        "name": Key(readings.text, needed=True),
        "reason": Key(readings.text, needed=True),
        "until": Key(readings.end, needed=True),
        "texts": Key(readings.texts),
        "stories": Key(readings.texts),
        "holder": Key(readings.holder),
        "by": Key(readings.text),
        "lifts": Key(readings.lifts),
    },
}
MANY = ("feed", "licence", "waiver")
"""Tables of which there may be several, each under its own [[name]]."""


def unknown_table(name: str) -> str:
    """What to say of a table or key that stands outside of all tables and is none of ours."""
    homes = [table for table, keys in TABLES.items() if name in keys]
    if homes:
        return f"{name!r} belongs in {' or '.join(map(header, homes))}"
    if near := get_close_matches(name, [*TABLES, AGENCIES], 1, 0.6):
        return f"{name!r} is not known; do you mean {near[0]!r}?"
    return f"{name!r} is not known; there are {', '.join(map(header, TABLES))} and {AGENCIES}"


def unknown_key(table: str, key: str) -> str:
    """What to say of a key that a table does not have."""
    homes = [other for other, keys in TABLES.items() if key in keys]
    if homes:
        return f"{header(table)} has no key {key!r}; it belongs in {' or '.join(map(header, homes))}"
    if near := get_close_matches(key, TABLES[table], 1, 0.6):
        return f"{header(table)} has no key {key!r}; do you mean {near[0]!r}?"
    return f"{header(table)} has no key {key!r}; it has {', '.join(TABLES[table])}"


def header(table: str) -> str:
    """A table as its header is written."""
    return f"[[{table}]]" if table in MANY else f"[{table}]"
