"""Facts: what a declaration says about values, units, windows and where the value is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from guidelang.diagnostics import Note, Report, did_you_mean
from guidelang.model.parameters import duration_of, unit_of
from guidelang.model.symbols import ChoiceSymbol, FactSymbol, ReadingSymbol, Symbols, Window
from guidelang.model.types import ChoiceType, ConditionType, DateType, MeasureType, TextType, Type
from guidelang.quantity import (
    Affine,
    AnalyteConversion,
    Unit,
    analyte_conversion,
    contradictions,
    equal_amounts,
    format_number,
    parse_decimal,
)
from guidelang.syntax import tree
from guidelang.terminology import ListedCode

CodeResolver = Callable[[Iterable[tree.CodeRef]], tuple[ListedCode, ...]]

_CODED_RECORDS = ("condition", "medication", "procedure", "allergy")

_FORMS = {
    tree.QuantityType: "quantity",
    tree.NumberType: "number",
    tree.YesNoType: "yes_no",
    tree.ChoiceType: "choice",
    tree.DateType: "date",
    tree.TextType: "text",
}


def built_in_facts() -> tuple[FactSymbol, ...]:
    """Facts of the patient that every guideline has unless it declares its own of that name.

    Values of `sex` are FHIR's administrative genders; its "unknown" is an unknown fact. A record that does not
    mention death is a living person's, so `deceased` is no by absence.
    """
    sexes = ("female", "male", "other")
    return (
        FactSymbol(
            "sex",
            "Sex",
            "choice",
            None,
            None,
            ChoiceType("sex", sexes),
            patient_field="sex",
            choices=tuple(ChoiceSymbol(value, None, ()) for value in sexes),
        ),
        FactSymbol(
            "deceased",
            "Deceased",
            "yes_no",
            None,
            None,
            ConditionType(),
            patient_field="deceased",
            absent_means_no=True,
        ),
        FactSymbol("birth_date", "Birth date", "date", None, None, DateType(), patient_field="birth_date"),
    )


def resolve_fact(fact: tree.Fact, symbols: Symbols, resolve_codes: CodeResolver, report: Report) -> FactSymbol:
    """A declared fact with everything it says resolved; what has an error is reported and left out."""
    name = fact.name.name
    form = _FORMS[type(fact.type)]
    unit = unit_of(fact.type.unit, fact.type.span, report) if isinstance(fact.type, tree.QuantityType) else None
    kind = (fact.kind.name if fact.kind else name) if form == "quantity" else None
    choices = _choices(fact, resolve_codes, report)
    conversions = _conversions(fact, unit, report)
    _check_clauses(fact, form, report)
    _check_windows(fact, report)
    own_window = resolve_window(fact.within, symbols, report) if fact.within is not None else None
    readings = tuple(
        _reading(reading, own_window, symbols, resolve_codes, report)
        for reading in fact.readings
        if isinstance(reading, tree.FromRecord)
    )
    return FactSymbol(
        name=name,
        label=fact.label,
        form=form,  # type: ignore[arg-type]  # the values of _FORMS are the members of the Literal
        span=fact.name.span,
        declaration=fact,
        type=_type(name, form, unit, kind, choices),
        unit=unit,
        kind=kind,
        readings=readings,
        patient_field=next((r.field for r in fact.readings if isinstance(r, tree.FromPatient)), None),
        window=_longest(readings, own_window),
        plausible=_plausible(fact, unit, conversions, report),
        conversions=conversions,
        choices=choices,
        absent_means_no=fact.absent_means_no,
        codes_complete=fact.codes_complete,
        modifiable=fact.modifiable,
        ties=fact.ties,
        effects=fact.effects,
    )


def resolve_window(within: tree.Duration, symbols: Symbols, report: Report) -> Window | None:
    """What `within` says: a length of time, or a parameter that holds one."""
    if isinstance(within, tree.Quantity):
        duration = duration_of(within, report)
        return Window(duration, None) if duration is not None else None
    parameter = symbols.parameters.get(within.name)
    durations = [p.name for p in symbols.parameters.values() if p.form == "duration"]
    if parameter is None:
        report.error(
            "G201",
            f"unknown parameter `{within.name}`",
            within.span,
            expected="a length of time such as 31 days, or a parameter that holds one",
            suggestion=did_you_mean(within.name, durations),
        )
        return None
    if parameter.duration is None:
        report.error(
            "G403",
            f"the parameter `{within.name}` is {parameter.text}, which is no length of time",
            within.span,
            expected="a parameter with a value such as 31 days",
            notes=[Note("declared here", parameter.declaration.name.span)],
        )
        return None
    return Window(parameter.duration, parameter.name)


def _type(name: str, form: str, unit: Unit | None, kind: str | None, choices: tuple[ChoiceSymbol, ...]) -> Type:
    if form == "yes_no":
        return ConditionType()
    if form == "choice":
        return ChoiceType(name, tuple(choice.value for choice in choices))
    if form == "date":
        return DateType()
    if form == "text":
        return TextType()
    return MeasureType(unit, kind)


def _choices(fact: tree.Fact, resolve_codes: CodeResolver, report: Report) -> tuple[ChoiceSymbol, ...]:
    if not isinstance(fact.type, tree.ChoiceType):
        return ()
    seen: dict[str, tree.Choice] = {}
    for choice in fact.type.choices:
        first = seen.setdefault(choice.name.name, choice)
        if first is not choice:
            report.error(
                "G202",
                f"the value `{choice.name.name}` stands twice",
                choice.name.span,
                notes=[Note("first here", first.name.span)],
            )
    return tuple(ChoiceSymbol(name, choice.label, resolve_codes(choice.codes)) for name, choice in seen.items())


def _longest(readings: tuple[ReadingSymbol, ...], own: Window | None) -> Window | None:
    """How far back the fact looks as a whole: no limit if one of its readings has none."""
    windows = [reading.window for reading in readings] or [own]
    limits = [window for window in windows if window is not None]
    if len(limits) < len(windows):
        return None
    return max(limits, key=lambda window: window.duration.about_days)


def _reading(
    reading: tree.FromRecord, default: Window | None, symbols: Symbols, resolve_codes: CodeResolver, report: Report
) -> ReadingSymbol:
    codes: list[ListedCode] = []
    of_parameter = False
    direct = [item for item in reading.codes if isinstance(item, tree.CodeRef)]
    codes += resolve_codes(direct)
    for item in reading.codes:
        if not isinstance(item, tree.ListRef):
            continue
        parameter = symbols.parameters.get(item.name)
        if item.name in symbols.lists:
            codes += symbols.lists[item.name].codes
        elif parameter is not None and parameter.form == "codes":
            codes += parameter.codes
            of_parameter = len(reading.codes) == 1
        else:
            lists = [*symbols.lists, *(p.name for p in symbols.parameters.values() if p.form == "codes")]
            report.error(
                "G209",
                f"there is no code list `{item.name}`",
                item.span,
                expected="a `codes` list or a code-list parameter of the loaded files",
                suggestion=did_you_mean(item.name, lists),
            )
    unique = {listed.code: listed for listed in codes}
    if reading.verification and reading.record not in ("condition", "allergy"):
        report.error(
            "G210",
            f"a {reading.record} has no verification status",
            reading.span,
            expected="`with verification` on a condition or allergy",
        )
    _check_words(reading, report)
    window = resolve_window(reading.within, symbols, report) if reading.within is not None else default
    return ReadingSymbol(
        reading.record, tuple(unique.values()), reading.status, reading.verification, of_parameter, window
    )


_STATUSES: dict[str, tuple[str, ...]] = {
    # FHIR R4 value sets: ObservationStatus; condition-clinical; medicationrequest- and medication-statement-status;
    # EventStatus; allergyintolerance-clinical
    "observation": ("registered", "preliminary", "final", "amended", "corrected", "cancelled", "unknown"),
    "condition": ("active", "recurrence", "relapse", "inactive", "remission", "resolved"),
    "medication": (
        "active", "on-hold", "cancelled", "completed", "stopped", "draft", "unknown", "intended", "not-taken",
    ),
    "procedure": ("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "unknown"),
    "allergy": ("active", "inactive", "resolved"),
}  # fmt: skip
_VERIFICATIONS = ("unconfirmed", "provisional", "differential", "confirmed", "refuted", "presumed")


def _check_words(reading: tree.FromRecord, report: Report) -> None:
    for sort, words, known in (
        ("status", reading.status, _STATUSES[reading.record]),
        ("verification status", reading.verification, _VERIFICATIONS),
    ):
        for word in words:
            if word not in known:
                report.error(
                    "G210",
                    f"a {reading.record} has no {sort} `{word}`",
                    reading.span,
                    expected=", ".join(known),
                    suggestion=did_you_mean(word, known),
                )


def _conversions(fact: tree.Fact, unit: Unit | None, report: Report) -> tuple[AnalyteConversion, ...]:
    """What all `convert` clauses say; a clause with an error is left out."""
    by_clause = {
        id(clause): _equal_amounts(clause, report) if isinstance(clause, tree.Convert) else _affine(clause, report)
        for clause in fact.converts
    }
    conversions = tuple(conversion for clause in fact.converts for conversion in by_clause[id(clause)])
    for found in contradictions(conversions):
        if found.between == "clauses":
            report.error(
                "G305",
                f"the conversions of `{fact.name.name}` contradict each other between {found.from_.code} and "
                f"{found.to.code}",
                fact.converts[0].span.to(fact.converts[-1].span),
            )
    for clause in fact.converts:
        for conversion in by_clause[id(clause)] if unit is not None else ():
            if unit is not None and analyte_conversion(conversion.to, unit, conversions) is None:
                report.error(
                    "G305",
                    f"this conversion never leads to {unit.code}, the unit of `{fact.name.name}`",
                    clause.span,
                    expected=f"one of the amounts in {unit.code}, or in a unit that another `convert` connects with it",
                )
                break
    return conversions


def _equal_amounts(clause: tree.Convert, report: Report) -> tuple[AnalyteConversion, ...]:
    amounts: list[tuple[Fraction, Unit]] = []
    for amount in clause.amounts:
        if amount.unit is None:
            report.error("G305", "an amount without a unit converts into nothing", amount.span, expected="a unit")
            continue
        unit = unit_of(amount.unit, amount.unit_span or amount.span, report)
        number = parse_decimal(amount.number)
        if number <= 0:
            report.error("G305", "equal amounts are above zero", amount.span)
        elif unit is not None:
            amounts.append((number, unit))
    return equal_amounts(amounts) if len(amounts) == len(clause.amounts) else ()


def _affine(clause: tree.ConvertAffine, report: Report) -> tuple[AnalyteConversion, ...]:
    to = unit_of(clause.unit, clause.span, report)
    of = unit_of(clause.of_unit, clause.span, report)
    factor = parse_decimal(clause.factor)
    if factor == 0:
        report.error("G305", "a factor of zero converts nothing", clause.span)
        return ()
    if to is None or of is None:
        return ()
    return (AnalyteConversion(of, to, Affine(factor, parse_decimal(clause.offset))),)


def _plausible(
    fact: tree.Fact, unit: Unit | None, conversions: tuple[AnalyteConversion, ...], report: Report
) -> tuple[Fraction, Fraction] | None:
    bounds = fact.plausible
    if bounds is None:
        return None
    low, high = parse_decimal(bounds.low), parse_decimal(bounds.high)
    if low > high:
        report.error("G402", "the lower end of the plausible range lies above the upper end", bounds.span)
        return None
    if bounds.unit is None or unit is None:
        if unit is not None:
            report.hint(
                "G901",
                f"the plausible range has no unit; it is taken to be in {unit.code}",
                bounds.span,
                suggestion=f"write {bounds.low} to {bounds.high} {unit.code}",
            )
        return low, high
    written = unit_of(bounds.unit, bounds.span, report)
    if written is None:
        return None
    change = analyte_conversion(written, unit, conversions)
    if change is None:
        report.error("G302", f"a plausible range in {written.code} does not fit a quantity in {unit.code}", bounds.span)
        return None
    ends = change(low), change(high)
    return min(ends), max(ends)


def _check_windows(fact: tree.Fact, report: Report) -> None:
    """A `within` belongs to the `from` before it. Where an earlier `from` has none, it may have been meant for both."""
    readings = [reading for reading in fact.readings if isinstance(reading, tree.FromRecord)]
    if fact.within is not None or not readings or readings[-1].within is None:
        return
    for reading in readings:
        if reading.within is None:
            report.hint(
                "G905",
                f"`within` belongs to `from {readings[-1].record}` alone; this `from {reading.record}` looks back "
                "without limit",
                reading.span,
                suggestion="write `within` before the first `from` to mean all of them, or this `from` after the other",
            )


def _check_clauses(fact: tree.Fact, form: str, report: Report) -> None:
    name = fact.name.name
    if form not in ("quantity", "number") and (fact.plausible or fact.converts or fact.ties or fact.kind):
        report.error(
            "G211",
            f"`{name}` is no quantity, so `plausible`, `convert`, `ties` and `kind` say nothing about it",
            fact.name.span,
            suggestion="remove the clause, or declare the fact `is quantity in UNIT`",
        )
    if form != "yes_no" and fact.absent_means_no:
        report.error(
            "G211",
            f"`absent means no` belongs to a yes-or-no fact; `{name}` is none",
            fact.name.span,
            suggestion="remove the clause: a value that was not recorded is unknown",
        )
    if form == "quantity" and any(isinstance(r, tree.FromRecord) and r.record != "observation" for r in fact.readings):
        report.error("G211", f"the quantity `{name}` can only be read from observations", fact.name.span)
    if form == "text" and any(isinstance(r, tree.FromRecord) and r.record in _CODED_RECORDS for r in fact.readings):
        report.error("G211", f"the text `{name}` can only be read from observations", fact.name.span)
    fields = [r for r in fact.readings if isinstance(r, tree.FromPatient)]
    right = {"age": "quantity", "sex": "choice", "deceased": "yes_no", "birth_date": "date"}
    for field in fields:
        if right[field.field] != form:
            words = {"quantity": "quantity in a", "choice": "one of …", "yes_no": "yes or no", "date": "date"}
            report.error(
                "G211",
                f"the patient's {field.field.replace('_', ' ')} does not fit the type of `{name}`",
                field.span,
                expected=f"`is {words[right[field.field]]}`",
            )
    if fields and len(fact.readings) > 1:
        report.error("G211", f"`{name}` is read from the patient, so nothing else can be its source", fact.name.span)
    plausible_text = fact.plausible
    if plausible_text is None and form == "quantity":
        report.hint(
            "G903",
            f"`{name}` has no plausible range, so a value sent in a wrong unit is believed",
            fact.name.span,
            suggestion=f"add a line such as: plausible {format_number(Fraction(1))} to … UNIT",
        )
