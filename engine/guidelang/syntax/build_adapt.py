"""From lark's parse tree to the syntax tree: local adaptation.

A change holds whole statements. Their clauses are noted with the number of the item before their kind (`2.when`), so
that each comment finds its clause again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guidelang.syntax import tree
from guidelang.syntax.build_expression import Branch, as_branch, as_token, fixed
from guidelang.syntax.build_fact import clauses, maybe, only_word
from guidelang.syntax.build_statement import StatementBuilder


class AdaptationBuilder(StatementBuilder):
    """Builds all statements."""

    def adapt(self, branch: Branch) -> tree.Adapt:
        self.clause("head", branch)
        name, version = branch.children
        return tree.Adapt(self.identifier(name), str(version), span=self.span(branch))

    def local_change(self, branch: Branch) -> tree.LocalChange:
        head = self.head(branch)
        name = self.text(head.children[0])
        reasons = list(clauses(branch, "because"))
        for reason in reasons:
            self.clause("because", reason)
        for again in reasons[1:]:
            self.twice("because", again, reasons[0], suggestion="keep one of them")
        reason_text = maybe(reasons[0] if reasons else None, lambda clause: self.text(clause.children[0]))
        if not name.text.strip():
            self.lacks(branch, "a change has a name", 'a few words such as `change "No cinacalcet"`')
        if reason_text is None or not reason_text.text.strip():
            self.lacks(
                branch,
                f'the change "{name.text}" does not say why',
                '`because` and the reason, e.g. `because "Not on formulary."`',
            )
        items = [self.item(number, each) for number, each in enumerate(self._items(branch))]
        if not items:
            self.lacks(
                branch,
                f'the change "{name.text}" changes nothing',
                "`set parameter`, `remove rule`, `replace rule`, `amend rule`, `add rule` or `applies only to`",
            )
        return tree.LocalChange(name, reason_text, tuple(items), span=self.span(branch))

    def _items(self, branch: Branch) -> list[Branch]:
        return [each for each in clauses(branch) if each.data != "because"]

    def item(self, number: int, branch: Branch) -> tree.ChangeItem:
        self.inside = f"{number}."
        method: Callable[[Branch], tree.ChangeItem] = getattr(self, str(branch.data))
        built = method(branch)
        self.inside = ""
        return built

    def set_parameter(self, branch: Branch) -> tree.SetParameter:
        return tree.SetParameter(self.parameter(as_branch(branch.children[0])), span=self.span(branch))

    def remove(self, branch: Branch) -> tree.RemoveRules | tree.RemoveTexts:
        self.clause("head", branch)
        removed = as_branch(branch.children[0])
        span = self.span(branch)
        if removed.data == "removed_rules":
            return tree.RemoveRules(tuple(map(self.identifier, removed.children)), span=span)
        sort, *names = (as_token(child) for child in removed.children)
        return tree.RemoveTexts(fixed(sort), tuple(self.text(n) for n in names if n.type == "STRING"), span=span)

    def replace(self, branch: Branch) -> tree.Replace:
        return tree.Replace(self.statement(as_branch(branch.children[-1])), span=self.span(branch))

    def added(self, branch: Branch) -> tree.Add:
        return tree.Add(self.statement(as_branch(branch.children[-1])), span=self.span(branch))

    def statement(self, branch: Branch) -> Any:
        method: Callable[[Branch], tree.Statement] = getattr(self, str(branch.data))
        return method(branch)

    def amend(self, branch: Branch) -> tree.Amend:
        rule = self.head(branch).children[0]
        self.check_clauses(branch)
        if len(branch.children) == 1:
            self.lacks(
                branch,
                f"nothing is amended in rule `{rule}`",
                "`only when`, `unless`, `overrides`, `strength`, `caution` or another clause",
            )
        return tree.Amend(
            self.identifier(rule),
            tuple(self.expression(each.children[-1]) for each in clauses(branch, "only_when")),
            tuple(self.only_expression(each) for each in clauses(branch, "unless")),
            self.overrides(branch),
            maybe(self.one(branch, "strength"), only_word),
            maybe(self.one(branch, "certainty"), only_word),
            maybe(self.one(branch, "grade"), lambda clause: self.locator(clause.children[0])),
            maybe(self.one(branch, "urgency"), only_word),
            tuple(self.text(each.children[0]) for each in clauses(branch, "caution")),
            self.cites(branch),
            tuple(self.evidence(each) for each in clauses(branch, "evidence")),
            span=self.span(branch),
        )

    def narrow(self, branch: Branch) -> tree.Narrow:
        self.clause("head", branch)
        return tree.Narrow(self.expression(branch.children[-1]), span=self.span(branch))
