"""Where a fact lies among the numbers that the guideline compares it with: the geometry of a small drawing.

The scale reaches from a little below the lowest of value and thresholds to a little above the highest, within the
plausible range: thresholds crowd at one end of a range such as 1 to 10000, and would not be told apart there.
Positions are in the units of the drawing, `WIDTH` wide. Nothing here decides anything; floats are exact enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guidelang.trace.document import FactDocument

WIDTH = 320
LEFT, RIGHT = 10.0, 310.0
_MARGIN = 0.3  # of the distance between the outermost points, left free on either side
_LETTER = 6.4  # width of a digit
_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠"}
_WORDS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "=": "exactly", "!=": "not"}


@dataclass(frozen=True, slots=True)
class Tick:
    """A threshold: its place, the side on which its comparison is true, and a label in one of two rows."""

    x: float
    label: str
    label_x: float
    row: int | None
    points: str
    truth: str


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the scale. An end that is open goes on beyond the drawing."""

    x: float
    width: float
    low_open: bool
    high_open: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """One drawing. `old` is the place of an entry that is there but cannot be used, such as a stale one."""

    ticks: tuple[Tick, ...]
    value: float | None
    label: str
    label_x: float
    band: Band | None
    borderline: Band | None
    old: float | None
    starts: bool
    ends: bool
    told: str

    @property
    def height(self) -> int:
        return 62 if any(tick.row == 1 for tick in self.ticks) else 50


def sign(operator: str) -> str:
    return _SIGNS[operator]


def words(operator: str) -> str:
    return _WORDS[operator]


def scale_of(fact: FactDocument, told: str) -> Scale | None:
    """The drawing of a number with thresholds; None for any other fact. `told` is its text alternative."""
    limits = [number for t in fact.thresholds if (number := _float(t.value)) is not None]
    if fact.type not in ("quantity", "number") or not limits:
        return None
    point = _float(fact.value)
    low = _float(fact.interval.low) if fact.interval else None
    high = _float(fact.interval.high) if fact.interval else None
    unusable = [number for r in fact.results[:1] if (number := _float(r.value)) is not None]
    old = unusable[0] if unusable and fact.status == "unknown" else None
    axis = _Axis(fact, [*limits, *(p for p in (point, low, high, old) if p is not None)])
    band = None
    if fact.interval is not None:
        band = axis.band(low, high)
    mark = next((b for b in fact.borderline if b.facts == [fact.name]), None)
    around = None
    if mark is not None and point is not None:
        ends = _float(mark.interval.low), _float(mark.interval.high)
        if ends[0] is not None and ends[1] is not None and ends[0] <= point <= ends[1]:
            around = axis.band(*ends)
    label = "unknown" if fact.status == "unknown" else "" if point is None else f"{point:.4g}"
    place = None if point is None else axis.x(point)
    middle = place if place is not None else band.x + band.width / 2 if band else WIDTH / 2
    return Scale(
        ticks=_ticks(fact, axis),
        value=place,
        label=label,
        label_x=_inside(middle, label),
        band=band,
        borderline=around,
        old=None if old is None else axis.x(old),
        starts=axis.starts,
        ends=axis.ends,
        told=told,
    )


class _Axis:
    """From numbers to places."""

    def __init__(self, fact: FactDocument, points: Sequence[float]) -> None:
        lowest, highest = min(points), max(points)
        margin = (highest - lowest) * _MARGIN or abs(lowest) * _MARGIN or 1.0
        self._low, self._high = lowest - margin, highest + margin
        self.starts = self.ends = False
        floor = _float(fact.plausible.low) if fact.plausible else None
        ceiling = _float(fact.plausible.high) if fact.plausible else None
        if floor is not None and self._low <= floor <= lowest:
            self._low, self.starts = floor, True
        if ceiling is not None and highest <= ceiling <= self._high:
            self._high, self.ends = ceiling, True
        if self._high <= self._low:
            self._high = self._low + 1.0

    def x(self, number: float) -> float:
        share = (number - self._low) / (self._high - self._low)
        return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)

    def band(self, low: float | None, high: float | None) -> Band:
        left = 0.0 if low is None else self.x(low)
        right = float(WIDTH) if high is None else self.x(high)
        return Band(left, round(max(right - left, 1.0), 1), low is None, high is None)


def _ticks(fact: FactDocument, axis: _Axis) -> tuple[Tick, ...]:
    """Each threshold once. Of labels that would lie upon each other the later one is left to the text."""
    ticks: dict[tuple[str, str], Tick] = {}
    free = [0.0, 0.0]  # where the labels of each row end
    for threshold in fact.thresholds:
        number = _float(threshold.value)
        if number is None or (threshold.operator, threshold.value) in ticks:
            continue
        x = axis.x(number)
        label = f"{_SIGNS[threshold.operator]} {number:.4g}"
        middle = _inside(x, label)
        half = len(label) * _LETTER / 2
        row = next((i for i in (0, 1) if middle - half >= free[i]), None)
        if row is not None:
            free[row] = middle + half + 6
        side = {"<": -1, "<=": -1, ">": 1, ">=": 1}.get(threshold.operator, 0)
        points = f"{x},20 {x + 7 * side},24 {x},28" if side else ""
        ticks[threshold.operator, threshold.value] = Tick(x, label, middle, row, points, threshold.truth)
    return tuple(ticks.values())


def _inside(x: float, label: str) -> float:
    half = len(label) * _LETTER / 2 + 1
    return round(min(max(x, half), WIDTH - half), 1)


def _float(text: str | None) -> float | None:
    try:
        number = None if text is None else float(text)
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e300 else None
