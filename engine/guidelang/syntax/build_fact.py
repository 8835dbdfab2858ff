"""From lark's parse tree to the syntax tree: facts, and what the clauses of all statements share.

Clauses come in any order. What may stand only once is checked here, so that the message can name both places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from guidelang.syntax import tree
from guidelang.syntax.build_expression import Branch, as_branch, as_token, fixed, optional_fixed
from guidelang.syntax.build_reading import ReadingBuilder, but_beginnings

T = TypeVar("T")

_ONCE = {
    "title", "effective", "retired", "applies_to", "within", "plausible", "absent_means_no", "codes_complete",
    "modifiable", "ties", "kind", "when", "strength", "certainty", "grade", "urgency", "score_missing", "by",
    "otherwise",
}  # fmt: skip
_WORDS = {
    "applies_to": "applies to", "absent_means_no": "absent means no", "codes_complete": "codes complete",
    "score_missing": "missing",
}  # fmt: skip
_PRINTED_AS = {  # kept in one order, counted as one kind
    "from_patient": "from_record", "convert_affine": "convert", "score_addend": "score_item",
}  # fmt: skip


class FactBuilder(ReadingBuilder):
    """Builds facts, and the clauses that they share with other statements."""

    # ---- facts ------------------------------------------------------------------------------------------------------

    def fact(self, branch: Branch) -> tree.Fact:
        name, label, kind_of_value = self.head(branch).children
        self.check_clauses(branch)
        return tree.Fact(
            self.identifier(name),
            self.optional_label(label),
            self.fact_type(as_branch(kind_of_value)),
            tuple(
                self.reading(reading) if reading.data == "from_record" else self.from_patient(reading)
                for reading in clauses(branch, "from_record", "from_patient")
            ),
            maybe(self.one(branch, "within"), self.duration),
            self.plausible(branch),
            tuple(self.conversion(convert) for convert in clauses(branch, "convert", "convert_affine")),
            absent_means_no=self.one(branch, "absent_means_no") is not None,
            codes_complete=self.one(branch, "codes_complete") is not None,
            modifiable=self.one(branch, "modifiable") is not None,
            ties=maybe(self.one(branch, "ties"), only_word),
            kind=maybe(self.one(branch, "kind"), lambda clause: self.identifier(clause.children[0])),
            effects=self.effects(branch),
            span=self.span(branch),
        )

    def fact_type(self, branch: Branch) -> tree.FactType:
        span = self.span(branch)
        match branch.data:
            case "quantity_type":
                return tree.QuantityType(str(branch.children[0]), span=span)
            case "number_type":
                return tree.NumberType(span=span)
            case "yes_no_type":
                return tree.YesNoType(span=span)
            case "date_type":
                return tree.DateType(span=span)
            case "text_type":
                return tree.TextType(span=span)
            case _:
                return tree.ChoiceType(tuple(self.choice(as_branch(child)) for child in branch.children), span=span)

    def choice(self, branch: Branch) -> tree.Choice:
        name, label, words = branch.children
        items = [] if words is None else as_branch(words).children
        return tree.Choice(
            self.identifier(name),
            self.optional_label(label),
            self.code_list(but_beginnings(items)),
            self.beginnings(items),
            span=self.span(branch),
        )

    def from_patient(self, branch: Branch) -> tree.FromPatient:
        return tree.FromPatient(fixed(branch.children[0]), span=self.span(branch))

    def plausible(self, branch: Branch) -> tree.Plausible | None:
        clause = self.one(branch, "plausible")
        if clause is None:
            return None
        low, high, unit = clause.children
        return tree.Plausible(_signed(low), _signed(high), optional_fixed(unit), span=self.span(clause))

    def conversion(self, branch: Branch) -> tree.Convert | tree.ConvertAffine:
        span = self.span(branch)
        if branch.data == "convert":
            return tree.Convert(tuple(self.quantity(as_branch(child)) for child in branch.children), span=span)
        unit, factor, of_unit, sign, offset = branch.children
        minus = "-" if as_token(sign).type == "MINUS" else ""
        return tree.ConvertAffine(str(unit), str(factor), str(of_unit), f"{minus}{offset}", span=span)

    def effects(self, branch: Branch) -> tuple[tree.Effect, ...]:
        found: list[tree.Effect] = []
        for effects in clauses(branch, "effects"):
            for child in effects.children:
                effect = as_branch(child)
                self.clause("effect", effect)
                direction, quantity = effect.children
                found.append(tree.Effect(fixed(direction), self.identifier(quantity), span=self.span(effect)))
        return tuple(found)

    # ---- clauses ----------------------------------------------------------------------------------------------------

    def check_clauses(self, branch: Branch) -> None:
        """Notes where the clauses of a statement stand, and reports a second one of those that stand once."""
        first: dict[str, Branch] = {}
        for clause in clauses(branch):
            kind = str(clause.data)
            if kind not in ("effects", "overrides"):  # their items are noted one by one
                self.clause(_PRINTED_AS.get(kind, kind), clause)
            if kind not in _ONCE:
                continue
            if kind in first:
                suggestion = "join the two conditions with `and`" if kind == "when" else "keep one of them"
                self.twice(_WORDS.get(kind, kind), clause, first[kind], suggestion=suggestion)
            first.setdefault(kind, clause)

    def head(self, branch: Branch) -> Branch:
        head = as_branch(branch.children[0])
        self.clause("head", head)
        return head

    def one(self, branch: Branch, kind: str) -> Branch | None:
        """The first clause of a kind, if there is one."""
        return next(clauses(branch, kind), None)


def clauses(branch: Branch, *kinds: str) -> Iterator[Branch]:
    """The clauses of a statement after its head, in their order; of some kinds only, if any are named."""
    for child in branch.children[1:]:
        clause = as_branch(child)
        if not kinds or clause.data in kinds:
            yield clause


def maybe(clause: Branch | None, build: Callable[[Branch], T]) -> T | None:
    return None if clause is None else build(clause)


def only_word(branch: Branch) -> Any:
    """The fixed word of a clause; `very   low` is one word with blanks in it."""
    return " ".join(fixed(branch.children[0]).split())


def _signed(child: Any) -> str:
    minus, number = as_branch(child).children
    return str(number) if minus is None else f"-{number}"
