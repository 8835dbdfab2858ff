"""Codes that are left out: of a reading, of a list, of a site's parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.syntax.print_expression import print_code, print_codes, print_item
from guidelang.testing.mutation.change import Change, dropped, one_line


def code_changes(fact: tree.Fact, clauses: Mapping[tuple[str, int], Span]) -> Iterator[Change]:
    """Each code of a reading left out; the reading, where it is its only one and there are others."""
    for index, reading in enumerate(fact.readings):
        if not isinstance(reading, tree.FromRecord):
            continue
        if len(reading.codes) == 1 and len(fact.readings) > 1:
            span = clauses["from_record", index]
            yield dropped("code", span, f"{fact.name}: {one_line(span.text)}")
        yield from _each_left_out(reading.codes, f"{fact.name}: ")
        for coded in reading.coded:
            yield from _each_left_out(coded.codes, f"{fact.name}, {coded.element}: ")


def list_changes(codes: tree.Codes, clauses: Mapping[tuple[str, int], Span]) -> Iterator[Change]:
    """Each line of a list left out."""
    if len(codes.codes) > 1:
        for index, item in enumerate(codes.codes):
            yield dropped("code", clauses["code", index], f"{codes.name}: {print_item(item)}")


def parameter_code_changes(parameter: tree.Parameter, value: tree.CodeLiteral) -> Iterator[Change]:
    """Each code of a site's list left out."""
    yield from _each_left_out(value.codes, f"{parameter.name}: ")


def _each_left_out(codes: Sequence[tree.CodeRef | tree.ListRef], opening: str) -> Iterator[Change]:
    """A run of codes without one of them: written anew, since a code says its system for those after it."""
    if len(codes) < 2:
        return
    whole = codes[0].span.to(codes[-1].span)
    for code in codes:
        rest = ", ".join(print_codes([each for each in codes if each is not code]))
        told = print_code(code) if isinstance(code, tree.CodeRef) else f"in {code.name}"
        yield Change("code", whole, rest, opening + told, "", code.span)
