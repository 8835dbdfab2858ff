"""Numbers are exact in columns: at thresholds, across units, with more digits than a double keeps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from guidelang import load
from guidelang.cohort.wide_source import open_wide_source
from guidelang.diagnostics import Report
from guidelang.facts.complete import Declared
from guidelang.facts.setting import Setting
from guidelang.network.ir import Network
from guidelang.run.columnar import Columnar
from guidelang.source import Source
from tests.cohort.tables import DAY, cohort_of, parquet

HEAD = """guideline numbers version 1

fact calcium is quantity in mg/dL
fact albumin is quantity in g/dL
fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL

define corrected = calcium + 0.8 * (4.0 - albumin)
    with calcium in mg/dL, albumin in g/dL, result in mg/dL

"""


def network(condition: str) -> Network:
    return load(Source("numbers.guide", f"{HEAD}rule r\n    when {condition}\n    recommend reduce calcium\n")).network


def statuses(folder: Path, condition: str, columns: dict[str, Sequence[object]]) -> list[str | None]:
    """The status of each patient, who has the cells of one place of each column."""
    count = len(next(iter(columns.values())))
    path = parquet(folder / "table.parquet", {"patient": [f"p{n}" for n in range(count)], **columns})
    found: list[str | None] = cohort_of(network(condition), path, ("calcium", "albumin")).outcomes["r"].to_list()
    return found


@pytest.mark.parametrize(("calcium", "albumin"), [([9.8, 9.81], [3.5, 3.5]), (["9.8", "9.81"], ["3.5", "3.50"])])
def test_a_formula_at_its_threshold(tmp_path: Path, calcium: list[object], albumin: list[object]) -> None:
    columns: dict[str, Sequence[object]] = {"calcium": calcium, "albumin": albumin}
    assert statuses(tmp_path, "corrected > 10.2 mg/dL", columns) == ["not_applicable", "applies"]
    assert statuses(tmp_path, "corrected >= 10.2 mg/dL", columns) == ["applies", "applies"]


def test_more_digits_than_a_double_keeps(tmp_path: Path) -> None:
    cells = ["5.5", "5.5000000001", "5.50000000000000000001", "5.49999999999999999999", "55e-1"]
    expected = ["not_applicable", "applies", "applies", "not_applicable", "not_applicable"]
    assert statuses(tmp_path, "phosphorus > 5.5 mg/dL", {"phosphorus": cells}) == expected


def test_converted_values_at_a_threshold(tmp_path: Path) -> None:
    """1.78 mmol/L is 5.513372 mg/dL exactly."""
    cells = {"phosphorus [mmol/L]": ["1.78", "1.7800000001", "1.7799999999", "5.513372 mg/dL"]}
    expected = ["not_applicable", "applies", "not_applicable"]
    assert statuses(tmp_path, "phosphorus > 5.513372 mg/dL", cells)[:3] == expected
    doubles = {"phosphorus [mmol/L]": [1.78, 1.7800000001, 1.7799999999, None]}
    assert statuses(tmp_path, "phosphorus > 5.513372 mg/dL", doubles) == [*expected, "undecided"]


def test_the_ends_of_what_is_plausible_are_plausible(tmp_path: Path) -> None:
    cells = [20.0, 20.000000000000004, 0.5, 0.49999999999999994, float("nan"), float("inf")]
    expected = ["applies", "undecided", "applies", "undecided", "undecided", "undecided"]
    assert statuses(tmp_path, "phosphorus >= 0.5 mg/dL", {"phosphorus": cells}) == expected


def test_sums_of_doubles_stand_for_their_decimals(tmp_path: Path) -> None:
    """0.1 + 0.2 is another double than 0.3, and so another decimal."""
    cells = {"phosphorus": [5.2 + 0.1 + 0.2, 5.5, 5.500000000000001]}
    got = statuses(tmp_path, "phosphorus = 5.5 mg/dL", cells)
    assert got == ["applies" if value == 5.5 else "not_applicable" for value in cells["phosphorus"]]


def test_a_division_by_zero_is_unknown(tmp_path: Path) -> None:
    cells = {"phosphorus": [6, 6, 6], "calcium": ["0", "0.0", "3"]}
    assert statuses(tmp_path, "phosphorus / calcium >= 2", cells) == ["undecided", "undecided", "applies"]


def test_one_executor_serves_tables_of_other_units_and_days(tmp_path: Path) -> None:
    """What it computed exactly for more than 2 mmol/L does not answer for more than 2 mg/dL."""
    made = network("phosphorus >= 5.5 mg/dL")
    executor = Columnar(made)
    found = []
    for unit in ("mmol/L", "mg/dL"):
        path = parquet(tmp_path / "table.parquet", {"patient": ["p"], f"phosphorus [{unit}]": [">2"]})
        everything = Declared(facts=frozenset({"calcium", "albumin"}))
        source = open_wide_source(made, path, Setting(made, DAY), everything, Report())
        assert source is not None
        for chunk in source.chunks():
            found += executor.settle(chunk.table).outcomes["rule:r"].to_list()
    assert found == ["applies", "undecided"]
