"""Fact sets as a newcomer types them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

import guidelang
from guidelang.facts import Reason
from guidelang.network.ir import FactDefinition
from guidelang.quantity import Interval
from guidelang.source import Source

from .guideline import (
    DIALYSIS,
    NOTE,
    PERSON,
    PHOSPHORUS,
    PTH,
    SESSIONS,
    SEVERITY,
    TRANSPLANTED,
    WARFARIN,
    one,
    point,
    read,
    reasons,
    state,
)


@pytest.mark.parametrize(
    "written",
    [
        "6.1 mg/dL",
        "6.1mg/dL",
        " 6.10 mg/dL ",
        {"value": "6.1", "unit": "mg/dL"},
        {"value": 6.1, "unit": "mg/dL"},
        {"value": Decimal("6.1"), "unit": "mg/dL", "time": "2024-05-31"},
        {"value": "61 mg/L"},
        [{"value": "5 mg/dL", "time": "2024-05-20"}, {"value": "6.1 mg/dL", "time": "2024-05-21"}],
        [{"value": "6.1 mg/dL"}, {"value": "5 mg/dL", "time": "2024-05-20"}],
    ],
)
def test_a_quantity_may_be_written_in_many_ways(written: object) -> None:
    found = state({"phosphorus": written}, PHOSPHORUS)
    assert found.value == point("6.1")
    assert found.how == "recorded"


@pytest.mark.parametrize("number", [6.1, Decimal("6.1"), "6.1", Fraction("6.1")])
def test_a_bare_number_takes_the_declared_unit_with_a_hint(number: object) -> None:
    found = one({"phosphorus": number})
    assert found.states["phosphorus"].value == point("6.1")
    (hint,) = found.problems
    assert hint.kind == "note"
    assert "taken as mg/dL" in hint.message


def test_precision_is_half_a_unit_of_the_last_place_in_the_unit_of_the_fact() -> None:
    assert state({"phosphorus": "6.10 mg/dL"}, PHOSPHORUS).used[0].precision == Fraction("0.005")
    molar = state({"phosphorus": "1.78 mmol/L"}, PHOSPHORUS)
    assert molar.value == point(str(Decimal("1.78") * Decimal("3.0974")))
    assert molar.used[0].precision == Fraction("0.005") * Fraction("3.0974")
    assert molar.used[0].reported == "1.78 mmol/L"


@pytest.mark.parametrize(
    ("written", "interval"),
    [
        ("<2.0 mg/dL", Interval(Fraction(0), Fraction(2), high_open=True)),
        ("<= 2.0 mg/dL", Interval(Fraction(0), Fraction(2))),
        ("≥19 mg/dL", Interval(Fraction(19), None)),
        ({"value": 2, "unit": "mg/dL", "comparator": "<"}, Interval(Fraction(0), Fraction(2), high_open=True)),
        ({"value": ">19", "unit": "mg/dL"}, Interval(Fraction(19), None, low_open=True)),
    ],
)
def test_a_censored_value_is_an_interval(written: object, interval: Interval) -> None:
    found = state({"phosphorus": written}, PHOSPHORUS)
    assert found.value == interval
    assert reasons(found) == [Reason.CENSORED]
    assert found.used[0].precision is None


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("6.1 MG/DL", Reason.UNIT_NOT_CONVERTIBLE),
        ("6.1 mL", Reason.UNIT_NOT_CONVERTIBLE),
        ("61 mg/dL", Reason.IMPLAUSIBLE),
        ("<0.4 mg/dL", Reason.IMPLAUSIBLE),
        ("6,1 mg/dL", Reason.VALUE_ABSENT),
        ("1.000,5 mg/dL", Reason.VALUE_ABSENT),
        ("high", Reason.VALUE_ABSENT),
        (True, Reason.VALUE_ABSENT),
        (None, Reason.VALUE_ABSENT),
        ([], Reason.VALUE_ABSENT),
        ([[6.1]], Reason.VALUE_ABSENT),
        (float("nan"), Reason.VALUE_ABSENT),
        ("1e999999999", Reason.VALUE_ABSENT),
        ({"value": "6.1 mg/dL", "unit": "mmol/L"}, Reason.VALUE_ABSENT),
        ({"value": 6.1, "units": "mmol/L"}, Reason.VALUE_ABSENT),
        ({"value": 6.1, "unit": "mg/dL", "date": "2020-01-01"}, Reason.VALUE_ABSENT),
        ({"value": 6.1, "unit": "mg/dL", "time": "last week"}, Reason.IMPRECISE_DATE),
        ({"value": "6.1 mg/dL", "time": "2024-04-30"}, Reason.STALE),
        ({"value": "6.1 mg/dL", "time": "2024"}, Reason.IMPRECISE_DATE),
        ("unknown", Reason.ASKED_UNKNOWN),
    ],
)
def test_what_cannot_be_used_is_unknown_and_says_why(written: object, reason: Reason) -> None:
    found = state({"phosphorus": written}, PHOSPHORUS)
    assert found.value is None
    assert reasons(found) == [reason]


def test_what_cannot_be_used_is_a_problem_with_patient_field_and_reason() -> None:
    found = one({"patient": "p7", "phosphorus": "6.1 MG/DL", "warfarin": "yes"})
    (problem,) = found.problems
    assert (problem.patient, problem.field, problem.fact) == ("p7", "phosphorus", "phosphorus")
    assert problem.reason is Reason.UNIT_NOT_CONVERTIBLE
    assert "did you mean `mg/dL`" in problem.message
    assert found.states["warfarin"].value is True


def test_an_attested_value_is_used_however_implausible() -> None:
    assert state({"phosphorus": {"value": "61 mg/dL", "attested": True}}, PHOSPHORUS).value == point("61")
    assert state({"phosphorus": {"value": "61 mg/dL", "attested": "yes"}}, PHOSPHORUS).used[0].attested
    assert state({"phosphorus": {"value": "61 mg/dL", "attested": "no"}}, PHOSPHORUS).value is None


def test_the_window_is_closed_at_both_ends() -> None:
    first, before = "2024-05-01", "2024-04-30"
    assert state({"phosphorus": {"value": "6 mg/dL", "time": first}}, PHOSPHORUS).value == point("6")
    stale = state({"phosphorus": {"value": "6 mg/dL", "time": before}}, PHOSPHORUS)
    assert stale.causes[0].detail == "6 mg/dL on 2024-04-30, 32 days old; counts for 31 days"
    today = state({"phosphorus": {"value": "6 mg/dL", "time": "2024-06-01T23:59:59Z"}}, PHOSPHORUS)
    assert today.value == point("6")


def test_results_after_the_evaluation_day_are_left_out_with_a_warning() -> None:
    found = one(
        {"phosphorus": [{"value": "6 mg/dL", "time": "2024-05-20"}, {"value": "7 mg/dL", "time": "2024-06-02"}]}
    )
    assert found.states["phosphorus"].value == point("6")
    assert len(found.states["phosphorus"].history) == 1
    (warning,) = found.warnings
    assert "7 mg/dL of 2024-06-02" in warning
    later = [{"value": "7 mg/dL", "time": dt.date(2024, 6, day)} for day in (4, 2, 3)]
    (warning,) = one({"phosphorus": later}).warnings
    assert "3 results" in warning
    assert "2024-06-02" in warning


def test_yes_no_and_unknown_are_words_or_truths() -> None:
    for word in ("yes", "Yes", "true", True):
        assert state({"warfarin": word}, WARFARIN).how == "recorded"
    for word in ("no", "NO", False):
        found = state({"warfarin": word}, WARFARIN)
        assert (found.value, found.how) == (False, "asserted")
    assert reasons(state({"warfarin": "unknown"}, WARFARIN)) == [Reason.ASKED_UNKNOWN]
    assert reasons(state({"warfarin": 1}, WARFARIN)) == [Reason.VALUE_ABSENT]
    assert reasons(state({"warfarin": None}, WARFARIN)) == [Reason.VALUE_ABSENT]


def test_a_key_left_out_is_absent() -> None:
    assert (state({}, WARFARIN).value, state({}, WARFARIN).how) == (False, "absent")
    assert reasons(state({}, DIALYSIS)) == [Reason.NO_RECORD]
    assert reasons(state({}, PHOSPHORUS)) == [Reason.NO_RECORD]


def test_the_newest_answer_counts() -> None:
    history = [{"value": "yes", "time": "2024-05-10"}, {"value": "no", "time": "2024-05-25"}]
    assert state({"dialysis": history}, DIALYSIS).value is False
    assert state({"dialysis": {"value": "yes", "time": "2024-05-10"}}, DIALYSIS).value is True
    assert reasons(state({"dialysis": {"value": "yes", "time": "2024-02-10"}}, DIALYSIS)) == [Reason.STALE]
    assert reasons(state({"dialysis": ["yes", "no"]}, DIALYSIS)) == [Reason.CONFLICTING]


def test_choices_dates_texts_and_numbers() -> None:
    assert state({"severity": "Severe"}, SEVERITY).value == "severe"
    assert reasons(state({"severity": "worst"}, SEVERITY)) == [Reason.VALUE_ABSENT]
    assert state({"note": "as written"}, NOTE).value == "as written"
    assert state({"sessions": 3}, SESSIONS).value == point("3")
    assert reasons(state({"sessions": "3 /wk"}, SESSIONS)) == [Reason.UNIT_NOT_CONVERTIBLE]
    day = dt.date(2020, 2, 29)
    for written in ("2020-02-29", day):
        assert state({"transplanted": written}, TRANSPLANTED).value == Interval.point(Fraction(day.toordinal()))
    partial = state({"transplanted": "2020-02"}, TRANSPLANTED)
    assert partial.value == Interval(Fraction(dt.date(2020, 2, 1).toordinal()), Fraction(day.toordinal()))
    assert reasons(partial) == [Reason.IMPRECISE_DATE]


def test_a_key_that_is_no_fact_is_reported_with_the_nearest_name() -> None:
    found = read({"phosphorous": "6.1 mg/dL", "warfarin": "yes"})
    assert not found.report.findings
    (problem,) = found.patients[0].problems
    assert problem.kind == "ignored"
    assert "did you mean `phosphorus`?" in problem.message


@pytest.mark.parametrize(("key", "fact"), [("Warfarin", "warfarin"), ("warfarn", "warfarin"), ("decaesed", "deceased")])
def test_a_misspelled_key_leaves_open_what_would_be_a_no(key: str, fact: str) -> None:
    found = one({key: "yes"})
    assert found.states[fact].value is None
    (problem,) = found.problems
    assert problem.kind == "ignored"
    assert f"did you mean `{fact}`?" in problem.message
    if fact == "warfarin":
        assert found.states[fact].causes[0].detail == f"`{key}` is no fact and may mean it"


def test_a_key_that_is_like_a_fact_that_is_given_changes_nothing() -> None:
    for answer, value in (("yes", True), ("no", False)):
        assert one({"warfarin": answer, "warfarn": "yes"}).states["warfarin"].value is value
    assert one({"notes": "yes"}).states["warfarin"].value is False


def test_the_person() -> None:
    found = one({"patient": "p1", "birth_date": "1957-06-02", "sex": "female", "deceased": "no"})
    assert found.patient == "p1"
    assert found.birth == Interval.point(Fraction(dt.date(1957, 6, 2).toordinal()))
    assert found.states["sex"].value == "female"
    assert (found.states["deceased"].value, found.states["deceased"].how) == (False, "asserted")
    silent = one({})
    assert (silent.states["deceased"].value, silent.states["deceased"].how) == (False, "absent")
    assert reasons(silent.states["birth_date"]) == [Reason.NO_RECORD]
    for written in (67, "67", "67 years"):
        assert one({"age": written}).age == point("67")
    assert one({"age": "30 months"}).age == point("2")
    assert one({"age": "old"}).problems[0].field == "age"
    (note,) = one({"age": 40, "birth_date": "1957-06-02"}).problems
    assert note.kind == "note"
    assert reasons(one({"sex": "unknown"}).states["sex"]) == [Reason.ASKED_UNKNOWN]
    assert one({"deceased": "2024-05-30"}).states["deceased"].value is True
    assert one({"deceased": "2024-06-02"}).states["deceased"].value is False
    assert reasons(one({"deceased": "2024-06"}).states["deceased"]) == [Reason.IMPRECISE_DATE]


def test_a_history_keeps_what_counts_oldest_first_whatever_the_window() -> None:
    found = state(
        {
            "pth": [
                {"value": ">2500", "unit": "pg/mL", "time": "2024-05-20"},
                {"value": "9 ng/mL", "time": "2023-03-01"},
                {"value": "90 ng/mL", "time": "2024-03-01"},
            ]
        },
        PTH,
    )
    assert [result.reported for result in found.history] == ["9 ng/mL", "90 ng/mL", ">2500 pg/mL"]
    assert [result.value is None for result in found.history] == [False, True, False]
    assert found.value == Interval(Fraction(2500), None, low_open=True)


@pytest.mark.parametrize(
    ("written", "moment", "end"),
    [
        ({"start": "2023-11-01", "end": "2024-03-01"}, "2024-03-01", "dated"),
        ({"start": "2023-11-01"}, None, "running"),
        ({"start": "2023-11-01", "end": "2024-07-01"}, None, "dated"),
        ({"start": "2023-11-01", "end": "unknown"}, "2023-11-01", "unknown"),
        ({"value": "yes", "end": "2024-03"}, "2024-03", "dated"),
    ],
)
def test_a_course_goes_from_a_start_to_an_end(written: dict[str, object], moment: str | None, end: str) -> None:
    (result,) = state({"dialysis": [written]}, DIALYSIS).history
    assert result.value is True
    assert (None if result.moment is None else result.moment.text) == moment
    assert result.course is not None
    assert result.course.end == end


@pytest.mark.parametrize(
    "written",
    [
        {"start": "2024-03-01", "end": "2023-11-01"},
        {"start": "2024-03-01", "time": "2024-03-01"},
        {"start": "yesterday"},
    ],
)
def test_a_course_that_cannot_be_is_a_problem_and_no_answer(written: dict[str, object]) -> None:
    patient = one({"dialysis": written})
    assert reasons(patient.states["dialysis"]) == [Reason.IMPRECISE_DATE]
    assert patient.problems


def test_an_event_may_name_its_encounter_and_its_practitioner() -> None:
    written = {"dialysis": [{"time": "2024-03-01", "value": "yes", "encounter": "e1", "practitioner": 7}]}
    (result,) = state(written, DIALYSIS).history
    assert result.encounter == "e1"
    assert result.practitioners == ("7",)


def test_what_is_scored_needs_no_unit_and_no_note() -> None:
    text = "guideline g version 1\nfact pain is quantity in {score} plausible 0 to 10 {score}\n"
    guideline = guidelang.load(Source("<g>", text + "rule r when pain > 3 recommend measure pain\n"))
    result = guideline.evaluate({"pain": 7}, as_of="2024-06-01")
    assert (result.applies, result.problems) == (("r",), ())
    assert result.facts["pain"].used[0].note is None


def test_a_table_may_date_its_values() -> None:
    text = "guideline g version 1\nfact mg is quantity in mmol/L within 31 days plausible 0.2 to 5 mmol/L\n"
    guideline = guidelang.load(Source("<g>", text + "rule r when mg > 1 mmol/L recommend measure mg\n"))
    dated = guideline.evaluate("patient,mg [mmol/L],mg.time\np,1.4,2024-04-01\n", as_of="2024-06-01")
    assert (dated.undecided, dated.facts["mg"].causes[0].reason) == (("r",), Reason.STALE)
    assert dated.diagnostics == ()
    undated = guideline.evaluate("patient,mg\np,1.4 mmol/L\n", as_of="2024-06-01")
    assert undated.applies == ("r",)


def test_a_day_that_cannot_be_read_keeps_the_day_on_which_it_was_told() -> None:
    found = state({"patient": "p1", "transplanted": {"value": "soon", "time": "2024-05-01"}}, TRANSPLANTED)
    (result,) = found.history
    assert found.value is None
    assert result.moment is not None
    assert (result.reported, result.moment.text) == ("soon", "2024-05-01")


def test_what_is_known_of_the_person_has_its_place() -> None:
    (result,) = state({"patient": "p1", "sex": "female"}, PERSON[2]).history
    assert (result.reported, result.source) == ("female", "<input>")


def test_what_is_wrong_about_the_person_is_reported_and_unknown() -> None:
    wrong = {"patient": "p1", "birth_date": "soon", "age": "old", "sex": "robot", "deceased": "perhaps"}
    found = one(wrong)
    assert [(problem.field, problem.kind, problem.message) for problem in found.problems] == [
        ("birth_date", "unusable", "`birth_date: soon` cannot be read; expected a date such as 1957-03-20"),
        ("age", "unusable", "`age: old` cannot be read; expected completed years, such as `67` or `67 years`"),
        ("sex", "unusable", "`sex: robot` cannot be read; expected female, male or other"),
        ("deceased", "unusable", "`deceased: perhaps` cannot be read; expected yes, no or a date"),
    ]
    assert reasons(found.states["birth_date"]) == [Reason.NO_RECORD]
    assert reasons(found.states["sex"]) == reasons(found.states["deceased"]) == [Reason.ASKED_UNKNOWN]


def test_who_died_on_a_day_is_dead_and_who_is_said_to_be_unknown_is_unknown() -> None:
    assert one({"patient": "p1", "deceased": "2024-01-01"}).states["deceased"].value is True
    assert one({"patient": "p1"}).states["deceased"].value is False
    unknown = one({"patient": "p1", "deceased": "unknown", "sex": "unknown"})
    assert not unknown.problems
    assert reasons(unknown.states["sex"]) == reasons(unknown.states["deceased"]) == [Reason.ASKED_UNKNOWN]


def test_a_fact_of_the_person_is_given_by_the_name_of_its_field() -> None:
    born = replace(PERSON[0], name="born")
    (problem,) = one({"patient": "p1", "born": "1964"}, born).problems
    assert (problem.kind, problem.message) == ("ignored", "`born` is read from the patient; give `birth_date` instead")
    assert one({"patient": "p1", "birth_date": "1964-06-02"}, born).states["born"].value is not None


@pytest.mark.parametrize("long", ["x" * 5000, "9" * 5000])
def test_of_a_value_that_cannot_be_used_the_beginning_is_kept(long: str) -> None:
    (result,) = state({"phosphorus": long}, PHOSPHORUS).used
    assert result.value is None
    assert result.reported == f"{long[:200]}…"


@pytest.mark.parametrize(
    ("written", "found", "told"),
    [
        ("2024-04-18", "the date `2024-04-18`", "`dialysis: {value: yes, time: 2024-04-18}`"),
        (dt.date(2024, 4, 18), "the date `2024-04-18`", "a column `dialysis.time`"),
        ("2024-04", "the date `2024-04`", "a column `dialysis.time`"),
        ("3", "the number `3`", "some code no as 0 and some as 2"),
        (1, "the number `1`", "numbers are not taken for answers"),
        ("7 mg/dL", "the number `7 mg/dL`", "numbers are not taken for answers"),
        ("2024", "the number `2024`", "numbers are not taken for answers"),
        ("ja", "`ja`", "`true` and `false` are understood too"),
    ],
)
def test_what_is_no_yes_or_no_is_told_with_what_was_expected(written: object, found: str, told: str) -> None:
    facts = one({"dialysis": written}, DIALYSIS)
    (cause,) = facts.states["dialysis"].causes
    assert cause.detail == f"expected yes, no or unknown, found {found}"
    (problem,) = facts.problems
    assert cause.detail in problem.message
    assert told in problem.message


def test_what_is_none_of_a_choice_is_told_with_the_choices() -> None:
    (problem,) = one({"severity": "2024-04-18"}, SEVERITY).problems
    assert problem.message.startswith("`severity`: expected one of ")
    assert problem.message.endswith("found the date `2024-04-18`")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (
            {"value": "5.1 mmol/L", "unit": "mg/dL"},
            "`mmol/L` is written with the number, and the unit beside it, or in the column's header, is `mg/dL`",
        ),
        ({"value": ">5 mg/dL", "comparator": "<"}, "it has two comparators, > and <"),
        ("a lot", "`a lot` is no number"),
    ],
)
def test_one_fault_of_a_number_has_one_reason(written: object, fault: str) -> None:
    found = one({"phosphorus": written})
    (cause,) = found.states["phosphorus"].causes
    (problem,) = found.problems
    assert cause.detail == fault
    assert problem.message == f"`phosphorus`: {fault}"


def test_the_unit_of_the_header_may_be_repeated_in_a_cell() -> None:
    assert one({"phosphorus": {"value": "6.1 mg/dL", "unit": "mg/dL"}}).problems == ()


def test_of_what_is_no_answer_the_beginning_is_told() -> None:
    (cause,) = one({"dialysis": "9" * 100_000}, DIALYSIS).states["dialysis"].causes
    assert cause.detail == f"expected yes, no or unknown, found `{'9' * 40}`"


@pytest.mark.parametrize("written", ["40 10*9/L", "4e1 10*9/L", {"value": "40 10*9/L"}, "40000 /uL", "40 10*3/uL"])
def test_a_unit_may_begin_with_a_power_of_ten(written: object) -> None:
    platelets = FactDefinition("platelets", "quantity", unit="10*9/L")
    assert one({"platelets": written}, platelets).states["platelets"].value == point("40")


@pytest.mark.parametrize("written", ["40 000 10*9/L", "4010*9/L", "40 10", "40 1e9/L", "40,5 10*9/L"])
def test_a_number_with_blanks_is_none_whatever_its_unit(written: str) -> None:
    platelets = FactDefinition("platelets", "quantity", unit="10*9/L")
    assert one({"platelets": written}, platelets).states["platelets"].value is None
