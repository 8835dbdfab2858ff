"""From lark's parse tree to the syntax tree: values, conditions, codes, texts and dates."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

from lark import Token, Tree

from guidelang.diagnostics import Report
from guidelang.source import Source, Span
from guidelang.syntax import tree
from guidelang.terminology import system_uri

Branch: TypeAlias = Tree[Token]
Child: TypeAlias = "Branch | Token | None"

_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
COMPARATORS: dict[str, tree.Comparator] = {
    "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">=", "=": "=", "!=": "!=", "≠": "!=",
}  # fmt: skip


class ExpressionBuilder:
    """Builds expressions; what is wrong in a text that has the right form goes to the report.

    A method named like a rule of the grammar builds what that rule matched.
    """

    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self.report = report

    # ---- tokens -----------------------------------------------------------------------------------------------------

    def span(self, part: Branch | Token) -> Span:
        if isinstance(part, Token):
            return Span(self.source, part.start_pos or 0, part.end_pos or 0)
        return Span(self.source, part.meta.start_pos, part.meta.end_pos)

    def identifier(self, child: Child) -> tree.Identifier:
        token = as_token(child)
        return tree.Identifier(unicodedata.normalize("NFC", str(token)), span=self.span(token))

    def optional_identifier(self, child: Child) -> tree.Identifier | None:
        return None if child is None else self.identifier(child)

    def unquoted(self, child: Child) -> str:
        """The text of a STRING token, without quotes and escapes."""
        token = as_token(child)
        for escape in _ESCAPE.finditer(token):
            if escape[1] not in ('"', "\\"):
                start = (token.start_pos or 0) + escape.start()
                self.report.error(
                    "G107",
                    f"`{escape[0]}` means nothing in a text",
                    Span(self.source, start, start + len(escape[0])),
                    expected='`\\"` for a quotation mark or `\\\\` for a backslash',
                    suggestion="double the backslash, or leave it out",
                )
        return _ESCAPE.sub(lambda escape: escape[1] if escape[1] in ('"', "\\") else escape[0], token[1:-1])

    def optional_label(self, child: Child) -> str | None:
        return None if child is None else self.unquoted(child)

    def text(self, child: Child) -> tree.Text:
        return tree.Text(self.unquoted(child), span=self.span(as_token(child)))

    def day(self, child: Child) -> tree.DateLiteral:
        token = as_token(child)
        self.check_day(token)
        return tree.DateLiteral(str(token), span=self.span(token))

    def check_day(self, token: Token) -> None:
        """Reports a date that no calendar has."""
        year, *rest = (int(part) for part in token.split("-"))
        month = rest[0] if rest else 1
        if year < 1:
            problem = "there is no year 0000"
        elif not 1 <= month <= 12:
            problem = f"there is no month {month:02d}"
        elif len(rest) == 2 and not 1 <= rest[1] <= calendar.monthrange(year, month)[1]:
            problem = f"{year:04d}-{month:02d} has {calendar.monthrange(year, month)[1]} days"
        else:
            return
        self.report.error("G109", f"`{token}` is no date: {problem}", self.span(token))

    def signed_quantity(self, minus: Child, number: Child, unit: Child) -> tree.Quantity:
        first = as_token(number) if minus is None else as_token(minus)
        last = as_token(number) if unit is None else as_token(unit)
        return tree.Quantity(
            ("" if minus is None else "-") + as_token(number),
            None if unit is None else str(unit),
            None if unit is None else self.span(as_token(unit)),
            span=self.span(first).to(self.span(last)),
        )

    # ---- values and conditions --------------------------------------------------------------------------------------

    def expression(self, child: Child) -> tree.Expression:
        branch = as_branch(child)
        method: Callable[[Branch], tree.Expression] = getattr(self, str(branch.data))
        return method(branch)

    def expressions(self, children: Sequence[Child]) -> tuple[tree.Expression, ...]:
        return tuple(self.expression(child) for child in children)

    def duration(self, branch: Branch) -> tree.Duration:
        return cast(tree.Duration, self.expression(branch.children[0]))

    def optional_duration(self, child: Child) -> tree.Duration | None:
        return None if child is None else self.duration(as_branch(child))

    def name(self, branch: Branch) -> tree.Name:
        return tree.Name(self.identifier(branch.children[0]).name, span=self.span(branch))

    def quantity(self, branch: Branch) -> tree.Quantity:
        number, unit = branch.children
        return self.signed_quantity(None, number, unit)

    def date(self, branch: Branch) -> tree.DateLiteral:
        return self.day(branch.children[0])

    def string(self, branch: Branch) -> tree.Text:
        return self.text(branch.children[0])

    def or_(self, branch: Branch) -> tree.Or:
        return tree.Or(self.expressions(branch.children), span=self.span(branch))

    def and_(self, branch: Branch) -> tree.And:
        return tree.And(self.expressions(branch.children), span=self.span(branch))

    def not_(self, branch: Branch) -> tree.Not:
        return tree.Not(self.expression(branch.children[0]), span=self.span(branch))

    def certainly(self, branch: Branch) -> tree.Certainly:
        return tree.Certainly(self.expression(branch.children[0]), span=self.span(branch))

    def compare(self, branch: Branch) -> tree.Compare:
        left, operator, right = branch.children
        return tree.Compare(comparator(operator), self.expression(left), self.expression(right), span=self.span(branch))

    def between(self, branch: Branch) -> tree.Between:
        return tree.Between(*self.expressions(branch.children), span=self.span(branch))

    def is_one_of(self, branch: Branch, negated: bool = False) -> tree.IsOneOf:
        subject, *values = branch.children
        chosen = tuple(self.one_value(as_branch(value)) for value in values)
        return tree.IsOneOf(self.expression(subject), chosen, negated, span=self.span(branch))

    def is_not_one_of(self, branch: Branch) -> tree.IsOneOf:
        return self.is_one_of(branch, negated=True)

    def one_value(self, branch: Branch) -> tree.Identifier | tree.Text:
        token = as_token(branch.children[0])
        return self.text(token) if token.type == "STRING" else self.identifier(token)

    def is_state(self, branch: Branch) -> tree.IsState:
        subject, state = branch.children
        return tree.IsState(self.expression(subject), fixed(state), span=self.span(branch))

    def arithmetic(self, branch: Branch) -> tree.Arithmetic:
        left, operator, right = branch.children
        return tree.Arithmetic(fixed(operator), self.expression(left), self.expression(right), span=self.span(branch))

    def negate(self, branch: Branch) -> tree.Negate:
        return tree.Negate(self.expression(branch.children[0]), span=self.span(branch))

    def call(self, branch: Branch) -> tree.Call:
        function, *arguments = branch.children
        return tree.Call(self.identifier(function), self.expressions(arguments), span=self.span(branch))

    def at_least(self, branch: Branch) -> tree.AtLeast:
        count, *operands = branch.children
        return tree.AtLeast(self.whole_number(count), self.expressions(operands), span=self.span(branch))

    def first_known(self, branch: Branch) -> tree.FirstKnown:
        return tree.FirstKnown(self.expressions(branch.children), span=self.span(branch))

    def recommended(self, branch: Branch) -> tree.Recommended:
        action, target = branch.children
        return tree.Recommended(optional_fixed(action), self.identifier(target), span=self.span(branch))

    def time_since(self, branch: Branch) -> tree.TimeSince:
        return tree.TimeSince(self.identifier(branch.children[0]), span=self.span(branch))

    def time_from(self, branch: Branch) -> tree.TimeFrom:
        return tree.TimeFrom(*self.expressions(branch.children), span=self.span(branch))

    def days_from(self, branch: Branch) -> tree.DaysFrom:
        _, first, last = branch.children
        return tree.DaysFrom(self.expression(first), self.expression(last), span=self.span(branch))

    def age(self, branch: Branch) -> tree.Age:
        return tree.Age(span=self.span(branch))

    def age_at(self, branch: Branch) -> tree.Age:
        return tree.Age(self.expression(branch.children[0]), span=self.span(branch))

    def today(self, branch: Branch) -> tree.Today:
        return tree.Today(span=self.span(branch))

    def start_of(self, branch: Branch) -> tree.EndOf:
        return tree.EndOf("start", self.expression(branch.children[0]), span=self.span(branch))

    def end_of(self, branch: Branch) -> tree.EndOf:
        return tree.EndOf("end", self.expression(branch.children[0]), span=self.span(branch))

    def period(self, branch: Branch) -> tree.Period:
        return tree.Period(*self.expressions(branch.children), span=self.span(branch))

    def whole_number(self, child: Child) -> str:
        token = as_token(child)
        if "." in token:
            self.report.error("G113", f"`{token}` is no whole number", self.span(token), expected="a number such as 2")
        return str(token)

    # ---- codes ------------------------------------------------------------------------------------------------------

    def code_list(self, children: Sequence[Child]) -> tuple[tree.CodeRef, ...]:
        return tuple(code for code in self.code_items(children) if isinstance(code, tree.CodeRef))

    def code_items(self, children: Sequence[Child]) -> tuple[tree.CodeRef | tree.ListRef, ...]:
        return tuple(item for item in self.listed(children) if not isinstance(item, tree.ValueSetRef))

    def listed(self, children: Sequence[Child]) -> tuple[tree.CodeItem, ...]:
        """Codes, lists and value sets; a code without a system word takes that of the code before it."""
        items: list[tree.CodeItem] = []
        system: str | None = None
        for child in children:
            branch = as_branch(child)
            span = self.span(branch)
            if branch.data == "in_list":
                items.append(tree.ListRef(self.identifier(branch.children[0]).name, span=span))
                system = None
                continue
            if branch.data == "value_set":
                url, version = branch.children
                quoted = version is not None and as_token(version).type == "STRING"
                mark = self.unquoted(version) if quoted else None if version is None else str(version)
                items.append(tree.ValueSetRef(self.unquoted(url), mark, span=span))
                system = None
                continue
            *head, code, label, unconfirmed, strength = branch.children
            token = as_token(code)
            text = self.unquoted(token) if token.type == "STRING" else str(token)
            written = system or ""
            if branch.data == "system_code":
                written = system = _system_word(as_token(head[0]))
            elif branch.data == "own_code":
                written, _, text = text.partition(":")
                written = unicodedata.normalize("NFC", written)
                system = None
                if system_uri(written) is not None:
                    system = written  # so that what follows it has one
                    self.report.error(
                        "G110",
                        f"`{written}` stands before its code with a blank",
                        span,
                        suggestion=f"`{written} {text}`",
                    )
            elif system is None:
                self.report.error(
                    "G110",
                    f"which code system does `{token}` belong to?",
                    span,
                    suggestion=f"write the system before it, e.g. `SNOMED CT {token}`",
                )
            items.append(
                tree.CodeRef(
                    written,
                    text,
                    self.optional_label(label),
                    unconfirmed is not None,
                    None if strength is None else self.quantity(as_branch(strength)),
                    span=span,
                )
            )
        return tuple(items)

    # ---- values of parameters ---------------------------------------------------------------------------------------

    def parameter_value(self, child: Child) -> tree.ParameterValue:
        branch = as_branch(child)
        span = self.span(branch)
        if branch.data == "parameter_quantity":
            return self.signed_quantity(*branch.children)
        if branch.data == "date_value":
            return self.date(as_branch(branch.children[0]))
        if branch.data == "period_value":
            return self.period(branch)
        if branch.data == "no_codes":
            return tree.CodeLiteral((), span=span)
        if branch.data == "some_codes":
            branch = as_branch(branch.children[0])
        return tree.CodeLiteral(self.code_list(branch.children), span=span)


def as_branch(child: Child) -> Branch:
    assert isinstance(child, Tree)
    return child


def as_token(child: Child) -> Token:
    assert isinstance(child, Token)
    return child


def comparator(child: Child) -> tree.Comparator:
    return COMPARATORS[as_token(child)]


def fixed(child: Child) -> Any:
    """A fixed word as the Literal that the tree declares: the grammar admits no other words there."""
    return str(as_token(child))


def optional_fixed(child: Child) -> Any:
    return None if child is None else fixed(child)


def _system_word(token: Token) -> str:
    return "SNOMED CT" if token.startswith("SNOMED") else str(token)
