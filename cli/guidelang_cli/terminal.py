"""Standard output and error: what goes where, with or without color, in whatever encoding the terminal has."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

PIPE_WIDTH = 80


def prepare() -> None:
    """Makes both streams safe: pipes and files on Windows get UTF-8, and no character can stop a result."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if os.name == "nt" and not stream.isatty():
            reconfigure(encoding="utf-8", errors="replace", newline="\n")
        else:
            reconfigure(errors="replace")


def show(renderable: RenderableType) -> None:
    """A page on standard output: colored in a terminal, plain in a pipe or with NO_COLOR."""
    _show(renderable, sys.stdout)


def show_lines(text: Text) -> None:
    """Lines on standard output that are not broken to a width, because what stands below what matters."""
    _show(text, sys.stdout, wrap=False)


def tell_lines(text: Text) -> None:
    """The same on standard error: diagnostics and hints."""
    _show(text, sys.stderr, wrap=False)


def write(text: str) -> None:
    """A text on standard output as it is."""
    sys.stdout.write(text)


def write_json(text: str) -> None:
    """JSON on standard output; characters that its encoding lacks become escapes, which mean the same."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = re.sub(r"[^\x00-\x7f]", _escape, text)
    sys.stdout.write(text + "\n")


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def _show(renderable: RenderableType, stream: TextIO, *, wrap: bool = True) -> None:
    from rich.console import Console  # JSON does without

    from guidelang.trace.page import as_string

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        console.print(renderable, soft_wrap=not wrap)
        return
    width = console.width if os.environ.get("COLUMNS", "").isdigit() else PIPE_WIDTH
    stream.write(as_string(renderable, width=width, wrap=wrap, encoding=stream.encoding or "utf-8"))
