"""From lark's parse tree to the syntax tree: event phrases and the forms that take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from lark import Tree

from guidelang.syntax import tree
from guidelang.syntax.build_expression import (
    Branch,
    Child,
    ExpressionBuilder,
    as_branch,
    as_token,
    comparator,
    fixed,
    optional_fixed,
)

_Quantifier: TypeAlias = Literal["any", "every", "at least"]
_Test: TypeAlias = tree.Compare | tree.Between | tree.IsOneOf


class EventBuilder(ExpressionBuilder):
    """Builds what is asked of events over time."""

    # ---- forms ------------------------------------------------------------------------------------------------------

    def happened(self, branch: Branch) -> tree.Happened:
        fact, *phrases = branch.children
        return tree.Happened(self.identifier(fact), self.phrases(phrases), span=self.span(branch))

    def any_event(self, branch: Branch) -> tree.Quantified:
        return self._quantified("any", None, branch.children, branch)

    def every_event(self, branch: Branch) -> tree.Quantified:
        return self._quantified("every", None, branch.children, branch)

    def events_at_least(self, branch: Branch) -> tree.Quantified:
        count, *rest, different_days = branch.children
        return self._quantified("at least", count, rest, branch, different_days is not None)

    def _quantified(
        self,
        quantifier: _Quantifier,
        count: Child,
        children: Sequence[Child],
        branch: Branch,
        different_days: bool = False,
    ) -> tree.Quantified:
        fact, *phrases = children
        name = self.identifier(fact)
        tested = phrases and as_branch(phrases[0]).data not in _PHRASES
        test = phrases.pop(0) if tested else None
        return tree.Quantified(
            quantifier,
            name,
            None if test is None else self._test(name, as_branch(test)),
            self.phrases(phrases),
            None if count is None else self.whole_number(count),
            different_days,
            span=self.span(branch),
        )

    def _test(self, fact: tree.Identifier, branch: Branch) -> _Test:
        subject = tree.Name(fact.name, span=fact.span)
        span = fact.span.to(self.span(branch))
        if branch.data == "event_compare":
            operator, right = branch.children
            return tree.Compare(comparator(operator), subject, self.expression(right), span=span)
        if branch.data == "event_between":
            return tree.Between(subject, *self.expressions(branch.children), span=span)
        chosen = tuple(self.one_value(as_branch(value)) for value in branch.children)
        return tree.IsOneOf(subject, chosen, branch.data == "event_is_not", span=span)

    def lasting(self, branch: Branch) -> tree.Lasting:
        left, operator, right, duration = branch.children
        span = self.span(as_branch(left)).to(self.span(as_branch(right)))
        test = tree.Compare(comparator(operator), self.expression(left), self.expression(right), span=span)
        return tree.Lasting(test, self.duration(as_branch(duration)), span=self.span(branch))

    def lasting_choice(self, branch: Branch) -> tree.Lasting:
        subject, value, duration = branch.children
        span = self.span(as_branch(subject)).to(self.span(as_branch(value)))
        test = tree.IsOneOf(self.expression(subject), (self.one_value(as_branch(value)),), span=span)
        return tree.Lasting(test, self.duration(as_branch(duration)), span=self.span(branch))

    def unquantified(self, branch: Branch) -> tree.Expression:
        """A comparison with a time, of which it is not said whether one event is meant or all of them."""
        phrases = [child for child in branch.children if isinstance(child, Tree) and child.data in _PHRASES]
        first, last = as_branch(phrases[0]), as_branch(phrases[-1])
        subject = as_branch(branch.children[0])
        of, when = self.span(subject), self.span(first).to(self.span(last))
        test = " ".join(self.source.text[of.end : when.start].split())
        fact, time = " ".join(of.text.split()), " ".join(when.text.split())
        expected: str | None = None
        if subject.data == "name":
            message = f"`{time}` does not say which results of `{fact}` are meant"
            expected = (
                "`any`, `every`, `at least 2`, `last 2` or `latest` before the fact; or no time at all: how long its "
                "current value counts is said where the fact is declared"
            )
            suggestion = (
                f"for the newest, write `latest {fact} {time} {test}`; if one is enough, `any {fact} {test} {time}`"
            )
        elif subject.data in _AGGREGATES:
            message, suggestion = f"`{time}` stands behind the fact that it is about", f"write `{fact} {time} {test}`"
        else:
            message = f"`{time}` does not say which results are meant"
            suggestion = f"give each fact its time, e.g. `latest F {time}`"
        self.report.error("G310", message, when, expected=expected, suggestion=suggestion)
        return self._comparison([child for child in branch.children if child not in phrases], branch)

    def _comparison(self, children: Sequence[Child], branch: Branch) -> tree.Expression:
        """The comparison that stands before the phrases."""
        subject, *rest = children
        if as_branch(rest[-1]).data == "one_value":
            return tree.IsOneOf(
                self.expression(subject), (self.one_value(as_branch(rest[-1])),), span=self.span(branch)
            )
        if len(rest) == 2 and isinstance(rest[0], Tree):
            return tree.Between(*self.expressions(children), span=self.span(branch))
        operator, right = rest
        return tree.Compare(
            comparator(operator), self.expression(subject), self.expression(right), span=self.span(branch)
        )

    # ---- aggregates -------------------------------------------------------------------------------------------------

    def last_n(self, branch: Branch) -> tree.LastN:
        count, fact, *phrases, operator, right = branch.children
        return tree.LastN(
            self.whole_number(count),
            self.identifier(fact),
            self.phrases(phrases),
            comparator(operator),
            self.expression(right),
            span=self.span(branch),
        )

    def aggregate(self, branch: Branch) -> tree.Aggregate:
        how, fact, *phrases = branch.children
        return tree.Aggregate(fixed(how), self.identifier(fact), self.phrases(phrases), span=self.span(branch))

    def count(self, branch: Branch) -> tree.Aggregate:
        fact, *phrases = branch.children
        return tree.Aggregate("count", self.identifier(fact), self.phrases(phrases), span=self.span(branch))

    def sum_of(self, branch: Branch) -> tree.Aggregate:
        _, fact, *phrases = branch.children
        return tree.Aggregate("sum", self.identifier(fact), self.phrases(phrases), span=self.span(branch))

    def covered_days(self, branch: Branch) -> tree.Aggregate:
        _, fact, *phrases = branch.children
        return tree.Aggregate("covered days", self.identifier(fact), self.phrases(phrases), span=self.span(branch))

    def change(self, branch: Branch) -> tree.Change:
        fact, over = branch.children
        return tree.Change(self.identifier(fact), self.duration(as_branch(over)), span=self.span(branch))

    # ---- phrases ----------------------------------------------------------------------------------------------------

    def phrases(self, children: Sequence[Child]) -> tuple[tree.Phrase, ...]:
        return tuple(self._phrase(as_branch(child)) for child in children)

    def _phrase(self, branch: Branch, negated: bool = False) -> tree.Phrase:
        span = self.span(branch)
        match branch.data:
            case "within_phrase":
                edge, duration = branch.children
                return tree.Within(self.duration(as_branch(duration)), optional_fixed(edge), span=span)
            case "ago_phrase":
                edge, nearest, unit, farthest, far_unit = branch.children
                return tree.Ago(
                    self.signed_quantity(None, nearest, unit),
                    self.signed_quantity(None, farthest, far_unit),
                    optional_fixed(edge),
                    span=span,
                )
            case "since_phrase":
                edge, day = branch.children
                return tree.Since(self.expression(day), optional_fixed(edge), span=span)
            case "beside" | "tested_beside":
                edge, how, *anchor = branch.children
                to, test = self._anchor(anchor)
                return tree.Beside(fixed(how), to, optional_fixed(edge), negated=negated, test=test, span=span)
            case "near" | "tested_near":
                edge, duration, how, *anchor = branch.children
                to, test = self._anchor(anchor)
                far = self.duration(as_branch(duration))
                return tree.Beside(fixed(how), to, optional_fixed(edge), None, far, negated, test, span=span)
            case "between_days" | "tested_between":
                edge, nearest, unit, farthest, far_unit, how, *anchor = branch.children
                to, test = self._anchor(anchor)
                return tree.Beside(
                    fixed(how),
                    to,
                    optional_fixed(edge),
                    self.signed_quantity(None, nearest, unit),
                    self.signed_quantity(None, farthest, far_unit),
                    negated,
                    test,
                    span=span,
                )
            case "not_beside" | "tested_not":
                return self._phrase(as_branch(branch.children[0]), negated=True)
            case "on_day":
                day, fact, *rest = (child for child in branch.children if child is not None)
                name = self.identifier(fact)
                tested = rest and as_branch(rest[0]).data not in _PHRASES
                test = self._test(name, as_branch(rest.pop(0))) if tested else None
                last = as_token(day).split()[2] == "last"
                return tree.OnDay("last" if last else "first", name, test, self.phrases(rest), span=span)
            case "tested_together":
                how, tested_fact = branch.children
                name, test = self._tested(as_branch(tested_fact))
                return tree.Together(_TOGETHER[as_token(how).type], name, negated, test, span=span)
            case _:
                how, fact = branch.children
                return tree.Together(_TOGETHER[as_token(how).type], self.identifier(fact), negated, span=span)

    def _anchor(self, children: Sequence[Child]) -> tuple[tree.Expression, _Test | None]:
        """What a phrase holds an event against, and what is asked of the value of that."""
        first, *rest = (as_branch(child) for child in children if child is not None)
        if rest:
            span = self.span(first).to(self.span(rest[0]))
            return tree.Period(self.expression(first), self.expression(rest[0]), span=span), None
        if first.data in ("start_of_any", "end_of_any"):
            fact = self.identifier(first.children[0])
            end: Literal["start", "end"] = "start" if first.data == "start_of_any" else "end"
            return tree.EndOf(end, tree.Name(fact.name, span=fact.span), span=self.span(first)), None
        if first.data != "tested":
            return self.expression(first), None
        fact, test = self._tested(first)
        return tree.Name(fact.name, span=fact.span), test

    def _tested(self, branch: Branch) -> tuple[tree.Identifier, _Test]:
        fact = self.identifier(branch.children[0])
        return fact, self._test(fact, as_branch(branch.children[1]))


_AGGREGATES = frozenset(("aggregate", "count", "sum_of", "covered_days"))
_TOGETHER: dict[str, Literal["encounter", "practitioner", "day", "reading"]] = {
    "SAME_ENCOUNTER": "encounter",
    "SAME_PRACTITIONER": "practitioner",
    "ON_A_DAY": "day",
    "TOGETHER_WITH": "reading",
}

_PHRASES = frozenset(
    ("within_phrase", "ago_phrase", "since_phrase", "beside", "near", "between_days", "not_beside", "together",
     "on_day", "tested_beside", "tested_near", "tested_between", "tested_not", "tested_together")
)  # fmt: skip
