"""Codes whose very form tells that they match nothing: classes of products (G940), and mistyped ones (G941)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guidelang.diagnostics import Report
from guidelang.model import Guideline
from guidelang.syntax import tree
from guidelang.terminology import Code, system_uri
from guidelang.terminology.form import is_mistyped, lone_classes


def check_code_forms(guideline: Guideline, report: Report) -> None:
    """G940 and G941, for every code that a file writes.

    A class that stands beside codes of its own members is left alone: whoever wrote both knows the difference.
    """
    systems = guideline.symbols.systems
    for refs in _lists(guideline):
        codes = {Code(systems.get(ref.system) or system_uri(ref.system) or ref.system, ref.code): ref for ref in refs}
        for code, ref in codes.items():
            if is_mistyped(code):
                report.warning(
                    "G941",
                    f"{ref.system} {ref.code} cannot be a code of {ref.system}: its form or its check digit is wrong",
                    ref.span,
                    suggestion="look it up; a mistyped code matches nothing, or something else",
                )
        for code in lone_classes(codes):
            report.warning(
                "G940",
                f"ATC {code.code} is a class, and codes match exactly: none of its products is found by it",
                codes[code].span,
                suggestion="list the codes that you mean, of seven characters each",
            )


def _lists(guideline: Guideline) -> Iterator[Iterable[tree.CodeRef]]:
    """The codes that are written together."""
    for file in guideline.files:
        for statement in file.statements:
            match statement:
                case tree.Codes() | tree.Intervention():
                    yield [item for item in statement.codes if isinstance(item, tree.CodeRef)]
                case tree.Parameter(value=tree.CodeLiteral(codes)):
                    yield codes
                case tree.Fact():
                    readings = [r for r in statement.readings if isinstance(r, tree.FromRecord)]
                    yield [item for r in readings for item in r.codes if isinstance(item, tree.CodeRef)]
                    if isinstance(statement.type, tree.ChoiceType):
                        for choice in statement.type.choices:
                            yield choice.codes
                case _:
                    pass
