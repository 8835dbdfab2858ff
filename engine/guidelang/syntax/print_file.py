"""The canonical text of a file: the parser's inverse.

Four blanks before a clause, one clause a line, clauses in one order, the fewest parentheses, one empty line between
statements; runs of one-line statements keep the empty lines of their author. Numbers stand as they were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from guidelang.diagnostics import Report
from guidelang.source import Source
from guidelang.syntax import tree
from guidelang.syntax.grammar import fits
from guidelang.syntax.layout import (
    Comments,
    Piece,
    arrange,
    blank_after,
    blank_before,
    filled,
    head_piece,
    named,
    place_comments,
)
from guidelang.syntax.parse import parse
from guidelang.syntax.print_adapt import led_by, narrow_piece, remove_piece
from guidelang.syntax.print_example import advised, example_pieces
from guidelang.syntax.print_expression import (
    INDENT,
    WIDTH,
    broken,
    print_codes,
    print_item,
    print_parameter_value,
    print_quantity,
    quote,
)
from guidelang.syntax.print_fact import effect_pieces, fact_pieces, plausible_piece
from guidelang.syntax.print_invariant import invariant_pieces
from guidelang.syntax.print_score import score_pieces, table_pieces

_ONE_LINE = (tree.Parameter, tree.Define, tree.Use, tree.System)


def format_source(source: Source, report: Report) -> str | None:
    """The canonical text of a source, or None if it has errors; the report then holds them."""
    own = Report()  # a finding that the report has already would not be told from none
    file = parse(source, own)
    for finding in own.findings:
        report.add(finding)
    return None if own.findings else print_file(file)


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
    if isinstance(statement, tree.LocalChange):
        yield from _items(statement, number, comments)


def _items(change: tree.LocalChange, number: int, comments: Comments) -> Iterator[str]:
    """The items of a change, set in below it; an empty line keeps one of several lines apart from its neighbours."""
    apart = False
    for index, item in enumerate(change.items):
        head, *clauses = (replace(piece, kind=f"{index}.{piece.kind}") for piece in _item_pieces(item))
        several = bool(clauses) or len(head.lines) > 1
        if index and (apart or several):
            yield ""
        apart = several
        yield from arrange([head], number, comments, INDENT, WIDTH)
        yield from arrange(clauses, number, comments, 2 * INDENT, WIDTH)


def _pieces(statement: tree.Statement) -> list[Piece]:
    match statement:
        case tree.Guideline() | tree.Vocabulary():
            return list(_header(statement))
        case tree.Part(of):
            return [head_piece(f"part of {of}")]
        case tree.Use(vocabulary, version):
            return [head_piece(f"use vocabulary {vocabulary}" + (f" version {version}" if version else ""))]
        case tree.System(name, uri):
            return [head_piece(f"system {name} {quote(uri)}")]
        case tree.Parameter():
            return list(_parameter(statement))
        case tree.Codes():
            return list(_codes(statement))
        case tree.Intervention():
            return list(_intervention(statement))
        case tree.Fact():
            return list(fact_pieces(statement))
        case tree.Define():
            return list(_define(statement))
        case tree.Score():
            return [*score_pieces(statement), *_cites(statement.cites)]
        case tree.Table():
            return [*table_pieces(statement), *_cites(statement.cites)]
        case tree.Rule():
            return list(_rule(statement))
        case tree.Invariant():
            return list(invariant_pieces(statement))
        case tree.Example():
            return list(example_pieces(statement))
        case tree.Adapt(base, version):
            return [head_piece(f"adapt {base} version {version}")]
        case tree.LocalChange(name, reason):
            because = [] if reason is None else [Piece("because", 0, (f"because {quote(reason.text)}",))]
            return [head_piece(f"change {quote(name.text)}"), *because]


def _item_pieces(item: tree.ChangeItem) -> list[Piece]:
    match item:
        case tree.SetParameter(parameter):
            return led_by("set", _pieces(parameter))
        case tree.RemoveRules() | tree.RemoveTexts():
            return [remove_piece(item)]
        case tree.Replace(statement):
            return led_by("replace", _pieces(statement))
        case tree.Add(statement):
            return led_by("add", _pieces(statement))
        case tree.Amend():
            return list(_amend(item))
        case tree.Narrow():
            return [narrow_piece(item)]


def _condition(kind: str, index: int, word: str, condition: tree.Expression) -> Piece:
    """A clause that holds a condition, broken before `and` and `or` where it is long."""
    lines = broken(condition, len(INDENT) + len(word) + 1, 2 * len(INDENT))
    return Piece(kind, index, (f"{word} {lines[0]}", *(INDENT + line for line in lines[1:])))


# ---- head of a file, names ------------------------------------------------------------------------------------------


def _header(statement: tree.Guideline | tree.Vocabulary) -> Iterator[Piece]:
    word = "guideline" if isinstance(statement, tree.Guideline) else "vocabulary"
    yield head_piece(f"{word} {statement.name} version {statement.version}")
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
    head = named("parameter", parameter.name, parameter.label) + " ="
    if isinstance(parameter.value, tree.CodeLiteral) and parameter.value.codes:
        yield head_piece(*filled(f"{head} codes", print_codes(parameter.value.codes), "", WIDTH))
    else:
        yield head_piece(f"{head} {print_parameter_value(parameter.value)}")
    yield from plausible_piece(parameter.plausible)
    yield from _cites(parameter.cites)


def _codes(codes: tree.Codes) -> Iterator[Piece]:
    yield head_piece(named("codes", codes.name, codes.label))
    for index, code in enumerate(codes.codes):
        word = "from " if isinstance(code, tree.ValueSetRef) else ""
        yield Piece("code", index, (f"{word}{print_item(code)}",))
    for index, code in enumerate(codes.excepted):
        yield Piece("except", index, (print_item(code),), joined="except")


def _intervention(intervention: tree.Intervention) -> Iterator[Piece]:
    head = named("intervention", intervention.name, intervention.label)
    codes = print_codes(intervention.codes)
    yield head_piece(*(filled(head, codes, "", WIDTH) if codes else [head]))
    yield from effect_pieces(intervention.effects)


def _cites(cites: Sequence[tree.Cite]) -> Iterator[Piece]:
    for index, cite in enumerate(cites):
        text = f"cite {cite.source} {_locator(cite.locator)}"
        yield Piece("cite", index, (text if cite.fingerprint is None else f"{text} fingerprint {cite.fingerprint}",))


def _locator(locator: str) -> str:
    return locator if fits("LOCATOR", locator) else quote(locator)


# ---- derived facts and rules ----------------------------------------------------------------------------------------


def _define(define: tree.Define) -> Iterator[Piece]:
    head = named("define", define.name, define.label) + " ="
    lines = broken(define.value, len(head) + 1, len(INDENT))
    yield head_piece(f"{head} {lines[0]}", *(INDENT + line for line in lines[1:]))
    for index, unit in enumerate(define.units):
        name = "result" if unit.name is None else str(unit.name)
        yield Piece("with_unit", index, (f"{name} in {unit.unit}",), joined="with")


def _rule(rule: tree.Rule) -> Iterator[Piece]:
    yield head_piece(named("rule", rule.name, rule.label))
    if rule.when is not None:
        yield _condition("when", 0, "when", rule.when)
    yield from _exceptions(rule)
    for index, advice in enumerate(rule.advice):
        yield Piece("advice", index, (_advice(advice),))
    for index, conclusion in enumerate(rule.concludes):
        yield Piece("conclude", index, (f"conclude {conclusion}",))
    yield from _stated(rule)
    for index, erratum in enumerate(rule.errata):
        yield Piece("erratum", index, (f"erratum {quote(erratum.text)}",))


def _amend(amend: tree.Amend) -> Iterator[Piece]:
    yield head_piece(f"amend rule {amend.rule}")
    for index, condition in enumerate(amend.only_when):
        yield _condition("only_when", index, "only when", condition)
    yield from _exceptions(amend)
    yield from _stated(amend)


def _exceptions(rule: tree.Rule | tree.Amend) -> Iterator[Piece]:
    for index, unless in enumerate(rule.unless):
        yield _condition("unless", index, "unless", unless)
    for index, other in enumerate(rule.overrides):
        yield Piece("override", index, (str(other),), joined="overrides")


def _stated(rule: tree.Rule | tree.Amend) -> Iterator[Piece]:
    """How strongly a rule is meant, and what it stands on."""
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


def _advice(advice: tree.Advice) -> str:
    text = advised(advice)
    if advice.to is not None:
        text += f" to {advice.to if isinstance(advice.to, tree.Identifier) else print_quantity(advice.to)}"
    return text if advice.text is None else f"{text} {quote(advice.text.text)}"
