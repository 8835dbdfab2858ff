"""A sign of life on anything that takes longer than two seconds."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from guidelang_cli import terminal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

PATIENCE = 2.0
"""Seconds before anything is shown, so that short runs show nothing."""


class Work:
    """How much is done of how much, shown after a while. Safe to use where nothing is shown."""

    def __init__(self, what: str, console: Console | None, patience: float) -> None:
        self._progress: Progress | None = None
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        self._ended = console is None
        self.begun = threading.Event()
        """Set once something is shown."""
        if console is None:
            return
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task(what, total=None, count="")
        self._timer = threading.Timer(patience, self._start)
        self._timer.daemon = True
        self._timer.start()

    def reached(self, done: int, total: int, unit: str) -> None:
        """So many are done of so many; `unit` names them ("patients"), and bytes are told as MB."""
        if self._progress is None or self._ended:
            return
        told = f"{done} of {total} {unit}"
        if unit == "bytes":
            told = f"{done / 1e6:.0f} of {total / 1e6:.0f} MB"
        self._progress.update(self._task, total=total, completed=done, count=told)

    def end(self) -> None:
        """Takes the bar away, or keeps it from appearing; may be called twice."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            if not self._ended and self._progress is not None:
                self._progress.stop()
            self._ended = True

    def _start(self) -> None:
        with self._lock:
            if not self._ended and self._progress is not None:
                self._progress.start()
                self.begun.set()


@contextmanager
def working(what: str, *, patience: float = PATIENCE) -> Iterator[Work]:
    """Shows after `patience` seconds that something goes on: on standard error, if that is a terminal and not quiet."""
    console = None
    if sys.stderr.isatty() and not terminal.settings.quiet:
        console = terminal.console(sys.stderr)  # brings rich, which a run into a pipe may do without
        if not console.is_terminal or console.is_dumb_terminal:
            console = None
    work = Work(what, console, patience)
    try:
        yield work
    finally:
        work.end()
