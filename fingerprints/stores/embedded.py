"""The default index: a directory with an SQLite catalogue in it.

WAL with synchronous=FULL: what `apply` has returned survives a killed process and,
as far as the disk tells the truth, a power cut; readers in other processes are not
held up by a writer. One writer at a time; others wait. Not for network file systems.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import apsw

from fingerprints.errors import IndexProblem
from fingerprints.index import Applied, Contents, Entry, Fingerprint, Hits, Info, Keys, Numbers, Operation, StoredWork
from fingerprints.spec import DEFAULT_SPEC, FingerprintSpec
from fingerprints.stores import beside, catalogue, postings, schema, works
from fingerprints.stores.batch import Batch, Recompute, prepared
from fingerprints.stores.rows import Rows, utc_now
from fingerprints.stores.sqlite_tables import SqliteTables
from fingerprints.stores.trouble import UNCERTAIN, transaction, translated

if TYPE_CHECKING:
    from fingerprints.sketch import Sketcher

BUSY_SECONDS = 30.0
FOLD_SECONDS = 1.0  # that removed text waits for readers, so that it is gone from the log at once
MUCH = 1_000  # operations after which the log is folded into the catalogue at once
LONG = 1_000  # pages in the log from which on it is moved into the catalogue after a change
PAGE = 500  # entries read at a time
TABLE_BYTES = "SELECT sum(pgsize) FROM dbstat WHERE name IN ('postings', 'bands', 'hot') AND aggregate = TRUE"


def sketcher(spec: FingerprintSpec, secret: bytes) -> Recompute:
    """Texts to fingerprints by `fingerprints.sketch`, which is imported only when first needed: it is slow to load."""
    made: list[Sketcher] = []

    def recompute(text: str) -> Fingerprint:
        if not made:
            from fingerprints.sketch import Sketcher

            made.append(Sketcher(spec, secret))
        return made[0].fingerprints([text])[0]

    return recompute


class EmbeddedStore:
    """A Store in a directory. May be used by several threads; one of them at a time is served.

    After a fork, open the index again in the child.
    """

    def __init__(
        self,
        index: str | Path,
        *,
        spec: FingerprintSpec = DEFAULT_SPEC,
        create: bool = False,
        readonly: bool = False,
        busy_seconds: float = BUSY_SECONDS,
        recompute: Recompute | None = None,
        clock: Callable[[], str] = utc_now,
    ) -> None:
        """Open the index directory `index`, or make it when `create` is set and it is missing.

        A writer waits up to `busy_seconds` for another one. `recompute` makes the
        fingerprint of a stored text anew, to remove it. Raises IndexMissing,
        IndexDamaged, FormatTooNew, SpecMismatch, KeyMissing, IndexBusy or StorageFull.
        """
        self._index = Path(index).resolve()
        self._refusal = "was opened for reading only; open it for writing" if readonly else ""
        self._busy_seconds = busy_seconds
        self._clock = clock
        self._lock = threading.RLock()
        self._info: tuple[int, Info] | None = None
        self._log_pages = 0
        with translated(self._index):
            if create and not (self._index / schema.CATALOGUE).exists():
                schema.create_index(self._index, spec, clock())
            file = schema.locate(self._index)
            # whether the log may hold text that was removed, by us or by one who could not empty it
            self._owed = not readonly and schema.has_log(file)
            self._connection = schema.connect(file, readonly=readonly, busy_seconds=busy_seconds)
            self._connection.set_wal_hook(self._note_log)
            try:
                stored, key = schema.recognise(self._connection, self._index)
                schema.require_spec(stored, spec, self._index)
                self._secret = schema.require_key(self._index, key)
            except BaseException:
                self._connection.close()
                raise
        self._spec = stored
        self._recompute = recompute or sketcher(stored, self._secret)

    def __enter__(self) -> EmbeddedStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def spec(self) -> FingerprintSpec:
        return self._spec

    @property
    def secret(self) -> bytes:
        """The 32-byte key that enters every hash of this index."""
        return self._secret

    @contextmanager
    def _use(self) -> Iterator[apsw.Connection]:
        with self._lock, translated(self._index):
            yield self._connection

    @contextmanager
    def _reading(self) -> Iterator[apsw.Connection]:
        """One state of the index, for what is read by more than one statement."""
        with self._use() as connection, transaction(connection, write=False):
            yield connection

    def info(self) -> Info:
        """The index in figures. The first call after a change reads the fingerprint tables through (0.5 s a GB)."""
        with self._reading() as connection:
            connection.execute("SELECT 1 FROM meta").fetchone()  # so that the version below is this transaction's
            version = int(connection.execute("PRAGMA data_version").get)
            if self._info is None or self._info[0] != version:
                self._info = version, _measure(connection, self._index, self._spec)
            return self._info[1]

    def count(self) -> int:
        """How many current works there are, counted in an index of them."""
        with self._use() as connection:
            return int(connection.execute("SELECT count(*) FROM works WHERE current = 1").get)

    def probe(self, keys: Keys) -> Hits:
        """Look up all keys of a text at once, in one statement; see the port."""
        with self._use() as connection:
            return postings.probe(connection, keys)

    def near(self, bands: Keys) -> Numbers:
        """Numbers of the revisions that share at least one LSH band, ascending."""
        with self._use() as connection:
            return postings.near(connection, bands)

    def linked(self, links: Sequence[str]) -> Numbers:
        """Numbers of the revisions that carry at least one of these links, ascending."""
        with self._reading() as connection:
            return beside.linked(connection, links)

    def fetch(self, numbers: Sequence[int]) -> list[StoredWork]:
        """Revisions by number, in the order asked; numbers no longer there are left out. Raises IndexDamaged."""
        with self._reading() as connection:
            found = works.by_numbers(connection, numbers)
        return [row.stored() for row in found]

    def revisions(self, id: str) -> list[StoredWork]:
        """Every revision of one id, newest first; empty when there is none. Raises IndexDamaged."""
        with self._reading() as connection:
            found = works.by_id(connection, id)
        return [row.stored() for row in found]

    def entries(self, after: str = "", limit: int | None = None) -> Iterator[Entry]:
        """Current works in the order of their ids, beginning behind `after`.

        Read in portions: a work added meanwhile appears when its id is still ahead.
        """
        left = limit
        while left is None or left > 0:
            wanted = PAGE if left is None else min(PAGE, left)
            with self._reading() as connection:
                page = works.entries(connection, after, wanted)
            yield from page
            if len(page) < wanted:
                return
            after = page[-1].id
            left = None if left is None else left - wanted

    def news(self, after: int, most: int) -> tuple[int, Numbers]:
        """A number that changes when another process writes, and `beside.newest_said`; beyond the port."""
        with self._reading() as connection:
            found = beside.newest_said(connection, after, most)
            return int(connection.execute("PRAGMA data_version").get), found

    def apply(self, operations: Sequence[Operation]) -> Applied:
        """Carry out all operations, or none, as one durable transaction; see the port.

        Raises IndexBusy, StorageFull, IndexDamaged, and ValueError when a
        fingerprint cannot be stored.
        """
        if self._refusal:
            raise IndexProblem(f"The index {self._index} {self._refusal}.")
        rows = prepared(operations)
        with self._use() as connection:
            applied = self._apply(connection, operations, rows) if operations else Applied()
            self._owed |= bool(applied.removed or applied.expired)
            if operations:
                connection.set_busy_handler(None)
                try:
                    schema.seal_pages(connection)
                finally:
                    connection.set_busy_handler(schema.patience(self._busy_seconds))
            if self._owed or len(operations) >= MUCH:
                self._fold(connection)
            elif self._log_pages >= LONG:
                self._move_log(connection)
        return applied

    def _apply(
        self, connection: apsw.Connection, operations: Sequence[Operation], rows: Sequence[Rows | None]
    ) -> Applied:
        self._info = None
        try:
            with transaction(connection):
                schema.upgrade(connection)
                return Batch(SqliteTables(connection), self._spec, self._recompute, self._clock()).run(operations, rows)
        except apsw.IOError as error:
            if getattr(error, "extendedresult", 0) in UNCERTAIN:  # trying again could report as kept what is not
                self._refusal = "takes nothing more, because its disk failed; see to the disk, then open it again"
            raise

    def _fold(self, connection: apsw.Connection) -> None:
        """Move the log into the catalogue and empty it, so that removed text is gone from the files.

        Gives way to readers still at work on the log, after a while when text was removed; then it is
        owed, and the next call of `apply` (of nothing, too) or the closing of the index does it.
        """
        connection.set_busy_handler(schema.patience(min(FOLD_SECONDS, self._busy_seconds)) if self._owed else None)
        try:
            self._owed = bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0])
        except (apsw.BusyError, apsw.LockedError, apsw.FullError, apsw.IOError):
            return  # the transaction is kept already; the log only stays longer
        finally:
            connection.set_busy_handler(schema.patience(self._busy_seconds))

    def _note_log(self, connection: apsw.Connection, schema: str, pages: int) -> int:
        """What SQLite calls after each commit. In place of its own way to move the log, which would make a commit
        that is kept look like one that is not where there is no room to move it.
        """
        self._log_pages = pages
        return apsw.SQLITE_OK

    def _move_log(self, connection: apsw.Connection) -> None:
        """Move what no reader is at work on into the catalogue, so that the log begins anew."""
        with suppress(apsw.BusyError, apsw.LockedError, apsw.FullError, apsw.IOError):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def contents(self) -> AbstractContextManager[Contents]:
        """The index as it is now, to be read through while others go on writing. Raises IndexDamaged."""
        return catalogue.contents(self._index, self._busy_seconds)

    def backup(self, destination: Path) -> None:
        """Write a consistent, verified copy into a new directory, while others read and write.

        The secret is copied to `<destination>.key`, unless WIRECHECK_KEY_FILE names
        its place. Raises IndexProblem when the destination is not empty, IndexDamaged
        when the copy does not pass its checks, StorageFull.
        """
        from fingerprints.stores.backup import write_backup

        with translated(destination):
            write_backup(self._index, destination, self._secret)

    def close(self) -> None:
        """Let go of the files. Closing twice does nothing."""
        with self._use() as connection:
            if self._owed:
                self._fold(connection)
            self._owed = False
            with suppress(apsw.FullError, apsw.IOError):  # all is kept already; the log only stays
                connection.close()


def _measure(connection: apsw.Connection, index: Path, spec: FingerprintSpec) -> Info:
    said = beside.keeps_said(connection)
    expired = connection.execute("SELECT count(*) FROM said WHERE expired <> ''").get if said else 0
    current, revisions, words, rows, packed = connection.execute(
        "SELECT ifnull(sum(current), 0), count(*), ifnull(sum(words), 0), ifnull(sum(postings), 0), "
        "ifnull(sum(packed_bytes), 0) FROM works"
    ).get
    hot = connection.execute("SELECT count(*) FROM hot").get
    files = [index / (schema.CATALOGUE + suffix) for suffix in ("", "-wal")]
    return Info(
        location=str(index),
        spec=spec.digest,
        works=current,
        revisions=revisions,
        words=words,
        postings=rows,
        hot_keys=hot,
        fingerprint_bytes=_fingerprint_bytes(connection, packed),
        text_bytes=packed,
        file_bytes=sum(file.stat().st_size for file in files if file.exists()),
        expired=expired,
    )


def _fingerprint_bytes(connection: apsw.Connection, packed: int) -> int:
    """Bytes of the pages that hold postings, bands and hot keys."""
    try:
        return int(connection.execute(TABLE_BYTES).get)
    except apsw.SQLError:  # an SQLite built without dbstat: what is neither text nor free
        pages, free, size = (
            int(connection.execute(f"PRAGMA {name}").get) for name in ("page_count", "freelist_count", "page_size")
        )
        return max(0, (pages - free) * size - packed)
