"""What a node of the network says, in the words of the language."""

from __future__ import annotations

from guidelang.calendar import Duration
from guidelang.network.events import Lasting, Occurs
from guidelang.network.ir import (
    Affine,
    Age,
    Aggregate,
    And,
    Arithmetic,
    AtLeast,
    BeforeEvaluation,
    Certainly,
    Compare,
    ConditionKnown,
    Constant,
    CurrentValue,
    DateConstant,
    DateShift,
    EventDay,
    FactKnown,
    FactStale,
    FirstKnownCondition,
    FirstKnownValue,
    Holds,
    IsOneOf,
    LastN,
    Network,
    NodeId,
    Not,
    Or,
    Round,
    Score,
    Table,
    ValueKnown,
)
from guidelang.trace.event_words import lasting_words, occurs_words, phrase_words

_AGGREGATES = {"count": "count of", "sum": "sum of", "covered_days": "covered days of", "change": "change in"}
_CONNECTIVES = (And, Or, Not, Compare)
_SCOPE = "in scope"  # what the compiler calls the node of `applies to`; a reader wants its condition
_DEEPEST = 6  # words of a deeper condition are cut: a sentence, not a page


class Words:
    """The words of the nodes of one network.

    A node that has a name is called by it; for a comparison the compiler keeps the words of the guideline, and what it
    keeps no words for is printed here from its operands. So is a day that is moved, or a negation, of what has a name:
    the compiler keeps the words in which it met them first, which may not have it.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self.derived_at: dict[NodeId, tuple[str, ...]] = {}
        for name in sorted(network.derived):
            node = network.derived[name].node
            self.derived_at[node] = (*self.derived_at.get(node, ()), name)

    def name(self, node: NodeId) -> str:
        """The name of a derived fact if the node has one, else its words."""
        names = self.derived_at.get(node)
        return names[0] if names else self.spelled(node)

    def spelled(self, node: NodeId) -> str:
        """What the node itself says, even if it has a name."""
        known = self._kept(node)
        names = (*self.derived_at.get(node, ()), *self._network.rules, _SCOPE)
        return known if known is not None and known not in names else self._print(node, 0)

    def _of(self, node: NodeId, depth: int) -> str:
        names = self.derived_at.get(node)
        if names:
            return names[0]
        known = self._kept(node)
        return known if known is not None else self._print(node, depth + 1)

    def _kept(self, node: NodeId) -> str | None:
        """The words that the compiler kept for a node; None where the name of what it is made of says it better."""
        inner = self._network.nodes[node]
        operand = inner.operand if isinstance(inner, Not | DateShift) else None
        while operand is not None and operand not in self.derived_at:
            below = self._network.nodes[operand]
            operand = below.operand if isinstance(below, DateShift) else None
        return self._network.names.get(node) if operand is None else None

    def _within(self, node: NodeId, depth: int, *loose: type) -> str:
        """The words of an operand, in parentheses if its own operator binds less than the one it stands under."""
        words = self._of(node, depth)
        return f"({words})" if node not in self.derived_at and isinstance(self._network.nodes[node], loose) else words

    def _print(self, node_id: NodeId, depth: int) -> str:
        if depth > _DEEPEST:
            return "…"
        node = self._network.nodes[node_id]
        match node:
            case Holds(fact) | CurrentValue(fact):
                return fact
            case Constant():
                return node.parameter or node.text
            case DateConstant():
                return node.parameter or node.text
            case DateShift():
                return f"{self._within(node.operand, depth, Arithmetic)} {node.sign} {node.parameter or node.duration}"
            case BeforeEvaluation(duration=Duration(count=0)):
                return "today"
            case BeforeEvaluation():
                return f"{node.parameter or node.duration} before the evaluation date"
            case Aggregate():
                how = _AGGREGATES.get(node.how, node.how)
                if node.how == "change":
                    return f"{how} {node.fact} over {node.window_parameter or node.window}"
                phrases = phrase_words(node.relations, node.time, lambda day: self._of(day, depth), node.day)
                return f"{how} {node.fact}{_in_window(node.window, node.window_parameter)}{phrases}"
            case EventDay():
                return f"day of {node.fact}"
            case Age():
                when = "" if node.at is None else f" at {self._of(node.at, depth)}"
                return f"age{when}" if node.unit == "year" else f"age{when} in {node.unit}s"
            case Arithmetic():
                return self._arithmetic(node, depth)
            case Round():
                return f"round({self._of(node.operand, depth)}, {node.digits})"
            case Affine():
                return self._of(node.operand, depth)
            case Score(items):
                return f"score of {len(items)} item{'' if len(items) == 1 else 's'}"
            case Table(columns):
                return f"table by {', '.join(self._of(o, depth) for o in columns)}"
            case FirstKnownValue(operands) | FirstKnownCondition(operands):
                return f"first known of ({', '.join(self._of(o, depth) for o in operands)})"
            case Compare():
                return f"{self._of(node.left, depth)} {node.operator} {self._of(node.right, depth)}"
            case IsOneOf():
                subject = self._of(node.subject, depth)
                if len(node.values) == 1:
                    return f"{subject} is {node.values[0]}"
                return f"{subject} is one of ({', '.join(node.values)})"
            case LastN():
                window = _in_window(node.window, node.window_parameter)
                phrases = phrase_words(node.relations, node.time, lambda day: self._of(day, depth), node.day)
                return f"last {node.count} {node.fact}{window}{phrases} {node.operator} {self._of(node.right, depth)}"
            case Occurs():
                return occurs_words(node, lambda operand: self._of(operand, depth))
            case Lasting():
                return lasting_words(node, lambda operand: self._of(operand, depth))
            case FactKnown(fact):
                return f"{fact} is known"
            case FactStale(fact):
                return f"{fact} is stale"
            case ValueKnown(operand) | ConditionKnown(operand):
                return f"{self._within(operand, depth, *_CONNECTIVES, Arithmetic)} is known"
            case Certainly(operand):
                return f"certainly {self._within(operand, depth, And, Or)}"
            case Not(operand):
                return self._negated(operand, depth)
            case And(operands):
                return " and ".join(self._within(o, depth, Or) for o in operands) or "always"
            case Or(operands):
                return " or ".join(self._of(o, depth) for o in operands) or "never"
            case AtLeast():
                return f"at least {node.count} of ({', '.join(self._of(o, depth) for o in node.operands)})"

    def _negated(self, operand: NodeId, depth: int) -> str:
        inner = self._network.nodes[operand]
        if operand not in self.derived_at:
            if isinstance(inner, FactKnown):
                return f"{inner.fact} is missing"
            if isinstance(inner, ValueKnown | ConditionKnown):
                return f"{self._within(inner.operand, depth, *_CONNECTIVES, Arithmetic)} is missing"
        return f"not {self._within(operand, depth, And, Or)}"

    def _arithmetic(self, node: Arithmetic, depth: int) -> str:
        operator = node.operator
        if operator == "negate":
            return f"-{self._within(node.operands[0], depth, Arithmetic)}"
        if operator in ("+", "-", "*", "/", "^"):
            return f" {operator} ".join(self._term(operator, o, depth) for o in node.operands)
        return f"{operator}({', '.join(self._of(o, depth) for o in node.operands)})"

    def _term(self, operator: str, node: NodeId, depth: int) -> str:
        inner = self._network.nodes[node]
        binds = isinstance(inner, Arithmetic) and operator in ("+", "-") and inner.operator in ("*", "/")
        return self._of(node, depth) if binds else self._within(node, depth, Arithmetic)


def _in_window(window: object, parameter: str | None) -> str:
    if parameter is not None:
        return f" within {parameter}"
    return "" if window is None else f" within {window}"
