"""From lark's parse tree to the syntax tree: examples."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from lark import Token

from guidelang.calendar import parse_moment
from guidelang.diagnostics import Report
from guidelang.source import Source
from guidelang.syntax import tree
from guidelang.syntax.build_events import EventBuilder
from guidelang.syntax.build_expression import (
    Branch,
    Child,
    as_branch,
    as_token,
    fixed,
    optional_fixed,
)


class ExampleBuilder(EventBuilder):
    """Builds examples."""

    def __init__(self, source: Source, report: Report) -> None:
        super().__init__(source, report)
        self.noted: list[tree.Clause] = []
        self.inside = ""  # of a statement inside of another: what stands before the kinds of its clauses
        self._statement = 0
        self._counts: dict[str, int] = {}

    def begin_clauses(self, statement: int) -> None:
        self._statement = statement
        self._counts = {}

    def clause(self, kind: str, part: Branch | Token) -> None:
        """Notes where a clause stands."""
        kind = self.inside + kind
        index = self._counts.get(kind, 0)
        self._counts[kind] = index + 1
        self.noted.append(tree.Clause(self._statement, kind, index, span=self.span(part)))

    def example(self, branch: Branch) -> tree.Example:
        head = as_branch(branch.children[0])
        self.clause("head", head)
        name, day = head.children
        givens: list[tree.Given] = []
        settings: list[tree.Setting] = []
        expects: list[tree.Expectation] = []
        patient: tree.Text | None = None
        for child in branch.children[1:]:
            clause = as_branch(child)
            if clause.data == "givens":
                patient = self.givens(clause, givens, patient)
            elif clause.data == "setting":
                self.clause("setting", clause)
                parameter, value = clause.children
                settings.append(
                    tree.Setting(self.identifier(parameter), self.parameter_value(value), span=self.span(clause))
                )
            else:
                self.expects(clause, expects)
        for given in givens:
            self.clause_at("given", given)
        return tree.Example(
            self.text(name),
            None if day is None else self.day(day),
            tuple(givens),
            tuple(settings),
            tuple(expects),
            patient,
            span=self.span(branch),
        )

    def clause_at(self, kind: str, node: tree.Node) -> None:
        kind = self.inside + kind
        index = self._counts.get(kind, 0)
        self._counts[kind] = index + 1
        self.noted.append(tree.Clause(self._statement, kind, index, span=node.span))

    # ---- given ------------------------------------------------------------------------------------------------------

    def givens(self, branch: Branch, found: list[tree.Given], patient: tree.Text | None) -> tree.Text | None:
        """Adds the facts of one clause. Values of one fact that follow each other become one history.

        Returns:
            The file with a patient, `patient` unless the clause names one.
        """
        continued = False  # a clause begins anew: its first value needs a name
        for child in branch.children:
            given = as_branch(child)
            span = self.span(given)
            if given.data == "given_patient":
                if patient is not None:
                    told = "an example is about one patient"
                    self.report.error("G111", told, span, suggestion="write an example for each of them")
                patient, continued = self.text(given.children[-1]), False
                self.clause_at("patient", patient)
                continue
            if given.data == "given_also":
                if not continued or not found:
                    self.report.error(
                        "G114",
                        f"`{span.text}` has no fact before it",
                        span,
                        expected="the name of a fact and its value, such as `phosphorus 6.1 mg/dL`",
                    )
                    continue
                name, value = found[-1].fact, self.given_value(as_branch(given.children[0]))
            else:
                name = self.identifier(given.children[0])
                value = self.named_value(given)
            continued = True
            if found and found[-1].fact == name:
                last = found[-1]
                found[-1] = replace(last, values=(*last.values, value), span=last.span.to(span))
            else:
                found.append(tree.Given(name, (value,), span=span))
        return patient

    def named_value(self, branch: Branch) -> tree.GivenValue:
        if branch.data == "given_is":
            return self.given_value(as_branch(branch.children[1]))
        truth = {"given_yes": True, "given_no": False, "given_unknown": None}[str(branch.data)]
        _, time, *links = branch.children
        return tree.GivenValue(truth, None, self.time(time), False, *self.links(links), span=self.span(branch))

    def links(self, children: Sequence[Child]) -> list[tree.Identifier | None]:
        """The encounter and the practitioner."""
        return [None if child is None else self.identifier(as_branch(child).children[1]) for child in children]

    def given_value(self, branch: Branch) -> tree.GivenValue:
        span = self.span(branch)
        if branch.data == "measured":
            comparator, minus, number, unit, time, *links, attested = branch.children
            return tree.GivenValue(
                self.signed_quantity(minus, number, unit),
                self.censoring(comparator),
                self.time(time),
                attested is not None,
                *self.links(links),
                span=span,
            )
        written, time, *links = branch.children
        value: tree.DateLiteral | tree.Text | tree.Identifier
        if branch.data == "on_date":
            value = self.day(written)
        elif branch.data == "worded":
            value = self.text(written)
        else:
            value = self.identifier(written)
        return tree.GivenValue(value, None, self.time(time), False, *self.links(links), span=span)

    def censoring(self, child: Child) -> Any:
        """The comparator of a result that a laboratory reports as `<2.0` or `>2500`."""
        if child is None:
            return None
        comparator = {"≥": ">=", "≤": "<="}.get(as_token(child), fixed(child))
        if comparator in ("<", "<=", ">", ">="):
            return comparator
        self.report.error(
            "G113",
            f"a result is not written with `{child}`",
            self.span(as_token(child)),
            expected="the value alone, or `<`, `<=`, `>`, `>=` before it where the laboratory reports it so",
        )
        return None

    def time(self, child: Child) -> tree.When | tree.Course | None:
        if child is None:
            return None
        branch = as_branch(child)
        if branch.data == "from_day":
            begins, ends = branch.children
            return tree.Course(
                self.given_day(as_branch(begins)),
                None if ends is None else self.given_day(as_branch(ends)),
                span=self.span(branch),
            )
        return self.given_day(branch)

    def given_day(self, branch: Branch) -> tree.When:
        if branch.data == "at_time":
            date, clock = (as_token(child) for child in branch.children)
            self.check_day(date)
            self.check_time(date, clock)
            return tree.When(on=str(date), at=str(clock), span=self.span(branch))
        if len(branch.children) == 2:
            number, unit = branch.children
            return tree.When(ago=self.signed_quantity(None, number, unit), span=self.span(branch))
        day = as_token(branch.children[0])
        if day.type == "NUMBER" and not re.fullmatch(r"\d{4}", day):
            self.report.error(
                "G109",
                f"`{day}` is no date",
                self.span(day),
                expected="a date such as 2024-06-01, 2024-06 or 2024, or a time such as `3 days ago`",
            )
        else:
            self.check_day(day)
        return tree.When(on=str(day), span=self.span(branch))

    def check_time(self, day: Token, clock: Token) -> None:
        """Reports a time of day that no clock has, or that is of no single day."""
        try:
            parse_moment(f"{day}T{clock}", dt.UTC)
        except ValueError:
            self.report.error(
                "G109",
                f"`{day} at {clock}` is no time of a day",
                self.span(day).to(self.span(clock)),
                expected="a day and a time such as `2024-05-03 at 08:30`",
            )

    # ---- expect -----------------------------------------------------------------------------------------------------

    def expects(self, branch: Branch, found: list[tree.Expectation]) -> None:
        *expectations, needs = branch.children
        for child in expectations:
            expectation = as_branch(child)
            method: Callable[[Branch], tree.Expectation] = getattr(self, str(expectation.data))
            found.append(method(expectation))
        if needs is not None:
            wanted = as_branch(needs)
            span = self.span(wanted)
            only, *facts = wanted.children
            last = found[-1]
            if isinstance(last, tree.ExpectUndecided):
                names = tuple(self.identifier(fact) for fact in facts)
                found[-1] = replace(last, needs=tree.Needs(names, only is not None, span=span), span=last.span.to(span))
            else:
                self.report.error(
                    "G114",
                    "`needs` belongs to something undecided",
                    span,
                    suggestion="write `expect undecided RULE needs FACT`",
                )
        for node in found[len(found) - len(expectations) :]:
            self.clause_at("expect", node)

    def expect_true(self, branch: Branch) -> tree.ExpectTruth:
        return tree.ExpectTruth(self.identifier(branch.children[0]), True, span=self.span(branch))

    def expect_false(self, branch: Branch) -> tree.ExpectTruth:
        return tree.ExpectTruth(self.identifier(branch.children[0]), False, span=self.span(branch))

    def expect_unknown(self, branch: Branch) -> tree.ExpectTruth:
        name, reason = branch.children
        words = None if reason is None else " ".join(as_token(reason).split())
        return tree.ExpectTruth(self.identifier(name), None, words, span=self.span(branch))

    def expect_value(self, branch: Branch) -> tree.ExpectValue:
        name, *value = branch.children
        return tree.ExpectValue(self.identifier(name), self.signed_quantity(*value), span=self.span(branch))

    def expect_day(self, branch: Branch) -> tree.ExpectValue:
        name, day = branch.children
        return tree.ExpectValue(self.identifier(name), self.date(as_branch(day)), span=self.span(branch))

    def expect_between(self, branch: Branch) -> tree.ExpectBetween:
        name, low_minus, low, high_minus, high, unit = branch.children
        return tree.ExpectBetween(
            self.identifier(name),
            self.signed_quantity(low_minus, low, None),
            self.signed_quantity(high_minus, high, unit),
            span=self.span(branch),
        )

    def expect_word(self, branch: Branch) -> tree.ExpectWord:
        name, value = branch.children
        return tree.ExpectWord(self.identifier(name), self.identifier(value), span=self.span(branch))

    def expect_undecided(self, branch: Branch) -> tree.ExpectUndecided:
        name = as_token(branch.children[0])
        return tree.ExpectUndecided(None if name.type == "SCOPE" else self.identifier(name), span=self.span(branch))

    def expect_overridden(self, branch: Branch) -> tree.ExpectOverridden:
        name, by = branch.children
        return tree.ExpectOverridden(self.identifier(name), self.optional_identifier(by), span=self.span(branch))

    def expect_advice(self, branch: Branch, negated: bool = False) -> tree.ExpectAdvice:
        kind, against, action, target, to, *weights = branch.children
        return tree.ExpectAdvice(
            fixed(kind),
            against is not None,
            optional_fixed(action),
            self.identifier(target),
            negated,
            None if to is None else self.aim(as_branch(to)),
            span=self.span(branch),
            **self.weights(map(as_branch, weights)),
        )

    def weights(self, branches: Iterable[Branch]) -> dict[str, Any]:
        """Strength, certainty, grade and urgency by these names, each once."""
        found: dict[str, Any] = {}
        for branch in branches:
            word, value = str(branch.data), as_token(branch.children[0])
            if word in found:
                self.report.error("G111", f"`{word}` stands twice", self.span(branch), suggestion="keep one of the two")
            elif word == "grade":
                found[word] = self.text(value).text if value.type == "STRING" else str(value)
            else:
                found[word] = " ".join(value.split())
        return found

    def aim(self, branch: Branch) -> tree.Identifier | tree.Quantity:
        """What stands after `to`."""
        child = branch.children[0]
        return self.quantity(child) if not isinstance(child, str) else self.identifier(child)

    def expect_no_advice(self, branch: Branch) -> tree.ExpectAdvice:
        return self.expect_advice(branch, negated=True)

    def expect_in_scope(self, branch: Branch) -> tree.ExpectScope:
        return tree.ExpectScope(True, span=self.span(branch))

    def expect_not_for(self, branch: Branch) -> tree.ExpectScope:
        return tree.ExpectScope(False, span=self.span(branch))

    def expect_conflict(self, branch: Branch) -> tree.ExpectConflict:
        return tree.ExpectConflict(self.identifier(branch.children[0]), span=self.span(branch))

    def expect_no_conflict(self, branch: Branch) -> tree.ExpectConflict:
        return tree.ExpectConflict(None, span=self.span(branch))

    def expect_stack(self, branch: Branch) -> tree.ExpectStack:
        direction, quantity = branch.children
        return tree.ExpectStack(fixed(direction), self.identifier(quantity), span=self.span(branch))

    def expect_no_stack(self, branch: Branch) -> tree.ExpectStack:
        return tree.ExpectStack(None, None, span=self.span(branch))
