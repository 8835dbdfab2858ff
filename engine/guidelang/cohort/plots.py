"""Plots of a cohort as SVG, by matplotlib: nothing is shown on a screen, and no fonts are put in.

Each is a picture of its own (`data:` address), so that a page holds all that it shows.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LIBRARY = "matplotlib"
COLOURS = {"applies": "#0969da", "undecided": "#d4a72c", "overridden": "#8250df", "not_applicable": "#d0d7de"}
MOVES = {
    "lost": "#cf222e", "yes to undecided": "#f08c84", "undecided to no": "#f6cdc9",
    "gained": "#1a7f37", "undecided to yes": "#6fbf86", "no to undecided": "#c9e6d2", "changed in strength": "#8250df",
}  # fmt: skip
BINS = 40
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "guidelang",
    "font.family": "sans-serif",
    "font.size": 9,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A threshold: where it is, and in words."""

    at: float
    words: str


def can_plot() -> bool:
    return find_spec(LIBRARY) is not None


def stacked(rows: Mapping[str, Mapping[str, int]], words: Sequence[str]) -> str:
    """Bars of several parts, one a row; `words` are the parts in their order."""
    figure, axes = _figure(8, 0.6 + 0.26 * len(rows))
    left = [0] * len(rows)
    names = list(rows)
    for word in words:
        widths = [rows[name].get(word, 0) for name in names]
        axes.barh(names, widths, left=left, color=COLOURS[word], label=word.replace("_", " "), height=0.7)
        left = [at + width for at, width in zip(left, widths, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel("patients")
    axes.legend(ncols=len(words), loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    return _picture(figure)


def diverging(names: Sequence[str], less: Mapping[str, Sequence[int]], more: Mapping[str, Sequence[int]]) -> str:
    """Bars of several parts, one a name: those of `less` to the left of nothing, those of `more` to the right."""
    figure, axes = _figure(8, 1.2 + 0.26 * len(names))
    shown = 0
    for parts, sign in ((less, -1), (more, 1)):
        left = [0] * len(names)
        for word, counts in parts.items():
            if any(counts):
                widths = [sign * count for count in counts]
                axes.barh(names, widths, left=left, color=MOVES[word], label=word, height=0.7)
                left = [at + width for at, width in zip(left, widths, strict=True)]
                shown += 1
    axes.axvline(0, color="#57606a", linewidth=0.8)
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    axes.set_xlabel("patients: less advice to the left, more to the right")
    axes.legend(ncols=min(shown, 3), loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    return _picture(figure)


def bars(counts: Mapping[str, int]) -> str:
    """Bars, one a name."""
    figure, axes = _figure(8, 0.5 + 0.26 * len(counts))
    axes.barh(list(counts), list(counts.values()), color=COLOURS["undecided"], height=0.7)
    axes.invert_yaxis()
    axes.set_xlabel("patients")
    return _picture(figure)


def distribution(values: Sequence[float], lines: Sequence[Line], unit: str) -> str:
    """A histogram with thresholds; the axis takes in all thresholds, and all values but the outermost hundredths."""
    ordered = sorted(values)
    low, high = ordered[len(ordered) // 100], ordered[-1 - len(ordered) // 100]
    low, high = min([low, *(line.at for line in lines)]), max([high, *(line.at for line in lines)])
    margin = (high - low) * 0.03 or 1.0
    figure, axes = _figure(5.2, 2.1)
    first, width = low - margin, (high - low + 2 * margin) / BINS
    counts = [0] * BINS
    for value in ordered:
        place = int((value - first) // width)
        if 0 <= place < BINS:
            counts[place] += 1
    edges = [first + width * place for place in range(BINS + 1)]
    axes.stairs(counts, edges, fill=True, color=COLOURS["applies"], alpha=0.75)  # one shape; bars take long to draw
    for line in lines:
        axes.axvline(line.at, color="#cf222e", linewidth=1.2)
        axes.annotate(line.words, (line.at, 1), xycoords=("data", "axes fraction"), rotation=30, fontsize=8)
    axes.set_xlabel(unit)
    axes.set_ylabel("patients")
    return _picture(figure)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_SETTINGS):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _picture(figure: Figure) -> str:
    from matplotlib import rc_context

    made = io.StringIO()
    with rc_context(_SETTINGS):
        figure.savefig(made, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(made.getvalue().encode()).decode()
