"""`guidelang test --watch`: the same again whenever a file changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from guidelang.testing.watched import files_behind, stamps, wait_for_change
from guidelang_cli import terminal

WatchOption = Annotated[
    bool, typer.Option("--watch", help="Go on, and run again when a file changes, until Ctrl-C is pressed.")
]
_MOST = 3


def watching(once: Callable[[], int], paths: Iterable[str], valuesets: Iterable[Path]) -> int:
    """Runs once, and again after each change of a file behind the guidelines; the last exit code at Ctrl-C."""
    paths, valuesets = list(paths), list(valuesets)
    code = 0
    try:
        while True:
            before = stamps(files_behind(paths, valuesets))
            code = _outcome(once)
            sys.stdout.flush()
            terminal.tell("watching for changes; Ctrl-C ends it")
            changed = wait_for_change(before)
            named = ", ".join(str(file) for file in changed[:_MOST]) + (", …" if len(changed) > _MOST else "")
            terminal.tell(f"\n{named} changed")
    except KeyboardInterrupt:
        return code


def _outcome(once: Callable[[], int]) -> int:
    """The exit code of a run; a file that is broken or gone for the moment does not end the watch."""
    try:
        return once()
    except typer.Exit as ended:
        return ended.exit_code
    except typer.BadParameter as fault:
        terminal.tell(f"error: {fault.format_message()}")
        return fault.exit_code
