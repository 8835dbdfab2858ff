"""Pages as strings, and layouts that rich lacks."""

from __future__ import annotations

import io
import re

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.text import Text


def as_string(
    renderable: RenderableType, *, width: int = 80, color: bool = False, wrap: bool = True, encoding: str = "utf-8"
) -> str:
    """A page as a string of lines without trailing blanks, and no wider than `width` if they are to be wrapped.

    `color` adds ANSI codes. With an encoding that is no Unicode, trees are drawn with ASCII and characters that it
    lacks become question marks.
    """
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="\n")
    console = Console(
        file=file,
        width=width,
        height=25,  # with both stated, rich asks the environment for neither, and trips over no COLUMNS
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(renderable, soft_wrap=not wrap)
    file.flush()
    return "\n".join(line.rstrip() for line in raw.getvalue().decode(encoding).splitlines()) + "\n"


class Indented:
    """Something set in from the left. Unlike rich's `Padding` it neither measures nor fills up what it sets in."""

    def __init__(self, renderable: RenderableType, by: int = 2) -> None:
        self._renderable = renderable
        self._by = by

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        within = options.update_width(max(options.max_width - self._by, 1))
        for line in console.render_lines(self._renderable, within, pad=False):
            yield Segment(" " * self._by)
            yield from line
            yield Segment.line()


class Hanging:
    """A text whose second and later lines are set in, so that a list stays a list when it wraps."""

    def __init__(self, text: Text, by: int = 4) -> None:
        self._text = text
        self._by = by

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = self._text.wrap(console, max(options.max_width - self._by, 1))
        for number, line in enumerate(lines):
            yield Text(" " * self._by if number else "") + line


_PIECE = re.compile(r"[^\s._/-]*[._/-]*\s*")


class Folding:
    """Names and words, which may break behind `.`, `-`, `_` and `/` too, and elsewhere only where there is no room."""

    def __init__(self, text: str, style: str = "") -> None:
        self._text = text
        self._style = style

    def lines(self, width: int) -> list[str]:
        """The text in lines of at most so many columns."""
        return [line for paragraph in self._text.split("\n") for line in _folded(paragraph, width)]

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        longest = max((cell_len(piece.rstrip()) for piece in _pieces(self._text)), default=0)
        return Measurement(longest, max(map(cell_len, self._text.split("\n"))))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text("\n".join(self.lines(max(options.max_width, 1))), style=self._style)


def _folded(text: str, width: int) -> list[str]:
    """A line in lines of at most so many columns; a name breaks if it has no line's room."""
    lines = [""]
    for word in re.findall(r"\S+\s*", text):
        for part in [word] if cell_len(word.rstrip()) <= width else _pieces(word):
            if lines[-1] and cell_len(lines[-1] + part.rstrip()) > width:
                lines.append("")
            lines[-1] += part
            while cell_len(lines[-1].rstrip()) > width:
                lines[-1:] = chop_cells(lines[-1], width)
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> list[str]:
    return [piece for piece in _PIECE.findall(text) if piece]
