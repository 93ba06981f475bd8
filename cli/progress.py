"""A progress bar on standard error: only on a terminal, and only when the work is long."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from cli.terminal import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds before a bar is worth showing."""


class Bar:
    """Counts what is done. `total` may be unknown (None)."""

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._begun = time.monotonic()
        self._wanted = is_terminal(sys.stderr)
        self._shown: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._shown[0].stop()

    def advance(self, by: int = 1) -> None:
        """So much more is done."""
        self._done += by
        if not self._wanted:
            return
        if self._shown:
            self._shown[0].update(self._shown[1], completed=self._done)
        elif time.monotonic() - self._begun > PATIENCE:
            self._show()

    def note(self, what: str) -> None:
        """What is being done now."""
        self._what = what
        if self._shown:
            self._shown[0].update(self._shown[1], description=what)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        progress.start()
        self._shown = (progress, progress.add_task(self._what, total=self._total, completed=self._done))
