"""Facts: what a declaration says about values, units and conversions."""

from __future__ import annotations

from fractions import Fraction

from guidelang.diagnostics import Note, Report
from guidelang.model.filters import check_sources
from guidelang.model.parameters import unit_of
from guidelang.model.readings import CodeResolver, longest, resolve_reading, resolve_window
from guidelang.model.symbols import ChoiceSymbol, FactForm, FactSymbol, ReadingSymbol, Symbols
from guidelang.model.types import ChoiceType, ConditionType, DateType, MeasureType, TextType, Type
from guidelang.quantity import (
    Affine,
    AnalyteConversion,
    Unit,
    analyte_conversion,
    contradictions,
    equal_amounts,
    parse_decimal,
)
from guidelang.syntax import tree
from guidelang.terminology.form import lone_classes

_FORMS: dict[type[tree.Node], FactForm] = {
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
    _check_clauses(fact, form, unit, report)
    own_window = resolve_window(fact.within, symbols, report) if fact.within is not None else None
    readings = tuple(
        resolve_reading(reading, own_window, symbols, resolve_codes, report)
        for reading in fact.readings
        if isinstance(reading, tree.FromRecord)
    )
    _check_classes(fact, readings, report)
    return FactSymbol(
        name=name,
        label=fact.label,
        form=form,
        span=fact.name.span,
        declaration=fact,
        type=_type(name, form, unit, kind, choices),
        unit=unit,
        kind=kind,
        readings=readings,
        patient_field=next((r.field for r in fact.readings if isinstance(r, tree.FromPatient)), None),
        window=longest(readings, own_window),
        plausible=_plausible(fact, unit, conversions, report),
        conversions=conversions,
        choices=choices,
        absent_means_no=fact.absent_means_no,
        codes_complete=fact.codes_complete,
        modifiable=fact.modifiable,
        ties=fact.ties,
        effects=fact.effects,
    )


def _check_classes(fact: tree.Fact, readings: tuple[ReadingSymbol, ...], report: Report) -> None:
    """G216: where lists count as complete, a product whose class alone is listed would be taken for another one."""
    for reading in readings:
        if fact.codes_complete or reading.list_is_parameter:
            for code in lone_classes(listed.code for listed in reading.codes):
                report.error(
                    "G216",
                    f"ATC {code.code} is a class, and codes match exactly: a product of it would count as none, "
                    f"because the codes of `{fact.name.name}` are taken to be complete",
                    fact.name.span,
                    suggestion="list the codes of its products, of seven characters each",
                )


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
    return tuple(
        ChoiceSymbol(name, choice.label, resolve_codes(choice.codes), choice.beginnings)
        for name, choice in seen.items()
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


def _check_clauses(fact: tree.Fact, form: str, unit: Unit | None, report: Report) -> None:
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
    check_sources(fact, form, unit, report)
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
