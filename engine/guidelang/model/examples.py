"""Examples: their names, values and dates, checked before any is run."""

from __future__ import annotations

import re
from pathlib import Path

from guidelang.calendar import DURATION_WORDS
from guidelang.diagnostics import Fix, Report, did_you_mean
from guidelang.model.days import check_day
from guidelang.model.infer import Inference
from guidelang.model.measures import conversion_between
from guidelang.model.parameters import duration_of, unit_of
from guidelang.model.symbols import FactSymbol, Symbols
from guidelang.model.types import ChoiceType, ConditionType, DateType, MeasureType
from guidelang.source import Span
from guidelang.syntax import print_expression, tree

GIVEN_ALWAYS = ("age", "sex", "deceased", "birth_date")
"""Names that every example may give, as a plain fact set may: what the patient is."""


def patient_file(example: tree.Example) -> Path | None:
    """The file with the patient of an example: its path is seen from the file in which the example stands."""
    if example.patient is None:
        return None
    name = example.span.source.name
    home = Path() if name.startswith("<") else Path(name).parent
    return home / example.patient.text


_YEAR = re.compile(r"\d{4}", re.ASCII)  # a date of which no more is known looks like a number


def check(symbols: Symbols, inference: Inference, report: Report) -> None:
    """Checks every example of the guideline."""
    seen: set[str] = set()
    for example in symbols.examples:
        if example.name.text in seen:
            report.error("G202", f'two examples are called "{example.name.text}"', example.name.span)
        seen.add(example.name.text)
        _check_one(example, symbols, inference, report)


def _check_one(example: tree.Example, symbols: Symbols, inference: Inference, report: Report) -> None:
    if example.on is None:
        report.error(
            "G406",
            f'the example "{example.name.text}" does not say on which day it is evaluated',
            example.name.span,
            expected="a line such as `on 2024-06-01` after its name",
        )
    else:
        check_day(example.on, report)
    if not example.expects:
        report.error("G507", f'the example "{example.name.text}" expects nothing', example.name.span)
    given: set[str] = set()
    for item in example.givens:
        if item.fact.name in given:
            report.error("G202", f"`{item.fact.name}` is given twice", item.fact.span)
        given.add(item.fact.name)
        _check_given(item, symbols, report)
    for setting in example.settings:
        if setting.parameter.name not in symbols.parameters:
            report.error(
                "G404",
                f"there is no parameter `{setting.parameter.name}` to set",
                setting.parameter.span,
                suggestion=did_you_mean(setting.parameter.name, symbols.parameters),
            )
    for expectation in example.expects:
        _check_expectation(expectation, symbols, inference, report)


def _check_given(given: tree.Given, symbols: Symbols, report: Report) -> None:
    name = given.fact.name
    fact = symbols.facts.get(name)
    if fact is None and name in GIVEN_ALWAYS:
        return
    if fact is None:
        derived = name in symbols.defines or name in symbols.conclusions
        report.error(
            "G201",
            f"`{name}` is derived; an example gives facts of the record" if derived else f"unknown fact `{name}`",
            given.fact.span,
            expected="a fact of the loaded files",
            suggestion=did_you_mean(name, symbols.facts),
        )
        return
    for value in given.values:
        _check_given_value(fact, value, symbols, report)


def _check_given_value(fact: FactSymbol, given: tree.GivenValue, symbols: Symbols, report: Report) -> None:
    value = given.value
    times = (given.when.begins, given.when.ends) if isinstance(given.when, tree.Course) else (given.when,)
    for time in times:
        if time is not None and time.ago is not None:
            duration_of(time.ago, report)
    if value is None or fact.has_wrong_unit:
        return
    wrong: str | None = None
    if isinstance(value, bool):
        if fact.form != "yes_no":
            wrong = "a value" if value else "a value, or `unknown`"
    elif isinstance(value, tree.Quantity):
        if fact.form == "date" and _YEAR.fullmatch(print_expression(value)) and given.comparator is None:
            return
        if fact.form not in ("quantity", "number"):
            wrong = "yes (its name alone) or no (`not`)" if fact.form == "yes_no" else f"{fact.type}"
        elif value.unit is None and fact.unit is not None and not fact.unit.code.startswith("{"):
            own_unit = fact.unit.code
            end = Span(value.span.source, value.span.end, value.span.end)
            report.hint(
                "G901",
                f"{value.number} has no unit; it is taken to be in {own_unit}",
                value.span,
                suggestion=f"write {value.number} {own_unit}",
                fix=Fix(end, f" {own_unit}"),
            )
        elif value.unit is not None and value.unit not in DURATION_WORDS:
            unit = unit_of(value.unit, value.unit_span or value.span, report)
            if unit is not None and fact.unit is None:
                wrong = "a number without a unit"
            elif unit is not None:
                own = MeasureType(fact.unit, fact.kind)
                if conversion_between(MeasureType(unit), own, symbols) is None:
                    report.hint(
                        "G904",
                        f"{value.unit} does not convert to {fact.unit.code if fact.unit else ''}; "
                        f"`{fact.name}` will be unknown in this example",
                        value.span,
                    )
    elif isinstance(value, tree.Identifier):
        values = [choice.value for choice in fact.choices]
        if fact.form != "choice":
            wrong = f"{fact.type}"
        elif value.name not in values:
            report.error(
                "G212",
                f"`{fact.name}` has no value `{value.name}`",
                value.span,
                expected=f"one of: {', '.join(values)}",
                suggestion=did_you_mean(value.name, values),
            )
    elif isinstance(value, tree.DateLiteral):
        if fact.form != "date":
            wrong = f"{fact.type}"
    elif fact.form not in ("text", "quantity", "number"):
        wrong = f"{fact.type}"
    if wrong is not None:
        report.error("G306", f"this value does not fit `{fact.name}`", given.span, expected=wrong)


def _check_expectation(expectation: tree.Expectation, symbols: Symbols, inference: Inference, report: Report) -> None:
    match expectation:
        case tree.ExpectTruth():
            name = expectation.name.name
            if name in symbols.rules:
                if expectation.truth is None:
                    report.error(
                        "G306", f"`{name}` is a rule", expectation.span, suggestion=f"write `undecided {name}`"
                    )
            elif isinstance(inference.type_of_name(name), ConditionType):
                return
            elif expectation.truth is None and inference.type_of_name(name) is not None:
                return  # a value may be unknown too
            else:
                _unknown(expectation.name, [*symbols.rules, *symbols.defines, *symbols.conclusions], report)
        case tree.ExpectValue():
            _check_value(expectation, symbols, inference, report)
        case tree.ExpectBetween():
            if not isinstance(inference.type_of_name(expectation.name.name), MeasureType):
                _unknown(expectation.name, [*symbols.defines, *symbols.facts], report, "a derived quantity")
        case tree.ExpectWord():
            found = inference.type_of_name(expectation.name.name)
            if found is None:
                _unknown(expectation.name, [*symbols.defines, *symbols.facts], report, "a choice or table")
            elif not isinstance(found, ChoiceType):
                report.error("G306", f"`{expectation.name}` is {found}, not one of a choice", expectation.span)
            elif expectation.value.name not in found.values:
                report.error(
                    "G212",
                    f"`{expectation.name}` has no value `{expectation.value}`",
                    expectation.value.span,
                    expected=f"one of: {', '.join(found.values)}",
                    suggestion=did_you_mean(expectation.value.name, found.values),
                )
        case tree.ExpectUndecided():
            if expectation.name is not None and expectation.name.name not in symbols.rules:
                _unknown(expectation.name, symbols.rules, report, "a rule")
            for need in expectation.needs.facts if expectation.needs else ():
                if need.name not in symbols.facts:
                    _unknown(need, symbols.facts, report, "a fact of the record")
        case tree.ExpectOverridden():
            for rule in (expectation.name, expectation.by):
                if rule is not None and rule.name not in symbols.rules:
                    _unknown(rule, symbols.rules, report, "a rule")
        case tree.ExpectAdvice():
            advised = {a.target.name for r in symbols.rules.values() for a in r.advice}
            if expectation.target.name not in advised and not expectation.negated:
                _unknown(expectation.target, advised, report, "a target that some rule speaks about")
        case tree.ExpectStack():
            if expectation.quantity is not None and expectation.quantity.name not in symbols.facts:
                _unknown(expectation.quantity, symbols.facts, report, "the quantity that is pushed")
        case tree.ExpectConflict() | tree.ExpectScope():
            return


def _check_value(expected: tree.ExpectValue, symbols: Symbols, inference: Inference, report: Report) -> None:
    found = inference.type_of_name(expected.name.name)
    if not isinstance(found, MeasureType | DateType):
        _unknown(expected.name, [*symbols.defines, *symbols.facts], report, "a derived quantity or date")
    elif isinstance(expected.value, tree.DateLiteral):
        if isinstance(found, DateType):
            check_day(expected.value, report)
        else:
            report.error("G306", f"`{expected.name.name}` is {found}, not a date", expected.value.span)
    elif isinstance(found, DateType):
        report.error(
            "G306", f"`{expected.name.name}` is a date", expected.value.span, expected="a date such as 2024-06-01"
        )


def _unknown(name: tree.Identifier, known: object, report: Report, expected: str = "a rule or a derived fact") -> None:
    names = [str(item) for item in known] if isinstance(known, list | dict | set) else []
    report.error(
        "G201",
        f"unknown name `{name.name}`",
        name.span,
        expected=expected,
        suggestion=did_you_mean(name.name, names),
    )
