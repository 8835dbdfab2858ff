"""From lark's parse tree to the syntax tree: scores and tables, and the citations that they share with rules."""

from __future__ import annotations

from typing import Any

from guidelang.syntax import tree
from guidelang.syntax.build_expression import COMPARATORS, Branch, as_branch, as_token, fixed, optional_fixed
from guidelang.syntax.build_fact import FactBuilder, clauses, maybe


class ScoreBuilder(FactBuilder):
    """Builds scores and tables."""

    def cites(self, branch: Branch) -> tuple[tree.Cite, ...]:
        found: list[tree.Cite] = []
        for cite in clauses(branch, "cite"):
            source, locator, fingerprint = cite.children
            found.append(
                tree.Cite(
                    self.identifier(source),
                    self.locator(locator),
                    optional_fixed(fingerprint),
                    span=self.span(cite),
                )
            )
        return tuple(found)

    def locator(self, child: Any) -> str:
        return self.unquoted(child) if as_token(child).type == "STRING" else str(child)

    # ---- scores -----------------------------------------------------------------------------------------------------

    def score(self, branch: Branch) -> tree.Score:
        name, label = self.head(branch).children
        self.check_clauses(branch)
        items = tuple(self.score_item(item) for item in clauses(branch, "score_item", "score_addend"))
        missing = self.one(branch, "score_missing")
        if not items:
            self.lacks(branch, f"score `{name}` has no items", "an item such as `2 when age >= 75 years`")
        if missing is None:
            self.report.error(
                "G112",
                f"score `{name}` does not say what an item that is unknown counts",
                self.span(as_branch(branch.children[0])),
                expected="`missing unknown`, `missing zero` or `missing bounds`",
                suggestion="`unknown`: then the score is unknown; `zero`: it counts nothing; `bounds`: the least and "
                "the greatest that the score may be",
            )
        return tree.Score(
            self.identifier(name),
            self.optional_label(label),
            tree.ScoreSum(items, maybe(missing, lambda clause: fixed(clause.children[0])), span=self.span(branch)),
            self.cites(branch),
            span=self.span(branch),
        )

    def score_item(self, branch: Branch) -> tree.ScoreItem:
        *points, value, label = branch.children
        return tree.ScoreItem(
            str(as_token(points[0])).removeprefix("+") if points else None,
            self.expression(value),
            self.optional_label(label),
            span=self.span(branch),
        )

    # ---- tables -----------------------------------------------------------------------------------------------------

    def table(self, branch: Branch) -> tree.Table:
        name, label, kind_of_value = self.head(branch).children
        self.check_clauses(branch)
        columns = maybe(self.one(branch, "by"), lambda by: tuple(self.column(as_branch(c)) for c in by.children)) or ()
        rows = tuple(self.row(row) for row in clauses(branch, "row"))
        if not columns:
            self.lacks(branch, f"table `{name}` does not say what it looks up", "`by` and a value")
        if not rows:
            self.lacks(branch, f"table `{name}` has no rows", "rows such as `row < 15 gives G5`")
        value = tree.TableLookup(
            self.identifier(name),
            self.table_type(as_branch(kind_of_value)),
            columns,
            rows,
            maybe(self.one(branch, "otherwise"), self.otherwise),
            span=self.span(branch),
        )
        return tree.Table(
            self.identifier(name), self.optional_label(label), value, self.cites(branch), span=self.span(branch)
        )

    def table_type(self, branch: Branch) -> Any:
        if branch.data != "table_choices":
            return self.fact_type(branch)
        choices = []
        for child in branch.children:
            name, label = as_branch(child).children
            choices.append(
                tree.Choice(self.identifier(name), self.optional_label(label), (), span=self.span(as_branch(child)))
            )
        return tree.ChoiceType(tuple(choices), span=self.span(branch))

    def column(self, branch: Branch) -> tree.Column:
        value, unit = branch.children
        return tree.Column(self.expression(value), optional_fixed(unit), span=self.span(branch))

    def row(self, branch: Branch) -> tree.Row:
        *cells, gives = branch.children
        return tree.Row(
            tuple(self.cell(as_branch(cell)) for cell in cells), self.gives(as_branch(gives)), span=self.span(branch)
        )

    def otherwise(self, branch: Branch) -> tree.Otherwise:
        return tree.Otherwise(self.gives(as_branch(branch.children[0])), span=self.span(branch))

    def gives(self, branch: Branch) -> tree.Quantity | tree.Identifier | None:
        match branch.data:
            case "gives_number":
                return self.signed_quantity(*branch.children)
            case "gives_word":
                return self.identifier(branch.children[0])
            case _:
                return None

    def cell(self, branch: Branch) -> tree.Cell:
        span = self.span(branch)
        match branch.data:
            case "cell_compare":
                operator, number = branch.children
                return tree.CompareCell(COMPARATORS[as_token(operator)], self.cell_number(number), span=span)
            case "cell_range":
                above, low, below, high = branch.children
                return tree.RangeCell(
                    self.cell_number(low), self.cell_number(high), above is not None, below is not None, span=span
                )
            case "cell_words":
                return tree.WordsCell(tuple(self.identifier(word) for word in branch.children), span=span)
            case "cell_yes" | "cell_no":
                return tree.YesNoCell(branch.data == "cell_yes", span=span)
            case _:
                return tree.AnyCell(span=span)

    def cell_number(self, child: Any) -> tree.Quantity:
        return self.signed_quantity(*as_branch(child).children)

    def lacks(self, branch: Branch, message: str, expected: str) -> None:
        self.report.error("G112", message, self.span(as_branch(branch.children[0])), expected=expected)
