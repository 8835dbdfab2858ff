"""The canonical text of a file: the parser's inverse.

Four blanks before a clause, one clause a line, clauses in one order, the fewest parentheses, one empty line between
statements; runs of one-line statements keep the empty lines of their author. Numbers stand as they were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guidelang.diagnostics import Report
from guidelang.source import Source
from guidelang.syntax import tree
from guidelang.syntax.grammar import fits
from guidelang.syntax.layout import Comments, Piece, arrange, blank_after, blank_before, filled, place_comments
from guidelang.syntax.parse import parse
from guidelang.syntax.print_expression import (
    INDENT,
    WIDTH,
    broken,
    print_code,
    print_codes,
    print_expression,
    print_parameter_value,
    print_quantity,
    quote,
)

_ONE_LINE = (tree.Parameter, tree.Define, tree.Use, tree.System)


def format_source(source: Source, report: Report) -> str | None:
    """The canonical text of a source, or None if it has errors; the report then holds them."""
    before = len(report.findings)
    file = parse(source, report)
    return None if len(report.findings) > before else print_file(file)


def print_file(file: tree.File) -> str:
    """The canonical text of a file, with all of its comments."""
    comments = place_comments(file)
    lines: list[str] = []
    previous: tree.Statement | None = None
    for number, statement in enumerate(file.statements):
        leading = comments.before.pop((number, "head", 0), [])
        if previous is not None and _apart(previous, statement, leading):
            lines.append("")
        for comment in leading:
            lines.append(comment.text)
            if blank_after(comment):
                lines.append("")
        lines.extend(_statement(statement, number, comments))
        closing = comments.closing.get(number, [])
        lines.extend(INDENT + comment.text for comment in closing)
        previous = statement
    for comment in comments.left():
        if lines and blank_before(comment):
            lines.append("")
        lines.append(comment.text)
    return "\n".join(lines) + "\n" if lines else ""


def _apart(previous: tree.Statement, statement: tree.Statement, leading: Sequence[tree.Comment]) -> bool:
    """Whether an empty line stands between two statements."""
    if isinstance(previous, _ONE_LINE) and isinstance(statement, _ONE_LINE):
        return blank_before(leading[0] if leading else statement)
    return True


def _statement(statement: tree.Statement, number: int, comments: Comments) -> Iterator[str]:
    head, *clauses = _pieces(statement)
    yield from arrange([head], number, comments, "", WIDTH)
    yield from arrange(clauses, number, comments, INDENT, WIDTH)


def _pieces(statement: tree.Statement) -> list[Piece]:
    match statement:
        case tree.Guideline() | tree.Vocabulary():
            return list(_header(statement))
        case tree.Part(of):
            return [_head(f"part of {of}")]
        case tree.Use(vocabulary, version):
            return [_head(f"use vocabulary {vocabulary}" + (f" version {version}" if version else ""))]
        case tree.System(name, uri):
            return [_head(f"system {name} {quote(uri)}")]
        case tree.Parameter():
            return list(_parameter(statement))
        case tree.Codes():
            return list(_codes(statement))
        case tree.Intervention():
            return list(_intervention(statement))
        case tree.Fact():
            return list(_fact(statement))
        case tree.Define():
            return list(_define(statement))
        case tree.Rule():
            return list(_rule(statement))
        case tree.Example():
            return list(_example(statement))


def _head(*lines: str) -> Piece:
    return Piece("head", 0, lines)


def _named(word: str, name: tree.Identifier, label: str | None) -> str:
    return f"{word} {name}" if label is None else f"{word} {name} {quote(label)}"


def _condition(kind: str, index: int, word: str, condition: tree.Expression) -> Piece:
    """A clause that holds a condition, broken before `and` and `or` where it is long."""
    lines = broken(condition, len(INDENT) + len(word) + 1, 2 * len(INDENT))
    return Piece(kind, index, (f"{word} {lines[0]}", *(INDENT + line for line in lines[1:])))


# ---- head of a file, names ------------------------------------------------------------------------------------------


def _header(statement: tree.Guideline | tree.Vocabulary) -> Iterator[Piece]:
    word = "guideline" if isinstance(statement, tree.Guideline) else "vocabulary"
    yield _head(f"{word} {statement.name} version {statement.version}")
    if statement.title is not None:
        yield Piece("title", 0, (f"title {quote(statement.title.text)}",))
    if statement.effective is not None:
        yield Piece("effective", 0, (f"effective {statement.effective.text}",))
    if statement.retired is not None:
        yield Piece("retired", 0, (f"retired {statement.retired.text}",))
    for index, source in enumerate(statement.sources):
        yield Piece("source", index, (f"source {source.name} {quote(source.title)}",))
    if isinstance(statement, tree.Guideline) and statement.applies_to is not None:
        yield _condition("applies_to", 0, "applies to", statement.applies_to)


def _parameter(parameter: tree.Parameter) -> Iterator[Piece]:
    head = _named("parameter", parameter.name, parameter.label) + " ="
    if isinstance(parameter.value, tree.CodeLiteral) and parameter.value.codes:
        yield _head(*filled(f"{head} codes", print_codes(parameter.value.codes), "", WIDTH))
    else:
        yield _head(f"{head} {print_parameter_value(parameter.value)}")
    yield from _plausible(parameter.plausible)
    yield from _cites(parameter.cites)


def _codes(codes: tree.Codes) -> Iterator[Piece]:
    yield _head(_named("codes", codes.name, codes.label))
    for index, code in enumerate(codes.codes):
        yield Piece("code", index, (print_code(code),))


def _intervention(intervention: tree.Intervention) -> Iterator[Piece]:
    head = _named("intervention", intervention.name, intervention.label)
    yield _head(*filled(head, print_codes(intervention.codes), "", WIDTH)) if intervention.codes else _head(head)
    yield from _effects(intervention.effects)


def _effects(effects: Sequence[tree.Effect]) -> Iterator[Piece]:
    for index, effect in enumerate(effects):
        yield Piece("effect", index, (f"{effect.direction} {effect.quantity}",), joined="effect")


def _plausible(plausible: tree.Plausible | None) -> Iterator[Piece]:
    if plausible is not None:
        unit = "" if plausible.unit is None else f" {plausible.unit}"
        yield Piece("plausible", 0, (f"plausible {plausible.low} to {plausible.high}{unit}",))


def _cites(cites: Sequence[tree.Cite]) -> Iterator[Piece]:
    for index, cite in enumerate(cites):
        text = f"cite {cite.source} {_locator(cite.locator)}"
        yield Piece("cite", index, (text if cite.fingerprint is None else f"{text} fingerprint {cite.fingerprint}",))


def _locator(locator: str) -> str:
    return locator if fits("LOCATOR", locator) else quote(locator)


# ---- facts ----------------------------------------------------------------------------------------------------------


def _fact(fact: tree.Fact) -> Iterator[Piece]:
    yield _head(*_typed(_named("fact", fact.name, fact.label) + " is", fact.type))
    if fact.within is not None:  # before the first `from`: after one, it would be that one's alone
        yield Piece("within", 0, (f"within {print_expression(fact.within)}",))
    for index, reading in enumerate(fact.readings):
        yield Piece("from_record", index, tuple(_reading(reading, alone=len(fact.readings) == 1)))
    yield from _plausible(fact.plausible)
    for index, convert in enumerate(fact.converts):
        yield Piece("convert", index, (_conversion(convert),))
    if fact.absent_means_no:
        yield Piece("absent_means_no", 0, ("absent means no",))
    if fact.codes_complete:
        yield Piece("codes_complete", 0, ("codes complete",))
    if fact.modifiable:
        yield Piece("modifiable", 0, ("modifiable",))
    if fact.ties is not None:
        yield Piece("ties", 0, (f"ties {fact.ties}",))
    if fact.kind is not None:
        yield Piece("kind", 0, (f"kind {fact.kind}",))
    yield from _effects(fact.effects)


def _typed(head: str, kind: tree.FactType) -> list[str]:
    match kind:
        case tree.QuantityType(unit):
            return [f"{head} quantity in {unit}"]
        case tree.NumberType():
            return [f"{head} number"]
        case tree.YesNoType():
            return [f"{head} yes or no"]
        case tree.DateType():
            return [f"{head} date"]
        case tree.TextType():
            return [f"{head} text"]
        case tree.ChoiceType(choices):
            items = [_choice(choice) for choice in choices]
            line = f"{head} one of {', '.join(items)}"
            if len(line) <= WIDTH:
                return [line]
            # codes belong to their value, so a long list has one value a line
            commas = ["," if index < len(items) - 1 else "" for index in range(len(items))]
            return [f"{head} one of", *(INDENT + item + comma for item, comma in zip(items, commas, strict=True))]


def _choice(choice: tree.Choice) -> str:
    text = str(choice.name) if choice.label is None else f"{choice.name} {quote(choice.label)}"
    return f"{text} ({', '.join(print_codes(choice.codes))})" if choice.codes else text


def _reading(reading: tree.FromRecord | tree.FromPatient, *, alone: bool) -> list[str]:
    """The lines of a `from`. Its window has a line of its own where the fact has no other `from`."""
    if isinstance(reading, tree.FromPatient):
        return [f"from patient {reading.field}"]
    lines = filled(f"from {reading.record}", print_codes(reading.codes), "", WIDTH - len(INDENT))
    filters = [
        f"with {word} {', '.join(statuses)}"
        for word, statuses in (("status", reading.status), ("verification", reading.verification))
        if statuses
    ]
    within = [] if reading.within is None else [f"within {print_expression(reading.within)}"]
    if not alone:
        filters += within
    if filters:
        text = " ".join(filters)
        if len(INDENT) + len(lines[-1]) + 1 + len(text) <= WIDTH:
            lines[-1] += f" {text}"
        else:
            lines.extend(INDENT + line for line in filters)
    return lines + within if alone else lines


def _conversion(convert: tree.Convert | tree.ConvertAffine) -> str:
    if isinstance(convert, tree.Convert):
        return f"convert {' = '.join(print_quantity(amount) for amount in convert.amounts)}"
    sign = "-" if convert.offset.startswith("-") else "+"
    return f"convert {convert.unit} = {convert.factor} * {convert.of_unit} {sign} {convert.offset.lstrip('-')}"


# ---- derived facts and rules ----------------------------------------------------------------------------------------


def _define(define: tree.Define) -> Iterator[Piece]:
    head = _named("define", define.name, define.label) + " ="
    lines = broken(define.value, len(head) + 1, len(INDENT))
    yield _head(f"{head} {lines[0]}", *(INDENT + line for line in lines[1:]))
    for index, unit in enumerate(define.units):
        name = "result" if unit.name is None else str(unit.name)
        yield Piece("with_unit", index, (f"{name} in {unit.unit}",), joined="with")


def _rule(rule: tree.Rule) -> Iterator[Piece]:
    yield _head(_named("rule", rule.name, rule.label))
    if rule.when is not None:
        yield _condition("when", 0, "when", rule.when)
    for index, unless in enumerate(rule.unless):
        yield _condition("unless", index, "unless", unless)
    for index, other in enumerate(rule.overrides):
        yield Piece("override", index, (str(other),), joined="overrides")
    for index, advice in enumerate(rule.advice):
        yield Piece("advice", index, (_advice(advice),))
    for index, conclusion in enumerate(rule.concludes):
        yield Piece("conclude", index, (f"conclude {conclusion}",))
    if rule.strength is not None:
        yield Piece("strength", 0, (f"strength {rule.strength}",))
    if rule.certainty is not None:
        yield Piece("certainty", 0, (f"certainty {rule.certainty}",))
    if rule.grade is not None:
        yield Piece("grade", 0, (f"grade {rule.grade if fits('GRADE_MARK', rule.grade) else quote(rule.grade)}",))
    if rule.urgency is not None:
        yield Piece("urgency", 0, (f"urgency {rule.urgency}",))
    for index, caution in enumerate(rule.cautions):
        yield Piece("caution", index, (f"caution {quote(caution.text)}",))
    yield from _cites(rule.cites)
    for index, evidence in enumerate(rule.evidence):
        place = f"{evidence.source} {_locator(evidence.locator)}"
        yield Piece("evidence", index, (f"evidence {place} {quote(evidence.text)}",))
    for index, erratum in enumerate(rule.errata):
        yield Piece("erratum", index, (f"erratum {quote(erratum.text)}",))


def _advice(advice: tree.Advice) -> str:
    text = _advised(advice)
    if advice.to is not None:
        text += f" to {advice.to if isinstance(advice.to, tree.Identifier) else print_quantity(advice.to)}"
    return text if advice.text is None else f"{text} {quote(advice.text.text)}"


def _advised(advice: tree.Advice | tree.ExpectAdvice) -> str:
    words = [advice.kind, "against" if advice.against else None, advice.action, str(advice.target)]
    return " ".join(word for word in words if word is not None)


# ---- examples -------------------------------------------------------------------------------------------------------


def _example(example: tree.Example) -> Iterator[Piece]:
    head = f"example {quote(example.name.text)}"
    yield _head(head) if example.on is None else _head(head, f"{INDENT}on {example.on.text}")
    for index, setting in enumerate(example.settings):
        yield Piece("setting", index, (f"with {setting.parameter} = {print_parameter_value(setting.value)}",))
    for index, given in enumerate(example.givens):
        yield Piece("given", index, (_given(given),), joined="given")
    for index, expectation in enumerate(example.expects):
        # rules of one outcome share a clause
        sort = str(expectation.truth) if isinstance(expectation, tree.ExpectTruth) else None
        yield Piece("expect", index, (_expectation(expectation),), joined="expect", sort=sort)


def _given(given: tree.Given) -> str:
    return ", ".join(_given_value(given.fact, value, index == 0) for index, value in enumerate(given.values))


def _given_value(fact: tree.Identifier, given: tree.GivenValue, first: bool) -> str:
    value = given.value
    match value:
        case True | False | None:
            text = {True: str(fact), False: f"not {fact}", None: f"unknown {fact}"}[value]
        case tree.Identifier():
            text = f"{fact} {value}"
        case _:
            written = print_expression(value)
            if given.comparator is not None:
                written = f"{given.comparator}{written}"
            text = f"{fact} {written}" if first else written
    if given.when is not None:
        if given.when.ago is not None:
            text += f" {print_quantity(given.when.ago)} ago"
        else:
            text += f" on {given.when.on}"
    return f"{text} attested" if given.attested else text


def _expectation(expectation: tree.Expectation) -> str:
    match expectation:
        case tree.ExpectTruth(name, truth):
            return {True: str(name), False: f"not {name}", None: f"unknown {name}"}[truth]
        case tree.ExpectValue(name, value):
            return f"{name} {print_quantity(value)}"
        case tree.ExpectUndecided(name, needs):
            text = f"undecided {'scope' if name is None else name}"
            if needs is None:
                return text
            only = "only " if needs.only else ""
            return f"{text} needs {only}{', '.join(str(fact) for fact in needs.facts)}"
        case tree.ExpectOverridden(name, by):
            return f"overridden {name}" if by is None else f"overridden {name} by {by}"
        case tree.ExpectAdvice():
            return ("not " if expectation.negated else "") + _advised(expectation)
        case tree.ExpectScope(applies):
            return "in scope" if applies else "not for this patient"
        case tree.ExpectConflict(target):
            return "no conflict" if target is None else f"conflict {target}"
        case tree.ExpectStack(direction, quantity):
            return "no stack" if direction is None else f"stack {direction} {quantity}"
