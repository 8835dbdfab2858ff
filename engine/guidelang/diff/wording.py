"""Words for what sentences about changes are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guidelang.diff.edition import Edition
from guidelang.syntax import print_expression, tree
from guidelang.syntax.print_example import advised
from guidelang.syntax.print_expression import print_item, print_quantity, quote

_NUMBERS: dict[tree.Comparator, str] = {
    ">": "above", ">=": "at or above", "<": "below", "<=": "at or below", "=": "exactly", "!=": "other than",
}  # fmt: skip
_DAYS: dict[tree.Comparator, str] = {
    ">": "after", ">=": "on or after", "<": "before", "<=": "on or before", "=": "on", "!=": "not on",
}  # fmt: skip
_DOING: dict[tree.ActionWord, str] = {
    "start": "starting", "stop": "stopping", "continue": "continuing", "switch": "switching",
    "increase": "increasing", "reduce": "reducing", "measure": "measuring", "order": "ordering",
    "refer": "referring to", "discuss": "discussing", "educate": "education on",
}  # fmt: skip
MOST = 3
"""How many names a sentence lists before it counts the others."""


def code(expression: tree.Expression) -> str:
    """A piece of the language in backquotes."""
    return f"`{print_expression(expression)}`"


def limit(operator: tree.Comparator, bound: tree.Expression, edition: Edition, *, name: bool = True) -> str:
    """What a value is held against: "at or above 5.5 mg/dL (phosphorus_ceiling)", named if that says something."""
    dated = isinstance(bound, tree.DateLiteral | tree.Today | tree.EndOf)
    return f"{(_DAYS if dated else _NUMBERS)[operator]} {valued(bound, edition, name=name)}"


def valued(value: tree.Expression, edition: Edition, *, name: bool = True) -> str:
    """A value; of a parameter, its value and its name."""
    if isinstance(value, tree.Name) and value.name in edition.model.symbols.parameters:
        text_ = edition.model.symbols.parameters[value.name].text
        return f"{text_} ({value.name})" if name else text_
    return print_expression(value)


def doing(advice: tree.Advice) -> str:
    """What a piece of advice is about: "starting cinacalcet", "not starting warfarin"."""
    words = f"{_DOING[advice.action or 'start']} {advice.target}"
    return f"not {words}" if advice.against else words


def said(advice: tree.Advice) -> str:
    """A piece of advice as the language has it, without its text."""
    to = "" if advice.to is None else f" to {_to(advice.to)}"
    return f"{advised(advice)}{to}"


def _to(to: tree.Identifier | tree.Quantity) -> str:
    return to.name if isinstance(to, tree.Identifier) else print_quantity(to)


def cited(cite: tree.Cite | tree.Evidence) -> str:
    return f"{cite.source} {cite.locator}"


def items(codes: Iterable[tree.CodeItem]) -> str:
    """Codes in a row; of many, the first and how many more there are."""
    return some([f"`{print_item(each)}`" for each in codes], 8)


def some(names: Sequence[str], most: int = MOST) -> str:
    """Names in a row: `a`, `a and b`, `a, b, c and 4 more`."""
    told = list(names[:most]) if len(names) > most + 1 else list(names)
    more = len(names) - len(told)
    if more:
        told.append(f"{more} more")
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def text(words: str) -> str:
    """A text of the guideline in quotation marks."""
    return quote(words)


def becomes(what: str, old: str, new: str) -> str:
    return f"{what} {old} becomes {new}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
