"""Dates, periods and ages at a day: from the text of a guideline to what both executors find."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

import guidelang
from guidelang.source import Source

HEAD = """guideline dates version 0.1.0
parameter period = 2024-01-01 to 2024-12-31
parameter index_day = 2024-02-29
parameter horizon = 1 month
fact diagnosed is date
fact discharged is date
fact seen is yes or no
"""
TRUTH = {"applies": True, "not_applicable": False, "undecided": None}


def guideline(condition: str, more: str = "", **parameters: str) -> guidelang.Guideline:
    text = f"{HEAD}{more}\nrule r when {condition} recommend discuss seen\n"
    return guidelang.load(Source("<dates>", text), parameters=parameters)


def truth(of: guidelang.Guideline, given: Mapping[str, object], as_of: str = "2024-06-01") -> bool | None:
    """What the one rule's condition is, by each executor."""
    direct, durable = (of.evaluate(given, as_of=as_of, engine=e)["r"] for e in ("direct", "durable"))
    assert direct == durable
    return TRUTH[direct.status.value]


@pytest.mark.parametrize(
    ("condition", "given", "expected"),
    [
        ("diagnosed + 1 month = 2024-02-29", {"diagnosed": "2024-01-31"}, True),
        ("diagnosed + horizon = 2024-02-29", {"diagnosed": "2024-01-31"}, True),
        ("diagnosed - 1 year = 2023-02-28", {"diagnosed": "2024-02-29"}, True),
        ("diagnosed < start of period", {"diagnosed": "2023-12-31"}, True),
        ("diagnosed between start of period and end of period", {"diagnosed": "2024-12-31"}, True),
        ("diagnosed between start of period and end of period", {"diagnosed": "2024"}, True),
        ("diagnosed > index_day", {"diagnosed": "2024-02"}, False),
        ("diagnosed > index_day", {"diagnosed": "2024"}, None),
        ("diagnosed >= today - 1 month", {"diagnosed": "2024-05-01"}, True),
        ("diagnosed >= today - 1 month", {"diagnosed": "2024-04-30"}, False),
        ("diagnosed = today", {"diagnosed": "2024-06"}, None),
        ("diagnosed <= discharged", {"diagnosed": "2024-05", "discharged": "2024-05-31"}, True),
        ("diagnosed <= discharged", {"diagnosed": "2024-05", "discharged": "2024-05"}, None),
        ("max(diagnosed, discharged) = 2024-05-03", {"diagnosed": "2024-05-03", "discharged": "2024-05-01"}, True),
        ("min(diagnosed, start of period) = start of period", {"diagnosed": "2024-05"}, True),
        ("first known of (discharged, diagnosed) = 2024-05-03", {"diagnosed": "2024-05-03"}, True),
        (
            "time from diagnosed to discharged >= 1 month",
            {"diagnosed": "2024-01-31", "discharged": "2024-02-29"},
            False,
        ),
        ("time from diagnosed to discharged >= 1 month", {"diagnosed": "2024-01-31", "discharged": "2024-03-01"}, True),
        ("time from diagnosed to today between 1 and 2 months", {"diagnosed": "2024-04"}, True),
        ("time from discharged to today < 1 month", {}, None),
        ("diagnosed + 9000 years > today", {"diagnosed": "2024-01-31"}, None),
        ("(diagnosed + 9000 years) is known", {"diagnosed": "2024-01-31"}, False),
    ],
)
def test_days_move_and_compare_by_the_calendar(
    condition: str, given: Mapping[str, object], expected: bool | None
) -> None:
    assert truth(guideline(condition), given) is expected


@pytest.mark.parametrize(
    ("condition", "given", "expected"),
    [
        ("age at start of period >= 20 years", {"birth_date": "2004-01-01"}, True),
        ("age at start of period >= 20 years", {"birth_date": "2004-01-02"}, False),
        ("age at start of period >= 20", {"birth_date": "2004"}, None),
        ("age at start of period - 1 day < 20 years", {"birth_date": "2004-01-01"}, True),
        ("age at index_day = 20 years", {"birth_date": "2004-02-29"}, True),
        ("age at index_day - 1 year = 18 years", {"birth_date": "2004-02-29"}, True),  # on 28 February 2023
        ("age at index_day - 1 year + 1 day = 19 years", {"birth_date": "2004-02-29"}, True),
        ("age at diagnosed >= 18 years", {"birth_date": "2000-06-15", "diagnosed": "2018-06"}, None),
        ("age at diagnosed >= 18 years", {"birth_date": "2000-06-15", "diagnosed": "2018-07"}, True),
        ("age at diagnosed < 1 year", {"birth_date": "2024-03-01", "diagnosed": "2024-02-01"}, True),  # not yet born
        ("age at diagnosed < 40 weeks", {"birth_date": "2024-03-01", "diagnosed": "2024-05-01"}, True),
        ("age at today = age", {"birth_date": "1957-03-05"}, True),
        ("age at start of period >= 66 years", {"age": 67}, True),
        ("age at start of period >= 67 years", {"age": 67}, None),
        ("age at start of period > 67 years", {"age": 67}, False),
        ("age >= 800 months", {"age": 67}, True),
        ("age = 67", {"age": 67}, True),
        ("age at start of period >= 18 years", {}, None),
        ("age at start of period >= 18 years", {"birth_date": "2030-01-01"}, None),  # born after the evaluation day
    ],
)
def test_an_age_at_a_day_counts_completed_units(
    condition: str, given: Mapping[str, object], expected: bool | None
) -> None:
    assert truth(guideline(condition), given) is expected


@pytest.mark.parametrize(
    ("condition", "given", "needs"),
    [
        ("age at diagnosed >= 18 years", {}, ("birth_date", "diagnosed")),
        ("age at diagnosed >= 18 years", {"birth_date": "2000-01-01"}, ("diagnosed",)),
        ("age at diagnosed >= 18 years", {"diagnosed": "2018-01-01"}, ("birth_date",)),
        ("age at diagnosed >= 18 years", {"birth_date": "2000", "diagnosed": "2018"}, ("birth_date", "diagnosed")),
        ("age at start of period >= 67 years", {"age": 67}, ("birth_date",)),
        ("diagnosed + 1 month > discharged - 1 day", {"discharged": "2024-01-01"}, ("diagnosed",)),
        ("diagnosed + 9000 years > today", {"diagnosed": "2024-01-31"}, ("diagnosed",)),
        ("time from diagnosed to discharged > 1 day", {"diagnosed": "2024-01-01"}, ("discharged",)),
    ],
)
def test_what_is_undecided_names_the_facts_under_a_day(
    condition: str, given: Mapping[str, object], needs: tuple[str, ...]
) -> None:
    outcome = guideline(condition).evaluate(given, as_of="2024-06-01")["r"]
    assert tuple(missing.fact for missing in outcome.missing) == needs


def test_a_period_may_be_defined_from_another() -> None:
    more = "define year_before = start of period - 1 year to start of period - 1 day"
    of = guideline("diagnosed between start of year_before and end of year_before", more)
    assert [truth(of, {"diagnosed": day}) for day in ("2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01")] == [
        False,
        True,
        True,
        False,
    ]
    assert "year_before" not in of.network.derived


def test_a_site_sets_dates_and_periods() -> None:
    condition = "diagnosed between start of period and end of period and diagnosed > index_day"
    own = guideline(condition)
    site = guideline(condition, period="2023-01-01 to 2023-12-31", index_day="2023-06-01")
    assert (truth(own, {"diagnosed": "2023-07-01"}), truth(site, {"diagnosed": "2023-07-01"})) == (False, True)
    assert own.hash != site.hash
    assert site.parameters == {"index_day": "2023-06-01", "period": "2023-01-01 to 2023-12-31"}


@pytest.mark.parametrize(
    ("parameter", "value", "code", "count"),
    [
        ("period", "2023-01-01", "G405", 1),
        ("period", "2023", "G405", 1),
        ("period", "2023-12-31 to 2023-01-01", "G408", 1),
        ("period", "2023-01 to 2023-12", "G407", 2),
        ("period", "2023-02-29 to 2023-12-31", "G109", 1),
        ("index_day", "2023-01-01 to 2023-12-31", "G405", 1),
        ("index_day", "3 months", "G405", 1),
        ("horizon", "2023-01-01", "G405", 1),
    ],
)
def test_a_value_of_another_sort_is_refused(parameter: str, value: str, code: str, count: int) -> None:
    with pytest.raises(guidelang.GuidelineError) as error:
        guideline("diagnosed + horizon > index_day and diagnosed > start of period", **{parameter: value})
    assert [d.code for d in error.value.diagnostics if d.severity == "error"] == [code] * count


def test_a_derived_date_has_a_value_and_is_printed() -> None:
    text = f"""{HEAD}
define due = diagnosed + 3 months
rule r when due <= today recommend discuss seen "Due on {{due}}, in {{period}}."
"""
    of = guidelang.load(Source("<dates>", text))
    result = of.evaluate({"diagnosed": "2023-11-30"}, as_of=dt.date(2024, 6, 1))
    assert result.advice[0].text == "Due on 2024-02-29, in 2024-01-01 to 2024-12-31."
    partial = of.evaluate({"diagnosed": "2023-11"}, as_of=dt.date(2024, 6, 1))
    assert partial.advice[0].text == "Due on 2024-02-01 to 2024-02-29, in 2024-01-01 to 2024-12-31."
