"""The report of a cohort: one page that loads nothing from anywhere and runs nothing.

What comes from the guideline is escaped by the template. No patient is on it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.counts import Counts
from guidelang.cohort.plots import LIBRARY, Line, bars, can_plot, distribution, stacked
from guidelang.network.ir import AdviceDefinition, Network
from guidelang.quantity import format_number
from guidelang.trace.thresholds import Threshold, Thresholds

if TYPE_CHECKING:
    import polars as pl

TEMPLATES = Path(__file__).parent / "templates"
STATUSES = ("applies", "undecided", "overridden", "not_applicable")
MOST_BARS = 40
MOST_DISTRIBUTIONS = 24
SAMPLE = 100_000
"""Patients, evenly spread over all of them, whose values make a distribution."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A distribution as the page has it."""

    fact: str
    known: int
    sample: int
    thresholds: tuple[str, ...]
    plot: str | None


def report_page(network: Network, document: Mapping[str, object], counts: Counts, facts: pl.LazyFrame | None) -> str:
    """The page.

    Args:
        document: what `run.json` holds.
        facts: what `facts.parquet` holds; None: distributions are left out.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    order = sorted(counts.rules, key=lambda name: (-counts.rules[name].get("applies", 0), name))
    missing = dict(sorted(counts.missing.items(), key=lambda each: (-each[1], each[0])))
    plots = can_plot()
    page = made.get_template("report.html.jinja").render(
        network=network,
        document=document,
        counts=counts,
        statuses=STATUSES,
        rules=[(name, _advice(network, name), counts.rules[name]) for name in order],
        missing=missing,
        rules_plot=stacked({n: counts.rules[n] for n in order[:MOST_BARS]}, STATUSES) if plots and order else None,
        missing_plot=bars(dict(list(missing.items())[:MOST_BARS])) if plots and missing else None,
        distributions=list(_distributions(network, facts, counts.in_outcomes, plots=plots)),
        without=None if plots else LIBRARY,
        style=style,
        digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return page.strip() + "\n"


def _distributions(network: Network, facts: pl.LazyFrame | None, patients: int, *, plots: bool) -> Iterator[Shown]:
    thresholds = Thresholds(network)
    names = [name for name, each in network.facts.items() if each.type in {"quantity", "number"}]
    found = {name: lines for name in names if (lines := thresholds.of(name))}
    found = dict(list(found.items())[:MOST_DISTRIBUTIONS])
    if facts is None or not found or not patients:
        return
    step = max(1, patients // SAMPLE)
    sample = facts.select(list(found)).gather_every(step).collect(engine="streaming")
    for name, lines in found.items():
        known = sample[name].drop_nulls()
        values = known.filter(known.is_finite()).to_list()
        unit = network.facts[name].unit or ""
        told = tuple(dict.fromkeys(_words(line, unit) for line in lines))
        places = [Line(float(line.value), f"{line.operator} {format_number(line.value)}") for line in lines]
        unique = list({(place.at, place.words): place for place in places}.values())
        plot = distribution(values, unique, unit) if plots and values else None
        yield Shown(name, len(values), len(sample), told, plot)


def _words(line: Threshold, unit: str) -> str:
    named = f" ({line.parameter})" if line.parameter else ""
    return f"{line.operator} {format_number(line.value)} {unit}".rstrip() + named


def _advice(network: Network, rule: str) -> str:
    return "; ".join(_told(each) for each in network.rules[rule].advice)


def _told(advice: AdviceDefinition) -> str:
    words: Sequence[str | None] = (
        advice.kind,
        "against" if advice.against else None,
        advice.action,
        advice.target.replace("_", " "),
        f"to {advice.to.replace('_', ' ')}" if advice.to else None,
    )
    return " ".join(word for word in words if word)
