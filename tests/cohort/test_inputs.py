"""Tables out of the ordinary: types of columns, numbers that are none, files that break off, names that come twice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from guidelang import load
from guidelang.cohort.names import twice
from guidelang.cohort.run import Opened, gathered
from guidelang.cohort.wide_source import open_wide_source
from guidelang.diagnostics import Report
from guidelang.facts.complete import Declared
from guidelang.facts.setting import Setting
from guidelang.run.columnar import Columnar
from guidelang.source import Source
from tests.cohort.tables import DAY, cohort_of

TEXT = """guideline small version 1

fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
fact stage is one of g3, g4
fact onset is date
rule high
    when phosphorus > 5.5 mg/dL
    recommend reduce phosphorus
rule late
    when stage is g4
    recommend measure phosphorus
rule recent
    when onset >= 2024-01-01
    recommend discuss phosphorus
"""
NETWORK = load(Source("small.guide", TEXT)).network


def table(folder: Path, **columns: pl.Series) -> Path:
    count = max(len(each) for each in columns.values())
    names = pl.Series("patient", [f"p{n}" for n in range(count)])
    cells = {"stage": pl.Series([None] * count, dtype=pl.String), "onset": pl.Series([None] * count, dtype=pl.Date)}
    cells = {"patient": names, "phosphorus": pl.Series([None] * count, dtype=pl.Float64), **cells, **columns}
    pl.DataFrame(cells).write_parquet(folder / "table.parquet")
    return folder / "table.parquet"


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pl.Series([6.0, float("nan"), float("inf"), -float("inf")]), ["applies", *["undecided"] * 3]),
        (pl.Series([Decimal("5.50"), Decimal("5.51"), None]), ["not_applicable", "applies", "undecided"]),
        (pl.Series([5.5, 5.6], dtype=pl.Float32), ["not_applicable", "applies"]),
        (pl.Series([6, 2**63 + 5], dtype=pl.UInt64), ["applies", "undecided"]),
        (pl.Series(["5.6", "1.9 mmol/L", "5.", "1_0", "inf"], dtype=pl.Categorical), ["applies", *["undecided"] * 4]),
        (pl.Series([" 5.6 ", "+5.6", "-5.6", "5.6.1"]), ["applies", "applies", "undecided", "undecided"]),
    ],
)
def test_numbers_of_all_types(tmp_path: Path, column: pl.Series, expected: list[str]) -> None:
    cohort = cohort_of(NETWORK, table(tmp_path, phosphorus=column))
    assert cohort.outcomes["high"].to_list() == expected
    assert cohort.counts.values == len(column.drop_nulls()) - sum(word != "undecided" for word in expected)


def test_words_and_days_of_all_types(tmp_path: Path) -> None:
    stage = pl.Series(["g4", "g3"], dtype=pl.Enum(["g3", "g4"]))
    onset = pl.Series([dt.datetime(2024, 1, 1, 5), dt.datetime(2023, 12, 31, 23)])
    outcomes = cohort_of(NETWORK, table(tmp_path, stage=stage, onset=onset)).outcomes
    assert outcomes["late"].to_list() == outcomes["recent"].to_list() == ["applies", "not_applicable"]


def test_columns_of_lists_are_refused(tmp_path: Path) -> None:
    report = Report()
    path = table(tmp_path, phosphorus=pl.Series([[6.0], [5.0]]))
    assert open_wide_source(NETWORK, path, Setting(NETWORK, DAY), Declared(), report) is None
    assert [finding.code for finding in report.findings] == ["G621"]


def test_a_file_that_breaks_off_is_told_of(tmp_path: Path) -> None:
    path = table(tmp_path, phosphorus=pl.Series([float(n) for n in range(5000)]))
    raw = bytearray(path.read_bytes())
    raw[50 : len(raw) // 2] = bytes(len(raw) // 2 - 50)  # the footer is there, the rows are not
    path.write_bytes(raw)
    report = Report()
    assert gathered(opened(path, 1000), report) is None
    assert [finding.code for finding in report.findings] == ["G600"]


def opened(path: Path, chunk: int) -> Opened:
    source = open_wide_source(NETWORK, path, Setting(NETWORK, DAY), Declared(), Report(), chunk=chunk)
    assert source is not None
    return Opened(NETWORK, source, Columnar(NETWORK), DAY, ())


def test_a_name_in_two_chunks_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("patient,phosphorus,stage,onset\n" + "".join(f"p{n % 7},6,,\n" for n in range(8)), "utf-8")
    report = Report()
    assert gathered(opened(path, 3), report) is None
    assert [finding.code for finding in report.findings] == ["G622"]


def test_names_are_found_twice_in_any_number_of_turns() -> None:
    names = [pl.Series([f"p{n}" for n in range(start, start + 50)]) for start in (0, 50, 99)]
    for at_once in (1, 10, 1000):
        assert twice(lambda: names, 150, at_once=at_once) == ["p99"]
        assert twice(lambda: names[:2], 100, at_once=at_once) == []
