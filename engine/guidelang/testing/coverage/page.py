"""Coverage as one self-contained page: the guideline's own text, each line colored by what examples cover of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from guidelang.network.ir import LocalChange, Network
from guidelang.source import Source
from guidelang.testing.coverage.coverage import KIND_WORDS, Counts, Coverage, total
from guidelang.testing.coverage.item import KINDS, Item, Kind
from guidelang.testing.coverage.reasons import reasons
from guidelang.testing.coverage.text import percent_text, statements, touched
from guidelang.trace.pages.html import TEMPLATES as PAGES
from guidelang.trace.pages.html import environment

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text. `color`: all of it covered, some, none; None where there is nothing to cover."""

    number: int
    text: str
    color: Literal["all", "some", "none"] | None
    counts: Counts
    missing: tuple[str, ...]
    undecided: tuple[str, ...]
    unreachable: tuple[str, ...]
    examples: tuple[str, ...]

    @property
    def says(self) -> bool:
        """Whether there is something to tell beside the color."""
        return bool(self.missing or self.undecided or self.unreachable)


@dataclass(frozen=True, slots=True)
class Row:
    """A rule, derived fact, fact or the scope: where it stands, and its counts by kind."""

    name: str
    file: int
    line: int
    cells: tuple[Counts, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class View:
    """One guideline as the page shows it."""

    network: Network
    examples: int
    counts: Counts
    kinds: tuple[str, ...]
    rows: tuple[Row, ...]
    changes: tuple[tuple[LocalChange, Counts], ...]
    files: tuple[tuple[str, tuple[Line, ...]], ...]


def coverage_page(some: Sequence[Coverage]) -> str:
    """The page of one guideline or of several editions.

    Raises:
        ValueError: if there is none.
    """
    if not some:
        raise ValueError("there is no guideline to show")
    style, digest = _style()
    page = _environment().get_template("coverage.html.jinja")
    views = [_view(each) for each in some]
    return (
        page.render(guideline=views[0].network, views=views, counts=total(some), style=style, style_digest=digest)
    ).strip() + "\n"


def _view(coverage: Coverage) -> View:
    items = coverage.plan.items
    kinds: list[Kind] = [kind for kind in KINDS if coverage.of_kind(kind)]
    sources = list(dict.fromkeys(item.span.source for item in items))
    rows = []
    for statement, own in statements(items).items():
        cells = tuple(coverage.counts(item for item in own if item.kind == kind) for kind in kinds)
        file = sources.index(own[0].span.source)
        rows.append(Row(statement.name, file, own[0].span.line, cells, coverage.counts(own)))
    return View(
        coverage.plan.network,
        coverage.examples,
        coverage.counts(),
        tuple(KIND_WORDS[kind] for kind in kinds),
        tuple(rows),
        _changes(coverage),
        tuple((source.name, tuple(_lines(coverage, source))) for source in sources),
    )


def _changes(coverage: Coverage) -> tuple[tuple[LocalChange, Counts], ...]:
    """The local changes of an adapted guideline, and what is covered of that which each touches."""
    adaptation = coverage.plan.network.adaptation
    changes = () if adaptation is None else adaptation.changes
    return tuple((change, coverage.counts(touched(coverage, change))) for change in changes)


def _lines(coverage: Coverage, source: Source) -> Iterator[Line]:
    by_line: dict[int, list[Item]] = {}
    for item in coverage.plan.items:
        if item.span.source is source:
            by_line.setdefault(item.span.line, []).append(item)
    for number in range(1, source.text.rstrip("\n").count("\n") + 2):
        yield _line(coverage, number, source.line(number), by_line.get(number, []))


def _line(coverage: Coverage, number: int, text: str, items: Sequence[Item]) -> Line:
    def of_state(state: str) -> list[Item]:
        return [item for item in items if coverage.state(item) == state]

    counts = coverage.counts(items)
    missing = of_state("missing")
    offers = dict.fromkeys(coverage.offered[item.key].text.rstrip() for item in missing)
    color: Literal["all", "some", "none"] | None = None
    if counts.counted:
        color = "all" if counts.covered == counts.counted else "some" if counts.covered else "none"
    return Line(
        number,
        text,
        color,
        counts,
        tuple(reasons(missing)),
        tuple(reasons(of_state("undecided"))),
        tuple(reasons(of_state("unreachable"))),
        tuple(offers),
    )


@lru_cache(maxsize=1)
def _style() -> tuple[str, str]:
    """The style sheet of all pages and what coverage adds, and its digest for the content security policy."""
    text = "".join((folder / name).read_text(encoding="utf-8") for folder, name in _STYLES)
    return text, base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_STYLES: Iterable[tuple[Path, str]] = ((PAGES, "page.css"), (TEMPLATES, "coverage.css"))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment(TEMPLATES)
    made.filters["percent"] = percent_text
    return made
