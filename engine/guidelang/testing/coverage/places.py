"""Which condition of the network stands where in the text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from guidelang.model.symbols import DefineSymbol, Guideline
from guidelang.model.types import ConditionType, PeriodType
from guidelang.network.ir import Network, NodeId
from guidelang.network.lower import Lowering
from guidelang.source import Span
from guidelang.syntax import print_expression, tree
from guidelang.testing.coverage.item import Statement


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition that is made of no other one, or named: its node, where it stands, and the words there.

    `expression` is the whole `between` for each of its halves.
    """

    node: NodeId
    span: Span
    words: str
    expression: tree.Expression


@dataclass(slots=True)
class Decision:
    """A rule, a derived fact or the scope with its conditions, each once, in the order of the text.

    Attributes:
        root: the condition that they make: the base of a rule; of a derived fact that is a number or word, its value.
        holds: whether `root` is a condition.
        span: where its name stands.
    """

    statement: Statement
    span: Span
    root: NodeId
    holds: bool
    conditions: dict[NodeId, Placed] = field(default_factory=dict)
    tables: list[tuple[tree.TableLookup, NodeId]] = field(default_factory=list)


def decisions_of(guideline: Guideline, network: Network) -> list[Decision]:
    """All rules, the scope, and the derived facts that the guideline itself defines."""
    placing = _Placing(guideline, network)
    return [*placing.scope(), *placing.defines(), *placing.rules()]


class _Placing(Lowering):
    """Makes the nodes of a guideline once more, and notes where each condition stands."""

    def __init__(self, guideline: Guideline, network: Network) -> None:
        super().__init__(guideline)
        self._network = network
        self._decision: Decision | None = None
        self.applies = {name: rule.applies for name, rule in network.rules.items()}
        self._of_define: dict[str, Decision] = {}

    def scope(self) -> Iterator[Decision]:
        head = self.symbols.head
        if head.applies_to is not None:
            decision = Decision(Statement("scope", "scope"), head.applies_to.span, self._network.scope, True)
            with self._noting(decision):
                self.condition(head.applies_to)
            yield decision

    def defines(self) -> Iterator[Decision]:
        for name in sorted(self.guideline.own_names, key=self._start):
            type_ = self.guideline.define_types[name]
            if not isinstance(type_, PeriodType):
                self.define(self.symbols.defines[name])
                yield self._of_define[name]

    def rules(self) -> Iterator[Decision]:
        for name, rule in self.symbols.rules.items():
            decision = Decision(Statement("rule", name), rule.name.span, self._network.rules[name].base, True)
            with self._noting(decision):
                for expression in (rule.when, *rule.unless):
                    if expression is not None:
                        self.condition(expression)
            yield decision

    def define(self, symbol: DefineSymbol) -> NodeId:
        if symbol.name in self._of_define:
            return super().define(symbol)
        derived = self._network.derived.get(symbol.name)
        node = "" if derived is None else derived.node
        decision = Decision(
            Statement("define", symbol.name),
            symbol.declaration.name.span,
            node,
            derived is not None and derived.type == "yes_no",
        )
        self._of_define[symbol.name] = decision
        with self._noting(decision):
            return super().define(symbol)

    def condition(self, expression: tree.Expression) -> NodeId:
        node = super().condition(expression)
        if self._decision is not None and not self._is_connective(expression):
            placed = Placed(node, expression.span, _words(expression), expression)
            self._decision.conditions.setdefault(node, placed)
        return node

    def value(self, expression: tree.Expression) -> NodeId:
        node = super().value(expression)
        if self._decision is not None and isinstance(expression, tree.TableLookup):
            self._decision.tables.append((expression, node))
        return node

    def _half(self, between: tree.Between, operator: tree.Comparator, bound: tree.Expression) -> NodeId:
        node = super()._half(between, operator, bound)
        if self._decision is not None:
            words = f"{_words(between.subject)} {operator} {_words(bound)}"
            self._decision.conditions.setdefault(node, Placed(node, bound.span, words, between))
        return node

    def _is_connective(self, expression: tree.Expression) -> bool:
        """Whether it is made of conditions that stand in the text themselves."""
        if isinstance(expression, tree.IsState):
            fact = isinstance(expression.subject, tree.Name) and expression.subject.name in self.symbols.facts
            return not fact and isinstance(self.type_of(expression.subject), ConditionType)
        return isinstance(expression, _CONNECTIVES)

    @contextmanager
    def _noting(self, decision: Decision) -> Iterator[None]:
        outer, self._decision = self._decision, decision
        yield
        self._decision = outer

    def _start(self, name: str) -> tuple[str, int]:
        span = self.symbols.defines[name].declaration.name.span
        return span.source.name, span.start


_CONNECTIVES = (tree.And, tree.Or, tree.Not, tree.Certainly, tree.AtLeast, tree.FirstKnown, tree.Between)


def _words(expression: tree.Expression) -> str:
    return " ".join(print_expression(expression).split())
