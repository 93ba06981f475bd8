"""Where fingerprints are kept. `open_index` is the one place that chooses a store."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from fingerprints.errors import IndexMissing, IndexProblem
from fingerprints.index import Store

MEMORY = "memory:"
SCHEMES = ("postgresql:", "postgres:")
SERVERS = tuple(f"{scheme}//" for scheme in SCHEMES)
ADDRESS = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]+:(?=/|.*@)|.*\bpassword\s*=", re.DOTALL)
"""How what is meant to be an address begins, also one that is none; one letter and a colon is a drive."""
SNAPSHOT = "snapshot.json"
"""The manifest of a snapshot, which is written last: a directory with it in it is one."""


def open_index(url: str, *, create: bool = False, readonly: bool = False) -> Store:
    """Open the index at `url`: the path of an index directory or of a snapshot, the address of a PostgreSQL database,
    or "memory:" for an empty one that is kept nowhere.

    `create` makes a missing index, with the default specification and a fresh
    secret; an index that is there is opened as it is. `readonly` refuses writing; a snapshot always does.
    Raises IndexMissing, IndexDamaged, SpecMismatch, FormatTooNew, KeyMissing,
    IndexBusy or StorageFull.
    """
    if url == MEMORY:
        from fingerprints.stores.memory import MemoryStore

        return MemoryStore()
    if url.startswith(SERVERS):
        require_postgres()
        from fingerprints.stores.postgres.store import PostgresStore

        return PostgresStore(url, create=create, readonly=readonly)
    if not url or "://" in url or url.startswith(SCHEMES) or ADDRESS.match(url):
        raise IndexMissing(
            f"{shown(url)!r} is no place for an index; give the path of an index directory, "
            "or postgresql://USER@HOST/DATABASE."
        )
    if is_snapshot(url):
        from fingerprints.stores.snapshot import Snapshot

        return Snapshot(url)
    from fingerprints.stores.embedded import EmbeddedStore

    return EmbeddedStore(url, create=create, readonly=readonly)


def is_snapshot(url: str) -> bool:
    """Whether a snapshot is there; one that was cut off has no manifest, and is none."""
    return (Path(url) / SNAPSHOT).is_file()


def require_postgres() -> None:
    """Raises IndexProblem when the library is not here that an index in PostgreSQL needs."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise IndexProblem(
            "An index in PostgreSQL needs a library that is not here; pip install 'wirecheck[postgres]'."
        ) from error


def shown(url: str) -> str:
    """The place of an index as it may be told to people: a path as it is, an address without what may be secret in it.

    Of an address that is none, with a password torn apart, say, no more than its beginning.
    """
    if not ADDRESS.match(url):
        return url
    if url.startswith(SERVERS):
        with suppress(ImportError, IndexMissing):
            from fingerprints.stores.postgres.address import Address

            return Address.of(url).location
    return f"{url.partition(':')[0]}:..." if re.match(r"\w+:", url) else "..."


def leftovers(url: str) -> list[tuple[Path | str, str]]:
    """Files beside a catalogue in which text that was removed may still stand, and why."""
    if url.startswith(SERVERS):
        why = "a server keeps what was deleted in its files, its log (WAL) and its copies for a while"
        return [(shown(url), f"{why}; docs/postgres.md says how it is cleared out")]
    index = Path(url)
    if url == MEMORY or not index.is_dir():
        return []
    from fingerprints.stores import schema

    found: list[tuple[Path | str, str]] = []
    if schema.has_log(index / schema.CATALOGUE):
        why = "another program has the index open; it is emptied with the next change or when the last one closes it"
        found.append((index / f"{schema.CATALOGUE}-wal", why))
    old = sorted(path for path in index.glob(f"{schema.CATALOGUE}.damaged-*") if not path.name.endswith("-wal"))
    why = "it is the damaged catalogue that a repair set aside; delete it when you need it no more"
    return found + [(path, why) for path in old]
