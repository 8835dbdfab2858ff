"""What is fuzzed: for each target a function from bytes to nothing, which raises when a law is broken.

A target raises nothing else: whatever the bytes are, there is a result or a finding. Generated inputs (`run`, with
atheris) and kept ones (`tests/robustness/inputs`, with pytest) go through the same functions.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import guidelang
from guidelang.calendar import parse_moment
from guidelang.diagnostics import Report
from guidelang.facts.event_rows import event_fact_set
from guidelang.facts.setting import Setting
from guidelang.guideline import Guideline
from guidelang.model import load
from guidelang.network.compile import compile_network
from guidelang.quantity import UnitError, parse_unit
from guidelang.run import evaluate
from guidelang.source import Source, Span
from guidelang.syntax import parse, print_file

LONGEST = 20_000
"""Bytes of an input; what is longer is `benchmarks/hostile.py`'s."""

DAY = "2024-06-01"


def parsing(data: bytes) -> None:
    """A text has a tree, and every finding a place in it."""
    source, report = _source(data), Report()
    file = parse(source, report)
    assert file.span.end == len(source.text)
    for finding in report.findings:
        assert finding.message
        if finding.span is not None:
            _inside(finding.span, source)


def printing(data: bytes) -> None:
    """What is printed of a text without errors says the same, loses no comment, and is printed as it is."""
    report = Report()
    file = parse(_source(data), report)
    if report.has_errors:
        return
    printed = print_file(file)
    again, more = Source("again.guide", printed), Report()
    copy = parse(again, more)
    assert not more.has_errors, more.findings
    assert copy == file
    assert sorted(remark.text for remark in copy.comments) == sorted(remark.text for remark in file.comments)
    assert print_file(copy) == printed


def checking(data: bytes) -> None:
    """A text is a rule network or has errors; a network evaluates a patient of whom nothing is known."""
    source, report = _source(data), Report()
    loaded = load(source, report)
    for finding in report.findings:
        if finding.span is not None and finding.span.source is source:
            _inside(finding.span, source)
    if loaded is None or report.has_errors:
        assert report.has_errors
        return
    network = compile_network(loaded)
    result = Guideline(network).evaluate({}, as_of=DAY, engine="direct")
    assert str(result)
    json.loads(result.to_json())


def fhir(data: bytes) -> None:
    """A record gives results or errors."""
    _read(data, ".json")


def plain(data: bytes) -> None:
    """So does a fact set as YAML, of which JSON is a part."""
    _read(data, ".yaml")


def table(data: bytes) -> None:
    """So does a table with one row a patient."""
    _read(data, ".csv")


def lines(data: bytes) -> None:
    """So do lines of JSON."""
    _read(data, ".ndjson")


def events(data: bytes) -> None:
    """Rows of an event table, each `fact,value,unit,time,start,end,status`, give an evaluation."""
    network = guideline().network
    setting = Setting(network, dt.date.fromisoformat(DAY))
    parts = ("value", "unit", "time", "start", "end", "status")
    rows = []
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n")[:50]):
        cells = line.split(",")
        told = {name: cell for name, cell in zip(parts, cells[1:], strict=False) if cell}
        rows.append((cells[0], f"row {number}", told))
    facts = event_fact_set(setting, "p", {"birth_date": "1957-03-20"}, rows, ())
    assert evaluate(network, facts, "direct").outcomes is not None


def words(data: bytes) -> None:
    """Units are units or have an error of their own; so do times."""
    text = data.decode("utf-8", "replace")
    with suppress(UnitError):
        unit = parse_unit(text)
        assert unit.factor > 0
        assert parse_unit(unit.code) == unit
    with suppress(ValueError):
        moment = parse_moment(text, dt.UTC)
        assert moment.first_day <= moment.last_day
        assert moment.earliest <= moment.latest


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "parsing": parsing,
    "printing": printing,
    "checking": checking,
    "fhir": fhir,
    "plain": plain,
    "table": table,
    "lines": lines,
    "events": events,
    "words": words,
}


@cache
def guideline() -> Guideline:
    """The guideline that records are read for."""
    return guidelang.load("calciphylaxis")


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="guidelang-fuzz-")


def _source(data: bytes) -> Source:
    return Source("fuzzed.guide", data.decode("utf-8", "replace"))


def _inside(span: Span, source: Source) -> None:
    assert 0 <= span.start <= span.end <= len(source.text), span
    assert span.line >= 1
    assert span.column >= 1


def _read(data: bytes, suffix: str) -> None:
    path = Path(_folder().name) / f"patient{suffix}"
    path.write_bytes(data)
    report = Report()
    results = 0
    for result in guideline().evaluate_all(path, as_of=DAY, engine="direct", report=report):
        results += 1
        assert result.outcomes is not None
        if results > 20:
            break
    assert results or report.has_errors, "neither a result nor an error"
