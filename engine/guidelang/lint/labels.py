"""Codes and labels that do not belong together (G925)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from guidelang.diagnostics import Report
from guidelang.lint.confirmed import concepts, confirmed
from guidelang.model import Guideline
from guidelang.syntax import tree
from guidelang.terminology import Code, system_uri


def check_labels(guideline: Guideline, report: Report) -> None:
    """G925: a label that names the concept of another confirmed code.

    A code without a label of its own has that of its quantity or choice. Labels that name nothing known are left alone.
    """
    for ref, label in _labelled(guideline):
        uri = guideline.symbols.systems.get(ref.system) or system_uri(ref.system)
        concept = confirmed(Code(uri or ref.system, ref.code))
        named = None if concept is None else _named(label)
        if concept is not None and named is not None and named != concept.name:
            report.warning(
                "G925",
                f"{ref.system} {ref.code} is {concept.name}, and `{label}` names {named}",
                ref.span,
                suggestion=_right_code(ref, named) or "look the code up, and mend the code or the label",
            )


def _labelled(guideline: Guideline) -> Iterator[tuple[tree.CodeRef, str]]:
    for file in guideline.files:
        for statement in file.statements:
            match statement:
                case tree.Codes():
                    items = (*statement.codes, *statement.excepted)
                    refs = tuple(item for item in items if isinstance(item, tree.CodeRef))
                case tree.Intervention():
                    refs = statement.codes
                case tree.Parameter(value=tree.CodeLiteral(codes)):
                    refs = codes
                case tree.Fact():
                    yield from _of_fact(statement)
                    continue
                case _:
                    continue
            yield from ((ref, ref.label) for ref in refs if ref.label is not None)


def _of_fact(fact: tree.Fact) -> Iterator[tuple[tree.CodeRef, str]]:
    is_quantity = isinstance(fact.type, tree.QuantityType)
    whole = (fact.label or fact.name.name.replace("_", " ")) if is_quantity else None
    readings = [reading for reading in fact.readings if isinstance(reading, tree.FromRecord)]
    labelled = [(item, whole) for reading in readings for item in reading.codes if isinstance(item, tree.CodeRef)]
    if isinstance(fact.type, tree.ChoiceType):
        labelled += [(ref, choice.label) for choice in fact.type.choices for ref in choice.codes]
    for ref, around in labelled:
        label = ref.label or around
        if label is not None:
            yield ref, label


def _named(label: str) -> str | None:
    """The concept that a label names: that of the longest of the known terms in it; None if two are as long."""
    text = " ".join(label.lower().split())
    found = {(len(term), name) for term, name in _terms() if re.search(rf"\b{re.escape(term)}", text)}
    longest = [name for length, name in found if length == max(found)[0]]
    return longest[0] if len(longest) == 1 else None


@cache
def _terms() -> frozenset[tuple[str, str]]:
    return frozenset((term, concept.name) for concept in concepts().values() for term in concept.terms)


def _right_code(ref: tree.CodeRef, named: str) -> str | None:
    uri = system_uri(ref.system)
    codes = sorted(code.code for code, concept in concepts().items() if concept.name == named and code.system == uri)
    return f"the code of {named} is {ref.system} {' or '.join(codes)}" if codes else None
