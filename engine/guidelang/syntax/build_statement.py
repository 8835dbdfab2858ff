"""From lark's parse tree to the syntax tree: statements and their clauses."""

from __future__ import annotations

import re
from collections.abc import Callable

from lark import Token

from guidelang.diagnostics import Report
from guidelang.source import Source, Span
from guidelang.syntax import tree
from guidelang.syntax.build_expression import Branch, Child, as_branch, as_token, fixed, optional_fixed
from guidelang.syntax.build_fact import clauses, maybe, only_word
from guidelang.syntax.build_score import ScoreBuilder

_UP_TO_A_RULE = re.compile(r"(?:\s|#[^\n]*)*\n[ \t]*(?=rule\b)")


class StatementBuilder(ScoreBuilder):
    """Builds statements, and notes where each clause stands."""

    def __init__(self, source: Source, report: Report) -> None:
        super().__init__(source, report)
        self.statements: list[tree.Statement] = []

    def add(self, branch: Branch) -> None:
        """Builds one statement and keeps it."""
        self.begin_clauses(len(self.statements))
        method: Callable[[Branch], tree.Statement] = getattr(self, str(branch.data))
        self.statements.append(method(branch))

    # ---- head of a file ---------------------------------------------------------------------------------------------

    def guideline(self, branch: Branch) -> tree.Guideline:
        head = self.header(branch)
        return tree.Guideline(
            head.name,
            head.version,
            head.title,
            head.effective,
            head.retired,
            head.sources,
            maybe(self.one(branch, "applies_to"), self.only_expression),
            span=head.span,
        )

    def vocabulary(self, branch: Branch) -> tree.Vocabulary:
        if (scope := self.one(branch, "applies_to")) is not None:
            self.report.error(
                "G114",
                "a vocabulary has no `applies to`",
                self.span(scope),
                suggestion="say it in the guideline that uses the vocabulary",
            )
        return self.header(branch)

    def header(self, branch: Branch) -> tree.Vocabulary:
        """What the heads of guidelines and vocabularies share."""
        name, version = self.head(branch).children
        self.check_clauses(branch)
        return tree.Vocabulary(
            self.identifier(name),
            str(version),
            maybe(self.one(branch, "title"), lambda clause: self.text(clause.children[0])),
            maybe(self.one(branch, "effective"), self.date),
            maybe(self.one(branch, "retired"), self.date),
            tuple(
                tree.SourceDocument(
                    self.identifier(source.children[0]), self.unquoted(source.children[1]), span=self.span(source)
                )
                for source in clauses(branch, "source")
            ),
            span=self.span(branch),
        )

    def only_expression(self, branch: Branch) -> tree.Expression:
        return self.expression(branch.children[0])

    def part(self, branch: Branch) -> tree.Part:
        self.clause("head", branch)
        return tree.Part(self.identifier(branch.children[0]), span=self.span(branch))

    def use(self, branch: Branch) -> tree.Use:
        self.clause("head", branch)
        name, version = branch.children
        return tree.Use(self.identifier(name), optional_fixed(version), span=self.span(branch))

    def system(self, branch: Branch) -> tree.System:
        self.clause("head", branch)
        name, uri = branch.children
        return tree.System(self.identifier(name), self.unquoted(uri), span=self.span(branch))

    # ---- names that other statements use ----------------------------------------------------------------------------

    def parameter(self, branch: Branch) -> tree.Parameter:
        name, label, value = self.head(branch).children
        self.check_clauses(branch)
        return tree.Parameter(
            self.identifier(name),
            self.optional_label(label),
            self.parameter_value(value),
            self.plausible(branch),
            self.cites(branch),
            span=self.span(branch),
        )

    def codes(self, branch: Branch) -> tree.Codes:
        name, label = self.head(branch).children
        entries: list[Branch] = []
        excepted: list[tree.CodeItem] = []
        for entry in map(as_branch, branch.children[1:]):
            if entry.data == "except_codes":
                for item in entry.children:
                    self.clause("except", as_branch(item))
                excepted += self.listed(entry.children)
            else:
                entries += map(as_branch, entry.children) if entry.data == "from_value_sets" else [entry]
        for entry in entries:
            self.clause("code", entry)
        return tree.Codes(
            self.identifier(name),
            self.optional_label(label),
            self.listed(entries),
            tuple(excepted),
            span=self.span(branch),
        )

    def intervention(self, branch: Branch) -> tree.Intervention:
        name, label, codes = self.head(branch).children
        self.check_clauses(branch)
        return tree.Intervention(
            self.identifier(name),
            self.optional_label(label),
            () if codes is None else self.code_list(as_branch(codes).children),
            self.effects(branch),
            span=self.span(branch),
        )

    # ---- derived facts and rules ------------------------------------------------------------------------------------

    def define(self, branch: Branch) -> tree.Define:
        name, label, value = self.head(branch).children
        return tree.Define(
            self.identifier(name),
            self.optional_label(label),
            self.expression(value),
            tuple(self.with_unit(as_branch(child)) for units in clauses(branch) for child in units.children),
            span=self.span(branch),
        )

    def with_unit(self, branch: Branch) -> tree.WithUnit:
        self.clause("with_unit", branch)
        name, unit = branch.children
        result = as_token(name).type == "RESULT"
        return tree.WithUnit(None if result else self.identifier(name), str(unit), span=self.span(branch))

    def rule(self, branch: Branch) -> tree.Rule:
        name, label = self.head(branch).children
        self.check_clauses(branch)
        self.check_rule(str(name), branch)
        return tree.Rule(
            self.identifier(name),
            self.optional_label(label),
            maybe(self.one(branch, "when"), self.only_expression),
            tuple(self.only_expression(unless) for unless in clauses(branch, "unless")),
            tuple(self.advice(advice) for advice in clauses(branch, "advice")),
            tuple(self.identifier(conclude.children[0]) for conclude in clauses(branch, "conclude")),
            self.overrides(branch),
            maybe(self.one(branch, "strength"), only_word),
            maybe(self.one(branch, "certainty"), only_word),
            maybe(self.one(branch, "grade"), lambda clause: self.locator(clause.children[0])),
            maybe(self.one(branch, "urgency"), only_word),
            tuple(self.text(caution.children[0]) for caution in clauses(branch, "caution")),
            self.cites(branch),
            tuple(self.evidence(evidence) for evidence in clauses(branch, "evidence")),
            tuple(
                tree.Erratum(self.unquoted(erratum.children[0]), span=self.span(erratum))
                for erratum in clauses(branch, "erratum")
            ),
            span=self.span(branch),
        )

    def invariant(self, branch: Branch) -> tree.Invariant:
        label, claim = self.head(branch).children
        self.check_clauses(branch)
        kind, claimed = as_branch(claim).children
        return tree.Invariant(
            None if label is None else self.text(label),
            fixed(kind),
            self.claimed(claimed),
            maybe(self.one(branch, "when"), self.only_expression),
            span=self.span(branch),
        )

    def claimed(self, child: Child) -> tree.Claimed:
        if isinstance(child, Token):
            return tree.SomeAdvice(span=self.span(child))
        branch = as_branch(child)
        if branch.data == "claimed_scope":
            return tree.ClaimedScope(span=self.span(branch))
        if branch.data != "claimed_advice":
            return self.expression(branch)
        kind, against, action, target = branch.children
        self.check_action(branch)
        return tree.ClaimedAdvice(
            fixed(kind), against is not None, optional_fixed(action), self.identifier(target), span=self.span(branch)
        )

    def check_rule(self, name: str, branch: Branch) -> None:
        head = self.span(as_branch(branch.children[0]))
        if self.one(branch, "when") is None:
            self.report.error(
                "G112",
                f"rule `{name}` has no `when`",
                head,
                expected="`when` and a condition",
                suggestion="add a `when`",
            )
        if next(clauses(branch, "advice", "conclude"), None) is None:
            self.report.error(
                "G112",
                f"rule `{name}` says nothing",
                head,
                expected="`recommend`, `suggest` or `conclude`",
                suggestion="no rule stands inside of another: ask for both conditions in one rule, with `and`"
                if self._rule_follows_inside(head, self.span(branch).end)
                else "say what follows, e.g. `recommend measure pth`",
            )

    def _rule_follows_inside(self, head: Span, end: int) -> bool:
        """Whether the next statement is a rule that is indented more than this one."""
        found = _UP_TO_A_RULE.match(self.source.text, end)
        return found is not None and self.source.column_of(found.end()) > head.column

    def overrides(self, branch: Branch) -> tuple[tree.Identifier, ...]:
        found: list[tree.Identifier] = []
        for overrides in clauses(branch, "overrides"):
            for child in overrides.children:
                found.append(self.identifier(child))
                self.clause("override", as_token(child))
        return tuple(found)

    def advice(self, branch: Branch) -> tree.Advice:
        kind, against, action, target, to, text = branch.children
        self.check_action(branch)
        return tree.Advice(
            fixed(kind),
            against is not None,
            optional_fixed(action),
            self.identifier(target),
            None if to is None else self.aim(as_branch(to)),
            None if text is None else self.text(text),
            span=self.span(branch),
        )

    def check_action(self, branch: Branch) -> None:
        kind, against, action, target = branch.children[:4]
        if action is None and against is None:
            self.report.error(
                "G112",
                f"`{kind} {target}` lacks an action",
                self.span(branch),
                expected="an action such as `start`, `stop`, `reduce` or `measure`",
                suggestion=f"say what to do with it, e.g. `{kind} start {target}` or `{kind} measure {target}`",
            )

    def evidence(self, branch: Branch) -> tree.Evidence:
        source, locator, text = branch.children
        return tree.Evidence(
            self.identifier(source), self.locator(locator), self.unquoted(text), span=self.span(branch)
        )
