"""Standard output and error: what goes where, with or without color, in whatever encoding the terminal has."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

PIPE_WIDTH = 80
NARROWEST = 20
"""Columns below which no width is believed: a terminal of 0 columns is one that does not know."""


@dataclass
class Settings:
    """What the options that all commands share say; `main` sets them anew for each command."""

    quiet: bool = False
    color: bool = True


settings = Settings()
_file: TextIO | None = None


def prepare() -> None:
    """Makes both streams safe: pipes and files on Windows get UTF-8, and no character can stop a result."""
    settings.quiet, settings.color = False, True
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if os.name == "nt" and not stream.isatty():
            reconfigure(encoding="utf-8", errors="replace", newline="\n")
        else:
            reconfigure(errors="replace")


@contextmanager
def output_to(path: Path | None) -> Iterator[None]:
    """Sends results to a file in UTF-8 in place of standard output. Raises OSError if it cannot be written."""
    global _file  # noqa: PLW0603  # like sys.stdout, of which it takes the place
    if path is None:
        yield
        return
    with path.open("w", encoding="utf-8", newline="\n") as file:
        _file = file
        try:
            yield
        finally:
            _file = None


def show(renderable: RenderableType) -> None:
    """A page as a result: colored in a terminal, plain in a file, in a pipe or with NO_COLOR."""
    _show(renderable, _out())


def show_lines(text: Text) -> None:
    """Lines of a result that are not broken to a width, because what stands below what matters."""
    _show(text, _out(), wrap=False)


def tell_lines(text: Text) -> None:
    """Lines on standard error: diagnostics and hints."""
    _show(text, sys.stderr, wrap=False)


def tell(text: str) -> None:
    """A remark on standard error, which nobody needs who wants results only."""
    if not settings.quiet:
        from rich.text import Text  # only where there is something to say

        _show(Text(text), sys.stderr, wrap=False)


def write(text: str) -> None:
    """A text as a result, as it is."""
    _out().write(text)


def write_page(text: str) -> None:
    """A page in UTF-8, which is what it says it is in, whatever the terminal has."""
    stream = _out()
    binary = getattr(stream, "buffer", None)
    if binary is None or (stream.encoding or "utf-8").lower().replace("-", "") == "utf8":
        stream.write(text)
        return
    stream.flush()
    binary.write(text.encode("utf-8", "replace"))
    binary.flush()


def write_json(text: str) -> None:
    """JSON as a result; characters that its encoding lacks become escapes, which mean the same."""
    encoding = _out().encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = re.sub(r"[^\x00-\x7f]", _escape, text)
    _out().write(text + "\n")


def is_shown() -> bool:
    """Whether results appear in a terminal as they come."""
    return sys.stdout.isatty()


def console(stream: TextIO) -> Console:
    """A console that colors nothing unless the stream is a terminal that may be colored."""
    # An empty NO_COLOR is none, as no-color.org has it; rich alone would still write bold letters.
    from rich.console import Console  # a run whose result is JSON does without

    plain = not settings.color or bool(os.environ.get("NO_COLOR"))
    return Console(
        file=stream,
        width=_width_of(stream),
        height=25,  # with both stated, rich asks the environment for neither, and trips over no COLUMNS
        color_system=None if plain else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )


def _out() -> TextIO:
    return _file if _file is not None else sys.stdout


def _stated_width() -> int | None:
    """The width that the user states with COLUMNS, if it is one."""
    stated = os.environ.get("COLUMNS", "")
    believable = stated.isascii() and stated.isdigit() and len(stated) < 6 and int(stated) >= NARROWEST
    return int(stated) if believable else None


def _width_of(stream: TextIO) -> int:
    """The stated width, else that of the terminal, else that of a page in a pipe."""
    try:
        width = _stated_width() or os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # no terminal, or no file at all
        return PIPE_WIDTH
    return width if width >= NARROWEST else PIPE_WIDTH


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def _show(renderable: RenderableType, stream: TextIO, *, wrap: bool = True) -> None:
    from guidelang.trace.page import as_string  # brings rich; JSON does without

    printer = console(stream)
    if printer.is_terminal:
        printer.print(renderable, soft_wrap=not wrap)
        return
    stream.write(
        as_string(renderable, width=_stated_width() or PIPE_WIDTH, wrap=wrap, encoding=stream.encoding or "utf-8")
    )
