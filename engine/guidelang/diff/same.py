"""Whether two pieces of text say the same, name for name: layout, order of operands and the like left aside.

This is about text, not about meaning: `phosphorus > 5.5 mg/dL` and `not phosphorus <= 5.5 mg/dL` differ. What does not
count is what nobody would call a change: the order of operands, `5 <= x` for `x >= 5`, 5.50 for 5.5, 12 months for a
year, a unit that is left to the other side, and whether a number stands in a rule or in a parameter of that value.
A name is the same if it was paired with the other one (`pairing`): what changed in its declaration is told there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

from guidelang.calendar import DURATION_WORDS
from guidelang.diff.edition import Edition
from guidelang.diff.naming import Names
from guidelang.model.types import MeasureType
from guidelang.quantity import UnitError, conversion, parse_decimal, parse_unit
from guidelang.syntax import tree

T = TypeVar("T")

FLIPPED: dict[tree.Comparator, tree.Comparator] = {
    "<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!=",
}  # fmt: skip
_IN_DAYS_OR_MONTHS = {"day": ("day", 1), "week": ("day", 7), "month": ("month", 1), "year": ("month", 12)}
_UNORDERED = {"min", "max"}


@dataclasses.dataclass(frozen=True)
class Same:
    """Compares pieces of an old edition (left) with pieces of a new one (right)."""

    old: Edition
    new: Edition
    names: Names

    def reversed(self) -> Same:
        return Same(self.new, self.old, self.names.reversed())

    def __call__(self, a: object, b: object) -> bool:
        if isinstance(a, tree.Name) or isinstance(b, tree.Name):
            return self._name(a, b)
        if isinstance(a, tree.Node) and isinstance(b, tree.Node):
            return self._nodes(normal(a, self.old), normal(b, self.new))
        if isinstance(a, tuple) and isinstance(b, tuple):
            return len(a) == len(b) and all(map(self, a, b))
        return a == b

    def but(self, a: tree.Node, b: tree.Node, *ignored: str) -> bool:
        """Whether two nodes of one sort are the same, whatever stands in these fields."""
        return type(a) is type(b) and all(self(getattr(a, f), getattr(b, f)) for f in fields(a) if f not in ignored)

    def unordered(self, a: Sequence[object], b: Sequence[object]) -> bool:
        return len(a) == len(b) and len(matched(a, b, self)) == len(a)

    def _name(self, a: object, b: object) -> bool:
        if isinstance(a, tree.Name) and isinstance(b, tree.Name):
            spaces = (self.names.expression, self.names.rules)  # invariants speak of rules, too
            if any(space.get(a.name) == b.name for space in spaces):
                return True
        left = self._spelled(a, self.old, set(self.names.expression))
        right = self._spelled(b, self.new, set(self.names.expression.values()))
        if left is a and right is b:
            return False
        return self(left, right)

    def _spelled(self, what: object, edition: Edition, paired: set[str]) -> object:
        """What a name stands for: a parameter for its value, a derived fact of one edition alone for its formula."""
        if not isinstance(what, tree.Name):
            return what
        symbols = edition.model.symbols
        if what.name in symbols.parameters:
            return symbols.parameters[what.name].declaration.value
        define = symbols.defines.get(what.name)
        if define is None or define.declaration.units or what.name in paired:
            return what
        value = define.declaration.value
        return what if isinstance(value, tree.ScoreSum | tree.TableLookup) else value

    def _nodes(self, a: tree.Node, b: tree.Node) -> bool:
        if isinstance(a, tree.Name) or isinstance(b, tree.Name):  # what was in parentheses
            return self._name(a, b)
        if type(a) is not type(b):
            return False
        match a, b:
            case tree.Quantity(), tree.Quantity():
                return same_amount(a, b)
            case tree.Identifier(left), tree.Identifier(right):
                return left == right or self.names.any(left, right)
            case tree.And(some), tree.And(others):
                return self.unordered(some, others)
            case tree.Or(some), tree.Or(others):
                return self.unordered(some, others)
            case tree.AtLeast(), tree.AtLeast():
                return a.count == b.count and self.unordered(a.operands, b.operands)
            case tree.Call(left, some), tree.Call(right, others) if left.name in _UNORDERED:
                return left.name == right.name and self.unordered(some, others)
            case tree.Arithmetic("+" | "*" as operator), tree.Arithmetic():
                return operator == b.operator and self.unordered(_terms(a), _terms(b))
            case tree.Compare("=" | "!=" as operator), tree.Compare():
                return operator == b.operator and self.unordered((a.left, a.right), (b.left, b.right))
            case tree.IsOneOf(), tree.IsOneOf():
                return self.but(a, b, "values") and self.unordered(a.values, b.values)
            case tree.CodeRef(), tree.CodeRef():
                return self.code(a, b) and self.but(a, b, "system")
            case tree.ListRef(left), tree.ListRef(right):
                return self.names.lists.get(left, self.names.expression.get(left)) == right
            case tree.FromRecord(), tree.FromRecord():
                words = ("codes", "status", "verification", "intent", "coded", "lengths")
                each = all(self.unordered(getattr(a, field), getattr(b, field)) for field in words)
                return each and self.but(a, b, *words)
            case tree.Plausible(), tree.Plausible():
                ends = zip(_ends(a), _ends(b), strict=True)
                return all(same_amount(left, right) for left, right in ends)
            case (tree.Convert(left), tree.Convert(right)) | (tree.CodeLiteral(left), tree.CodeLiteral(right)):
                return self.unordered(left, right)
            case _:
                return all(self._field(f, getattr(a, f), getattr(b, f)) for f in fields(a))

    def code(self, a: tree.CodeRef, b: tree.CodeRef) -> bool:
        """Whether two codes are one, whatever is said of it."""
        systems = self.names.systems
        return a.code == b.code and systems.get(_word(a.system), _word(a.system)) == _word(b.system)

    def _field(self, name: str, a: object, b: object) -> bool:
        if name in ("phrases", "effects", "codes", "beginnings") and isinstance(a, tuple) and isinstance(b, tuple):
            return self.unordered(a, b)
        return self(a, b)


def fields(node: tree.Node) -> list[str]:
    """The fields of a node that take part in comparisons."""
    return [field.name for field in dataclasses.fields(node) if field.compare]


def normal(node: tree.Node, edition: Edition) -> tree.Node:
    """A condition in the one form in which conditions are compared; its operands are as they were."""
    match node:
        case tree.And() | tree.Or():
            operands = tuple(flat(node, type(node)))
            return dataclasses.replace(node, operands=operands) if len(operands) > 1 else operands[0]
        case tree.Not(tree.Not(operand)):
            return normal(operand, edition)
        case tree.Compare(operator, left, right):
            unit = _met(node, edition)
            left, right = _in_unit(left, unit), _in_unit(right, unit)
            if _is_constant(left, edition) and not _is_constant(right, edition):
                operator, left, right = FLIPPED[operator], right, left
            return dataclasses.replace(node, operator=operator, left=left, right=right)
        case tree.Between(_, low, high):
            unit = _met(node, edition)
            return dataclasses.replace(node, low=_in_unit(low, unit), high=_in_unit(high, unit))
        case _:
            return node


def flat(node: tree.Expression, kind: type[tree.And] | type[tree.Or]) -> list[tree.Expression]:
    """The operands of nested `and` (or `or`) in one row; anything else is the only operand."""
    while isinstance(node, tree.Not) and isinstance(node.operand, tree.Not):
        node = node.operand.operand
    if not isinstance(node, kind):
        return [node]
    return [each for operand in node.operands for each in flat(operand, kind)]


def matched(a: Sequence[T], b: Sequence[T], same: Callable[[T, T], bool]) -> list[tuple[int, int]]:
    """Which of `a` is which of `b`, by index; each at most once."""
    left = list(range(len(b)))
    pairs: list[tuple[int, int]] = []
    for i, item in enumerate(a):
        found = next((j for j in left if same(item, b[j])), None)
        if found is not None:
            left.remove(found)
            pairs.append((i, found))
    return pairs


def same_amount(a: tree.Quantity, b: tree.Quantity) -> bool:
    """Whether two numbers with their units are the same amount; without a unit, the same number."""
    x, y = parse_decimal(a.number), parse_decimal(b.number)
    if a.unit == b.unit:
        return x == y
    if a.unit is None or b.unit is None:
        return False
    if a.unit in DURATION_WORDS and b.unit in DURATION_WORDS:
        return _calendar(x, a.unit) == _calendar(y, b.unit)
    try:
        change = conversion(parse_unit(a.unit), parse_unit(b.unit))
    except UnitError:  # a word for a length of time, of which UCUM knows nothing
        return False
    return change is not None and change(x) == y


def _calendar(count: Fraction, word: str) -> tuple[str, Fraction]:
    unit, each = _IN_DAYS_OR_MONTHS[DURATION_WORDS[word]]
    return unit, count * each


def _ends(range_: tree.Plausible) -> tuple[tree.Quantity, tree.Quantity]:
    low = tree.Quantity(range_.low, range_.unit, span=range_.span)
    return low, tree.Quantity(range_.high, range_.unit, span=range_.span)


def _terms(sum_: tree.Arithmetic) -> list[tree.Expression]:
    """The terms of a sum, or the factors of a product."""
    left = sum_.left
    nested = isinstance(left, tree.Arithmetic) and left.operator == sum_.operator
    return [*(_terms(left) if nested and isinstance(left, tree.Arithmetic) else [left]), sum_.right]


def _met(node: tree.Node, edition: Edition) -> str | None:
    """The unit in which a comparison's operands meet."""
    found = edition.model.meeting.get(id(node))
    return found.unit.code if isinstance(found, MeasureType) and found.unit is not None else None


def _in_unit(operand: tree.Expression, unit: str | None) -> tree.Expression:
    if isinstance(operand, tree.Quantity) and operand.unit is None and unit is not None:
        return dataclasses.replace(operand, unit=unit)
    return operand


def _is_constant(operand: tree.Expression, edition: Edition) -> bool:
    names = (each.name for each in tree.walk(operand) if isinstance(each, tree.Name))
    parameters = edition.model.symbols.parameters
    varying = (tree.Aggregate, tree.TimeSince, tree.Change, tree.Age, tree.Recommended, tree.Today)
    return all(name in parameters for name in names) and not any(isinstance(e, varying) for e in tree.walk(operand))


def _word(system: str) -> str:
    return "SNOMED CT" if system == "SNOMED" else system
