"""Expressions of CQL in the guideline language, as far as it can say them.

A literal becomes a numeral or a day; what has no literal (a truth, a text, a null, a date known only to the month)
becomes a fact with that value. What the language cannot say raises `NoEquivalent` with the sort of thing it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Sort: TypeAlias = Literal["condition", "number", "date", "text", "null", "list", "elapsed"]

_TOKEN = re.compile(
    r"\s*(?:(?P<date>@[0-9T:.Z+-]+)|(?P<number>\d+(?:\.\d+)?)(?P<long>L?)|'(?P<text>[^']*)'|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign><=|>=|!=|!~|[-+*/^=<>~(){},:.\[\]]))"
)
_CALENDAR = {f"{unit}{plural}" for unit in ("day", "week", "month", "year") for plural in ("", "s")}
_CLOCK = {"hour": "h", "minute": "min", "second": "s", "millisecond": "ms"}
_SIGNS = {"=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class NoEquivalent(Exception):
    """The language has no form for something; the message says what sort of thing it is."""


@dataclass(frozen=True)
class Said:
    """A term in the guideline language; `items` of a list; `unit` of a time between two days, a calendar word."""

    text: str
    sort: Sort
    items: tuple[Said, ...] = ()
    unit: str = ""


@dataclass
class Transliterated:
    """What one line becomes.

    Attributes:
        term: the expression.
        facts: for each fact that it needs, its type in the language and its value in a plain fact set.
    """

    prefix: str
    term: Said = field(default_factory=lambda: Said("", "null"))
    facts: dict[str, tuple[str, object]] = field(default_factory=dict)

    def fact(self, type_: str, value: object) -> str:
        name = f"{self.prefix}_{len(self.facts)}"
        self.facts[name] = (type_, value)
        return name

    def unknown(self, sort: Sort) -> Said:
        """A null of a sort: a fact of which nothing is known."""
        type_ = {"condition": "yes or no", "number": "number", "date": "date", "text": "text"}[sort]
        return Said(self.fact(type_, "unknown"), sort)


def transliterate(expression: str, prefix: str) -> Transliterated:
    """An expression of CQL; names of facts begin with `prefix`. Raises NoEquivalent."""
    made = Transliterated(prefix)
    reader = _Reader(expression, made)
    made.term = reader.whole()
    if made.term.sort == "null":
        made.term = made.unknown("number")
    return made


class _Reader:
    """Reads an expression by recursive descent, from what binds most loosely to what binds most tightly."""

    def __init__(self, expression: str, made: Transliterated) -> None:
        self._made = made
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while expression[at:].strip():
            match = _TOKEN.match(expression, at)
            if match is None:
                raise NoEquivalent("other forms")
            kind = match.lastgroup or ""
            self._tokens.append(("number", match["number"]) if kind == "long" else (kind, match[kind]))
            at = match.end()
        self._at = 0

    # ---- tokens -----------------------------------------------------------------------------------------------------

    def _next(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _is(self, *words: str) -> bool:
        """Whether these words come next; they are then read."""
        ahead = self._tokens[self._at : self._at + len(words)]
        if [text for kind, text in ahead if kind in ("word", "sign")] != list(words):
            return False
        self._at += len(words)
        return True

    def _need(self, word: str) -> None:
        if not self._is(word):
            raise NoEquivalent("other forms")

    # ---- logic ------------------------------------------------------------------------------------------------------

    def whole(self) -> Said:
        term = self._implies()
        if self._at < len(self._tokens):
            raise NoEquivalent("ratios" if self._next() == ":" else "queries and folds over lists")
        return term

    def _implies(self) -> Said:
        left = self._or()
        while self._is("implies"):
            right = self._condition(self._or())
            left = Said(f"(not {self._condition(left).text} or {right.text})", "condition")
        return left

    def _or(self) -> Said:
        left = self._and()
        while True:
            if self._is("or"):
                left = Said(f"({self._condition(left).text} or {self._condition(self._and()).text})", "condition")
            elif self._is("xor"):
                a, b = self._condition(left).text, self._condition(self._and()).text
                left = Said(f"(({a} and not {b}) or (not {a} and {b}))", "condition")
            else:
                return left

    def _and(self) -> Said:
        left = self._not()
        while self._is("and"):
            left = Said(f"({self._condition(left).text} and {self._condition(self._not()).text})", "condition")
        return left

    def _not(self) -> Said:
        if self._is("not"):
            return Said(f"(not {self._condition(self._not()).text})", "condition")
        return self._comparison()

    def _condition(self, term: Said) -> Said:
        return self._as(term, "condition")

    def _as(self, term: Said, sort: Sort) -> Said:
        if term.sort == "null":
            return self._made.unknown(sort)
        if term.sort != sort:
            raise NoEquivalent(f"a {term.sort} in the place of a {sort}")
        return term

    # ---- comparisons ------------------------------------------------------------------------------------------------

    def _comparison(self) -> Said:
        left = self._sum()
        sign = self._next() if self._kind() == "sign" else ""
        if sign in _SIGNS:
            self._at += 1
            return self._compare(sign, left, self._sum())
        if self._is("~"):
            return self._equivalent(left, self._sum())
        for words, sign in (
            (("same", "day", "as"), "="),
            (("same", "day", "or", "after"), ">="),
            (("same", "day", "or", "before"), "<="),
            (("before", "day", "of"), "<"),
            (("after", "day", "of"), ">"),
        ):
            if self._is(*words):
                return self._compare(sign, self._as(left, "date"), self._as(self._sum(), "date"))
        if self._next() in ("same", "before", "after"):
            raise NoEquivalent("comparisons of years or months alone")
        return left

    def _compare(self, sign: str, left: Said, right: Said) -> Said:
        if left.sort == "elapsed":
            return self._compare_elapsed(sign, left, right)
        sort = next((term.sort for term in (left, right) if term.sort != "null"), "number")
        left, right = self._as(left, sort), self._as(right, sort)
        if sort == "condition" and sign in ("=", "!="):
            a, b = left.text, right.text
            both = f"(({a} and {b}) or (not {a} and not {b}))"
            return Said(both if sign == "=" else f"(not {both})", "condition")
        if sort == "text":
            if sign not in ("=", "!="):
                raise NoEquivalent("the order of texts")
            return Said(f'({left.text} is {"not " if sign == "!=" else ""}"{self._value_of(right)}")', "condition")
        if sort not in ("number", "date"):
            raise NoEquivalent("lists")
        return Said(f"({left.text} {sign} {right.text})", "condition")

    def _value_of(self, term: Said) -> object:
        value = self._made.facts[term.text][1]
        if value == "unknown":
            raise NoEquivalent("a text compared with one that is not known")
        return value

    def _compare_elapsed(self, sign: str, left: Said, right: Said) -> Said:
        """Whole units between two days: more than 5 of them is 6 or more."""
        if right.sort != "number" or not right.text.isdigit() or sign not in (">", ">=", "<", "<="):
            raise NoEquivalent("other forms")
        limit = int(right.text) + (sign in (">", "<="))
        return Said(f"({left.text} {'>=' if '>' in sign else '<'} {limit} {left.unit})", "condition")

    def _equivalent(self, left: Said, right: Said) -> Said:
        """Equal for certain, or both missing."""
        if left.sort == "null" and right.sort == "null":
            left = self._made.unknown("text")
        for term, other in ((left, right), (right, left)):
            if other.sort == "null":
                return Said(f"({term.text} is missing)", "condition")
        equal = self._compare("=", left, right)
        if not any(fact in left.text or fact in right.text for fact in self._made.facts):
            return equal  # what is written down is known
        same = f"certainly {equal.text}"
        both = f"({left.text} is missing and {right.text} is missing)"
        return Said(f"({same} or {both})", "condition")

    # ---- arithmetic -------------------------------------------------------------------------------------------------

    def _sum(self) -> Said:
        left = self._product()
        while (sign := self._next()) in ("+", "-") and self._kind() == "sign":
            self._at += 1
            right = self._product()
            if "elapsed" in (left.sort, right.sort):
                raise NoEquivalent("arithmetic with a time between two days")
            sort: Sort = "date" if left.sort == "date" else "number"
            left = Said(f"({self._as(left, sort).text} {sign} {self._as(right, 'number').text})", sort)
        return left

    def _product(self) -> Said:
        left = self._power()
        while (self._kind() == "sign" and self._next() in ("*", "/")) or self._next() in ("div", "mod"):
            sign = self._next()
            self._at += 1
            if sign in ("div", "mod"):
                raise NoEquivalent(f"`{sign}`")
            left = Said(f"({self._number(left)} {sign} {self._number(self._power())})", "number")
        return left

    def _power(self) -> Said:
        left = self._signed()
        if self._is("^"):
            return Said(f"({self._number(left)} ^ {self._number(self._signed())})", "number")
        return left

    def _signed(self) -> Said:
        if self._is("-"):
            return Said(f"(-{self._number(self._signed())})", "number")
        term = self._term()
        if self._is("as"):
            word = self._next()
            self._at += 1
            sorts: dict[str, Sort] = {"Integer": "number", "Decimal": "number", "String": "text"}
            if word not in sorts:
                raise NoEquivalent("lists")
            return self._as(term, sorts[word])
        return term

    def _number(self, term: Said) -> str:
        return self._as(term, "number").text

    # ---- terms ------------------------------------------------------------------------------------------------------

    def _term(self) -> Said:
        kind, text = self._kind(), self._next()
        self._at += 1
        match kind:
            case "number":
                return self._quantity(text)
            case "text":
                return Said(self._made.fact("text", text), "text")
            case "date":
                return self._date(text)
            case "word":
                return self._word(text)
        if text == "(":
            inner = self._implies()
            self._need(")")
            return inner
        if text == "{":
            return Said("", "list", self._listed("}"))
        raise NoEquivalent("other forms")

    def _quantity(self, number: str) -> Said:
        unit = self._next()
        if self._kind() == "text":
            self._at += 1
            return Said(f"{number} {unit}", "number")
        if self._kind() == "word" and unit in _CALENDAR:
            self._at += 1
            return Said(f"{number} {unit}", "number")
        if self._kind() == "word" and unit.removesuffix("s") in _CLOCK:
            self._at += 1
            return Said(f"{number} {_CLOCK[unit.removesuffix('s')]}", "number")
        return Said(number, "number")

    def _date(self, text: str) -> Said:
        if text.startswith("@T"):
            raise NoEquivalent("times of day")
        return self._day(text.removeprefix("@"))

    def _day(self, text: str) -> Said:
        """A day is a literal; a year, a month or a time is the value of a fact."""
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return Said(text, "date")
        return Said(self._made.fact("date", text), "date")

    def _word(self, word: str) -> Said:
        if word in ("true", "false"):
            return Said(self._made.fact("yes or no", word == "true"), "condition")
        if word == "null":
            return Said("", "null")
        if word in _CALENDAR and self._is("between"):
            first = self._as(self._sum(), "date")
            self._need("and")
            last = self._as(self._sum(), "date")
            return Said(f"time from {first.text} to {last.text}", "elapsed", unit=word)
        if word == "difference":
            raise NoEquivalent("boundaries of months and weeks that are crossed")
        if word == "from" or (word == "Interval" and self._next() == "["):
            raise NoEquivalent("queries and folds over lists")
        if word == "Tuple":
            raise NoEquivalent("tuples")
        if not self._is("("):
            raise NoEquivalent("other forms")
        return self._call(word, self._listed(")"))

    def _listed(self, end: str) -> tuple[Said, ...]:
        items: list[Said] = []
        while not self._is(end):
            items.append(self._implies())
            if self._next() != end:
                self._need(",")
        return tuple(items)

    # ---- functions --------------------------------------------------------------------------------------------------

    def _call(self, name: str, arguments: tuple[Said, ...]) -> Said:
        first = arguments[0] if arguments else Said("", "null")
        match name:
            case "Today":
                return Said("today", "date")
            case "Date" | "DateTime":
                return self._made_of_parts([argument.text for argument in arguments])
            case "Abs":
                return Said(f"abs({self._number(first)})", "number")
            case "Round":
                return Said(f"round({', '.join(self._number(argument) for argument in arguments)})", "number")
            case "Power":
                return Said(f"({self._number(first)} ^ {self._number(arguments[1])})", "number")
            case "IsNull":
                return Said(f"({first.text} is missing)", "condition")
            case "IsTrue":
                return Said(f"(certainly {self._condition(first).text})", "condition")
            case "IsFalse":
                return Said(f"(certainly not {self._condition(first).text})", "condition")
            case "Coalesce":
                return self._coalesce(first.items if len(arguments) == 1 else arguments)
            case "AllTrue" | "AnyTrue" | "Count" | "Sum":
                return self._aggregate(name, first)
        raise NoEquivalent(f"`{name}`")

    def _made_of_parts(self, parts: list[str]) -> Said:
        known = [part for part in parts if part]
        if not known:
            return self._made.unknown("date")
        date = "-".join(part.zfill(4 if index == 0 else 2) for index, part in enumerate(known[:3]))
        if len(known) > 3:
            clock = [part.zfill(2) for part in known[3:6]] + ["00"] * (6 - len(known))
            date += f"T{':'.join(clock)}" + ("+00:00" if len(known) == 8 and known[7] == "0" else "")
        return self._day(date)

    def _coalesce(self, items: tuple[Said, ...]) -> Said:
        sort = next((item.sort for item in items if item.sort != "null"), "number")
        if sort == "list":
            raise NoEquivalent("lists")
        return Said(f"first known of ({', '.join(self._as(item, sort).text for item in items)})", sort)

    def _aggregate(self, name: str, of: Said) -> Said:
        if of.sort != "list" or not of.items:
            raise NoEquivalent("lists that are null or empty")
        if name == "AllTrue":  # what is not known is passed over
            return Said(" and ".join(f"not certainly not {self._condition(i).text}" for i in of.items), "condition")
        if name == "AnyTrue":
            return Said(" or ".join(f"certainly {self._condition(item).text}" for item in of.items), "condition")
        if name == "Sum":
            return Said(" + ".join(self._number(item) for item in of.items), "number")
        values: list[object] = [
            {"value": item.text if item.sort == "number" else "unknown", "time": f"2024-05-{day:02}"}
            for day, item in enumerate(of.items, start=1)
        ]
        return Said(f"count of {self._made.fact('number', values)}", "number")
