"""A network as the solver reads it: a term for each node, made of the terms of a patient's facts.

The truth tables are those of `run.kleene`, the arithmetic that of `run.formulas` and `quantity.Interval`: what holds of
an executor's answer holds of the terms. What a fact may be is said by a space of patients (`prove.every`,
`prove.plain`), and so is everything that a record's history decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from guidelang.network.events import Lasting, Occurs
from guidelang.network.graph import operands_of
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
    Node,
    NodeId,
    Not,
    Or,
    Round,
    Score,
    Table,
    ValueKnown,
)
from guidelang.prove import numbers, tables
from guidelang.prove.smt import Bool, all_of, any_of, at_least, number
from guidelang.prove.terms import Rails, Range, Term, Word, conjunction, decided, disjunction


class Space(Protocol):
    """The patients that a question is about: what their facts may be, and what their histories give."""

    constraints: list[Bool]
    """What holds of every patient of the space, for the facts that were asked for so far."""

    def fact(self, network: Network, name: str) -> Term:
        """The current value of a fact."""

    def stale(self, network: Network, name: str) -> Bool:
        """Whether a fact is unknown because its newest value is too old."""

    def code(self, word: str) -> int:
        """The number that stands for a word."""

    def day(
        self, network: Network, node_id: NodeId, node: BeforeEvaluation | EventDay | DateShift | Age, at: Range | None
    ) -> Range:
        """A day or an age; `at` is what it is counted from, if that is a value of its own."""

    def history(
        self, network: Network, node_id: NodeId, node: Aggregate | LastN | Occurs | Lasting, terms: dict[NodeId, Term]
    ) -> Term:
        """What a history gives; `terms` has the limits and days that the node stands on."""

    def function(self, network: Network, node_id: NodeId, operands: list[Range]) -> Range:
        """Powers, logarithms and exponentials, which are rounded and so no arithmetic of the solver's."""


class Encoding:
    """The terms of one network over one space of patients, made as far as they are asked for."""

    def __init__(self, network: Network, space: Space) -> None:
        self.network = network
        self.space = space
        self._terms: dict[NodeId, Term] = {}

    def condition(self, node_id: NodeId) -> Rails:
        """The rails of a condition."""
        self._make([node_id])
        term = self._terms[node_id]
        assert isinstance(term, Rails)
        return term

    def value(self, node_id: NodeId) -> Range | Word:
        """The term of a value node."""
        self._make([node_id])
        term = self._terms[node_id]
        assert not isinstance(term, Rails)
        return term

    def _make(self, roots: Iterable[NodeId]) -> None:
        """The terms of some nodes and of all below them, operands first, without recursion."""
        pending = [(root, False) for root in roots]
        while pending:
            node_id, ready = pending.pop()
            if node_id in self._terms:
                continue
            node = self.network.nodes[node_id]
            if ready:
                self._terms[node_id] = self._term(node_id, node)
            else:
                pending.append((node_id, True))
                pending.extend((operand, False) for operand in operands_of(node))

    def _term(self, node_id: NodeId, node: Node) -> Term:
        match node:
            case Holds(fact=fact):
                return self.space.fact(self.network, fact)
            case FactKnown(fact=fact):
                return decided(self.space.fact(self.network, fact).known)
            case FactStale(fact=fact):
                return decided(self.space.stale(self.network, fact))
            case Compare():
                return numbers.compared(node.operator, self._range(node.left), self._range(node.right))
            case IsOneOf():
                return self._is_one_of(node)
            case ValueKnown(operand=operand):
                return decided(self._terms[operand].known)
            case Not(operand=operand):
                return self._rails(operand).swapped()
            case And(operands=operands):
                return conjunction([self._rails(operand) for operand in operands])
            case Or(operands=operands):
                return disjunction([self._rails(operand) for operand in operands])
            case AtLeast(count=count, operands=operands):
                each = [self._rails(operand) for operand in operands]
                enough_false = len(each) - count + 1
                return Rails(at_least(count, (r.true for r in each)), at_least(enough_false, (r.false for r in each)))
            case Certainly(operand=operand):
                return decided(self._rails(operand).true)
            case ConditionKnown(operand=operand):
                return decided(self._rails(operand).known)
            case FirstKnownCondition(operands=operands):
                return self._first_known_condition([self._rails(operand) for operand in operands])
            case Lasting() | Occurs() | LastN() | Aggregate():
                return self.space.history(self.network, node_id, node, self._terms)
            case _:
                return self._value_term(node_id, node)

    def _value_term(self, node_id: NodeId, node: Node) -> Range | Word:
        match node:
            case Constant(value=value):
                return numbers.point(number(value))
            case DateConstant(ordinal=ordinal):
                return numbers.point(number(ordinal))
            case CurrentValue(fact=fact):
                term = self.space.fact(self.network, fact)
                assert not isinstance(term, Rails)
                return term
            case BeforeEvaluation() | EventDay() | Age(at=None):
                return self.space.day(self.network, node_id, node, None)
            case DateShift(operand=day) | Age(at=str(day)):
                return self.space.day(self.network, node_id, node, self._range(day))
            case Arithmetic(operator="^" | "ln" | "log10" | "exp"):
                operands = [self._range(operand) for operand in node.operands]
                return self.space.function(self.network, node_id, operands)
            case Arithmetic(operator=operator, operands=operands):
                return numbers.arithmetic(operator, [self._range(operand) for operand in operands])
            case Round(operand=operand, digits=digits):
                return numbers.rounded(self._range(operand), digits)
            case Affine(operand=operand, factor=factor, offset=offset):
                return numbers.scaled(self._range(operand), factor, offset)
            case FirstKnownValue(operands=operands):
                return tables.first_known([self._value(operand) for operand in operands])
            case Score():
                return tables.score(node, self._terms)
            case Table():
                return tables.table(node, self._terms, self.space.code)
            case _:
                raise TypeError(f"{type(node).__name__} is no node that has a term")

    def _rails(self, node_id: NodeId) -> Rails:
        term = self._terms[node_id]
        assert isinstance(term, Rails)
        return term

    def _value(self, node_id: NodeId) -> Range | Word:
        term = self._terms[node_id]
        assert not isinstance(term, Rails)
        return term

    def _range(self, node_id: NodeId) -> Range:
        term = self._terms[node_id]
        assert isinstance(term, Range)
        return term

    def _is_one_of(self, node: IsOneOf) -> Rails:
        subject = self._terms[node.subject]
        assert isinstance(subject, Word)
        among = any_of(subject.code == self.space.code(word) for word in node.values)
        return Rails(all_of((subject.known, among)), all_of((subject.known, decided(among).false)))

    @staticmethod
    def _first_known_condition(operands: list[Rails]) -> Rails:
        rails = Rails(any_of(()), any_of(()))
        for operand in reversed(operands):
            rails = Rails(
                any_of((operand.true, all_of((operand.unknown, rails.true)))),
                any_of((operand.false, all_of((operand.unknown, rails.false)))),
            )
        return rails
