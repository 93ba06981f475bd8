"""Progress on standard error: bars on a terminal, and only when the work is long; of very long work lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cli.terminal import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds before a bar is worth showing."""
LINE = 30.0
"""Seconds between lines where there is no terminal."""


class _Shown:
    """A bar that is shown on a terminal once the work is long, and is gone when the work ends."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = time.monotonic()
        self._terminal = is_terminal(sys.stderr)
        self._shown: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._shown[0].stop()

    def _draw(self, total: int | None, completed: int, told: str) -> None:
        """Show how far it is, if it is time to show anything."""
        if self._shown is None:
            if time.monotonic() - self._begun < PATIENCE:
                return
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            texts = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[told]}"),
                TimeElapsedColumn(),
            )
            progress = Progress(*texts, console=Console(stderr=True), transient=True)
            progress.start()
            self._shown = (progress, progress.add_task(self._what, total=total, told=told))
        self._shown[0].update(self._shown[1], completed=completed, told=told)


class Bar(_Shown):
    """Counts what is done. `total` may be unknown (None)."""

    def __init__(self, what: str, total: int | None = None) -> None:
        super().__init__(what)
        self._total = total
        self._done = 0

    def advance(self, by: int = 1) -> None:
        """So much more is done."""
        self._done += by
        if self._terminal:
            self._draw(self._total, self._done, f"{self._done:,}")

    def note(self, what: str) -> None:
        """What is being done now."""
        self._what = what
        if self._shown:
            self._shown[0].update(self._shown[1], description=what)


class Meter(_Shown):
    """How far work is that is measured in bytes and counted in pages: rate and time left.

    On a terminal a bar; elsewhere a line on standard error every LINE seconds. `total` is in bytes.
    """

    def __init__(self, what: str, total: int) -> None:
        super().__init__(what)
        self._total = total
        self._bytes = self._pages = self._skipped = self._skipped_bytes = 0
        self._said = self._begun

    def advance(self, pages: int, passed: int, *, skipped: bool = False) -> None:
        """So many more pages are done, of so many bytes; `skipped`: by an earlier run."""
        self._pages += pages
        self._bytes += passed
        if skipped:
            self._skipped += pages
            self._skipped_bytes += passed
        if self._terminal:
            self._draw(self._total or 1, self._bytes, self.told())
        elif time.monotonic() - self._said > LINE:
            self._said = time.monotonic()
            sys.stderr.write(f"{self._what}: {self.told()}\n")
            sys.stderr.flush()

    def told(self) -> str:
        """How far it is, how fast, and how long it will take."""
        seconds = max(1e-3, time.monotonic() - self._begun)
        share = min(1.0, self._bytes / self._total) if self._total else 1.0
        said = f"{share:.0%}, {self._pages:,} pages, {(self._pages - self._skipped) / seconds:,.0f} a second"
        done = self._bytes - self._skipped_bytes
        if not done:
            return said
        return f"{said}, {lasting(seconds * max(0, self._total - self._bytes) / done)} left"


def lasting(seconds: float) -> str:
    """A time span for people: "45 s", "12 min", "3 h 20 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
