"""From lark's parse tree to the syntax tree: statements and their clauses.

Clauses come in any order. What may stand only once, or has to stand there, is checked here, so that the message can
name both places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from guidelang.diagnostics import Note, Report
from guidelang.source import Source, Span
from guidelang.syntax import tree
from guidelang.syntax.build_example import ExampleBuilder
from guidelang.syntax.build_expression import Branch, as_branch, as_token, fixed, optional_fixed

T = TypeVar("T")

_ONCE = {
    "title", "effective", "retired", "applies_to", "within", "plausible", "absent_means_no", "codes_complete",
    "modifiable", "ties", "kind", "when", "strength", "certainty", "grade", "urgency",
}  # fmt: skip
_WORDS = {
    "applies_to": "applies to", "absent_means_no": "absent means no", "codes_complete": "codes complete",
}  # fmt: skip


class StatementBuilder(ExampleBuilder):
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
        entries = branch.children[1:]
        for entry in entries:
            self.clause("code", as_branch(entry))
        return tree.Codes(
            self.identifier(name), self.optional_label(label), self.code_list(entries), span=self.span(branch)
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

    def effects(self, branch: Branch) -> tuple[tree.Effect, ...]:
        found: list[tree.Effect] = []
        for effects in clauses(branch, "effects"):
            for child in effects.children:
                effect = as_branch(child)
                self.clause("effect", effect)
                direction, quantity = effect.children
                found.append(tree.Effect(fixed(direction), self.identifier(quantity), span=self.span(effect)))
        return tuple(found)

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

    # ---- facts ------------------------------------------------------------------------------------------------------

    def fact(self, branch: Branch) -> tree.Fact:
        name, label, kind_of_value = self.head(branch).children
        self.check_clauses(branch)
        return tree.Fact(
            self.identifier(name),
            self.optional_label(label),
            self.fact_type(as_branch(kind_of_value)),
            tuple(
                self.from_record(reading) if reading.data == "from_record" else self.from_patient(reading)
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
        name, label, codes = branch.children
        return tree.Choice(
            self.identifier(name),
            self.optional_label(label),
            () if codes is None else self.code_list(as_branch(codes).children),
            span=self.span(branch),
        )

    def from_record(self, branch: Branch) -> tree.FromRecord:
        record, *rest, within = branch.children
        filters = {"status_filter": "status", "verification_filter": "verification"}
        words: dict[str, tuple[str, ...]] = {}
        items = []
        for child in rest:
            part = as_branch(child)
            word = filters.get(str(part.data))
            if word is None:
                items.append(part)
            elif word in words:
                self.twice(f"with {word}", part, suggestion="name the others after a comma")
            else:
                words[word] = tuple(str(status) for status in part.children)
        return tree.FromRecord(
            fixed(record),
            self.code_items(items),
            words.get("status", ()),
            words.get("verification", ()),
            self.optional_duration(within),
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
                suggestion="say what follows, e.g. `recommend measure pth`",
            )

    def overrides(self, branch: Branch) -> tuple[tree.Identifier, ...]:
        found: list[tree.Identifier] = []
        for overrides in clauses(branch, "overrides"):
            for child in overrides.children:
                found.append(self.identifier(child))
                self.clause("override", as_token(child))
        return tuple(found)

    def advice(self, branch: Branch) -> tree.Advice:
        kind, against, action, target, to, text = branch.children
        if action is None and against is None:
            self.report.error(
                "G112",
                f"`{kind} {target}` lacks an action",
                self.span(branch),
                expected="an action such as `start`, `stop`, `reduce` or `measure`",
                suggestion=f"e.g. `{kind} start {target}`",
            )
        return tree.Advice(
            fixed(kind),
            against is not None,
            optional_fixed(action),
            self.identifier(target),
            None if to is None else self.aim(as_branch(to)),
            None if text is None else self.text(text),
            span=self.span(branch),
        )

    def aim(self, branch: Branch) -> tree.Identifier | tree.Quantity:
        child = branch.children[0]
        return self.quantity(child) if not isinstance(child, str) else self.identifier(child)

    def evidence(self, branch: Branch) -> tree.Evidence:
        source, locator, text = branch.children
        return tree.Evidence(
            self.identifier(source), self.locator(locator), self.unquoted(text), span=self.span(branch)
        )

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

    def twice(self, word: str, clause: Branch, first: Branch | None = None, *, suggestion: str | None = None) -> None:
        span = self.span(clause)
        self.report.error(
            "G111",
            f"`{word}` stands twice",
            Span(self.source, span.start, min(span.end, span.start + len(word))),
            suggestion=suggestion,
            notes=() if first is None else (Note("the first one stands here", self.span(first)),),
        )

    def head(self, branch: Branch) -> Branch:
        head = as_branch(branch.children[0])
        self.clause("head", head)
        return head

    def one(self, branch: Branch, kind: str) -> Branch | None:
        """The first clause of a kind, if there is one."""
        return next(clauses(branch, kind), None)


_PRINTED_AS = {"from_patient": "from_record", "convert_affine": "convert"}  # kept in one order, counted as one kind


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
