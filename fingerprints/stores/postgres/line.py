"""A connection to PostgreSQL that is made anew when it is lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from fingerprints.errors import IndexProblem
from fingerprints.stores.postgres.address import Address
from fingerprints.stores.postgres.arrays import speak_arrays
from fingerprints.stores.postgres.schema import OLDEST_SERVER
from fingerprints.stores.postgres.trouble import AGAIN, Unconnected, is_lost, is_starting, problem, unreachable

Answer = TypeVar("Answer")

PATIENCE = 30.0
"""Seconds that a server which was there may be away."""
FIRST_WAIT, LONGEST_WAIT = 0.05, 3.0

_ABANDONED: list[psycopg.Connection] = []
"""Connections of a parent process: letting go of one would close it for the parent too."""


def connect(address: Address, *, readonly: bool, busy_seconds: float) -> psycopg.Connection:
    """A new connection, each statement its own transaction.

    Raises psycopg.Error, and IndexProblem when the server is too old.
    """
    told = address.settings(readonly=readonly, busy_seconds=busy_seconds)
    try:
        connection = psycopg.connect(autocommit=True, **told)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        raise Unconnected(*error.args) from None
    speak_arrays(connection)
    if connection.info.server_version < OLDEST_SERVER:
        connection.close()
        raise IndexProblem(f"The server of the index {address.location} is older than PostgreSQL 13; use a newer one.")
    return connection


class Line:
    """One connection, used by one thread at a time. `welcome` looks at every new one and may refuse it."""

    def __init__(
        self,
        address: Address,
        welcome: Callable[[psycopg.Connection], None],
        *,
        readonly: bool,
        busy_seconds: float,
        patience: float = PATIENCE,
    ) -> None:
        self._address = address
        self._welcome = welcome
        self._readonly = readonly
        self._busy_seconds = busy_seconds
        self._patience = patience
        self._lock = threading.RLock()
        self._connection: psycopg.Connection | None = None
        self._process = 0
        self._known = False
        self._closed = self._held = False

    def __del__(self) -> None:
        with suppress(Exception):  # nobody is there any more to be told
            self._drop()

    def ask(self, question: Callable[[psycopg.Connection], Answer], patience: float | None = None) -> Answer:
        """The answer to a question, which is asked again over a new connection when one is lost.

        So a question must be one that may be asked twice. A server that was never
        there is waited for only while it says that it is starting. `patience` is in seconds, None as the line has it.
        Raises IndexProblem and its kinds.
        """
        with self._lock:
            began, wait = time.monotonic(), FIRST_WAIT
            patience = self._patience if patience is None else patience
            while True:
                try:
                    return question(self._opened())
                except psycopg.Error as error:
                    lost = is_lost(error, self._connection)
                    if not lost and error.sqlstate not in AGAIN:
                        raise problem(self._address.location, error) from None
                    if lost and not isinstance(error, Unconnected):
                        self._drop()
                    waits = (self._known or is_starting(error)) and not self._held
                    if not waits or time.monotonic() - began + wait > patience:
                        raise (unreachable if lost else problem)(self._address.location, error) from None
                except BaseException:
                    if not self._held:
                        self._tidy()
                    raise
                time.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    @property
    def is_held(self) -> bool:
        """Whether a transaction is open over several questions."""
        return self._held

    @contextmanager
    def held(self, first: Callable[[psycopg.Connection], object]) -> Iterator[None]:
        """One transaction over all that is asked in the block, after `first`; a connection that is lost ends it.

        Raises IndexProblem and its kinds.
        """
        with self._lock:
            self.ask(lambda connection: connection.execute("SELECT 1"))
            self._held = True
            try:
                with self._opened().transaction():
                    self.ask(first)
                    yield
            except psycopg.Error as error:
                lost = is_lost(error, self._connection)
                raise (unreachable if lost else problem)(self._address.location, error) from None
            finally:
                self._held = False
                self._tidy()

    def fresh(self, *, readonly: bool = True) -> psycopg.Connection:
        """Another connection to the same place, for what takes long. Raises IndexProblem."""

        def made(_: psycopg.Connection) -> psycopg.Connection:
            connection = connect(self._address, readonly=readonly, busy_seconds=self._busy_seconds)
            try:
                self._welcome(connection)
            except BaseException:
                connection.close()
                raise
            return connection

        return self.ask(made)

    def close(self) -> None:
        """Let go of the connection. Closing twice does nothing."""
        with self._lock:
            self._closed = True
            self._drop()

    def _opened(self) -> psycopg.Connection:
        if self._closed:
            raise IndexProblem(f"The index {self._address.location} has been closed; open it again.")
        if self._connection is not None and self._process != os.getpid():
            _ABANDONED.append(self._connection)
            self._connection = None
        if self._connection is None or self._connection.closed:
            self._connection = None
            connection = connect(self._address, readonly=self._readonly, busy_seconds=self._busy_seconds)
            try:
                self._welcome(connection)
            except BaseException:
                connection.close()
                raise
            self._connection, self._process, self._known = connection, os.getpid(), True
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
        self._connection = None

    def _tidy(self) -> None:
        """Keep no connection that something, Ctrl-C say, has left in the middle of its work."""
        if self._connection is not None and self._connection.info.transaction_status is not TransactionStatus.IDLE:
            self._drop()
