"""What a syntax error means that lies in a sign, a number or a text."""

from __future__ import annotations

import re
from decimal import Decimal

from guidelang.syntax import messages
from guidelang.syntax.failure import Place

_TYPOGRAPHIC = re.compile("[“”„‟«»]")
_IN_TYPOGRAPHIC = re.compile('[“”„‟«»]([^“”„‟«»"\n]*)[“”„‟«»]')
_IN_SINGLE = re.compile("['‘‚]([^'‘’\"\n]*)['’‘]")
_ENDS_A_TEXT = re.compile(r"[^\W\d][^\"\n#]*(?<!\s)\"(?=[^\"\n#]*(?:#.*)?$)", re.MULTILINE)
_EXPONENT = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])")
_COMMA = re.compile(r"(\d+),(\d+)")
_DATE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(T[^\s,]*)?(?![\w-])")
_LOOSE_POINT = re.compile(r"(\d*)\.(\d*)(?![\d.])")


class Signs(Place):
    """Each method reports one kind of mistake and says whether it found it."""

    def quotation(self) -> bool:
        if self.raw.startswith('"') and len(self.raw) == 1:
            length = len(self.source.line(self.source.line_of(self.at))) - self.source.column_of(self.at) + 1
            return self.error(
                "G104",
                "this quotation mark is not closed on its line",
                length=length,
                suggestion='end the text with `"` on the same line',
            )
        if _TYPOGRAPHIC.match(self.raw):
            whole = _IN_TYPOGRAPHIC.match(self.text, self.at)
            return self.error(
                "G107",
                f"`{self.raw}` is not the quotation mark of the keyboard",
                suggestion=f'write `"{whole[1]}"`' if whole else 'write `"`',
                length=1 if whole is None else len(whole[0]),
            )
        if quoted := _IN_SINGLE.match(self.text, self.at):
            return self.error(
                "G105",
                "a text does not stand in single quotation marks",
                length=len(quoted[0]),
                suggestion=f'write `"{quoted[1]}"`',
            )
        return False

    def quotation_before(self) -> bool:
        """`rule x Hypermagnesaemia"`: a text that ends in a quotation mark and does not begin with one."""
        found = _ENDS_A_TEXT.match(self.text, self.at)
        if found is None or "STRING" not in self.accepts:
            return False
        return self.error(
            "G104",
            f"the quotation mark before `{self.word}` is missing",
            length=len(found[0]),
            suggestion=f'write `"{found[0]}`',
        )

    def number(self) -> bool:
        if not self.raw[:1].isdigit() and self.raw[:1] != ".":
            return False
        if found := _EXPONENT.match(self.text, self.at):
            written = format(Decimal(found[0]), "f") if len(found[0]) < 12 else ""
            return self.error(
                "G106",
                "a number has no exponent",
                length=len(found[0]),
                suggestion=f"write `{written}`" if 0 < len(written) < 30 else "write it out",
            )
        if found := _DATE.match(self.text, self.at):
            year, month, day, time = found.groups()
            parts = [year, month.zfill(2), *([] if day is None else [day.zfill(2)])]
            written = "-".join(parts)
            if written != found[0] or time:
                return self.error(
                    "G106",
                    f"`{found[0]}` is neither a number nor a date",
                    length=len(found[0]),
                    expected="a date such as 2024-06-01, or blanks around the minus sign",
                    suggestion=f"write `{written}`"
                    + (f"; in an example, `{written} at {time[1:]}`" if time and len(parts) == 3 else ""),
                )
        if found := _THOUSANDS.match(self.text, self.at):
            written = found[0].replace(",", "")
            return self.error(
                "G106",
                "a number has no comma between its thousands",
                length=len(found[0]),
                suggestion=f"write `{written}`",
            )
        if found := _COMMA.match(self.text, self.at):
            return self.error(
                "G106",
                "a number has a decimal point, not a comma",
                length=len(found[0]),
                suggestion=f"write `{found[1]}.{found[2]}`",
            )
        found = _LOOSE_POINT.match(self.text, self.at)
        if found and found[0] != "." and not (found[1] and found[2]):
            return self.error(
                "G106",
                "a number has digits before and after its point",
                length=len(found[0]),
                suggestion=f"write `{found[1] or '0'}.{found[2] or '0'}`",
            )
        return False

    def foreign(self) -> bool:
        start = self.at
        if self.text[start - 1 : start] == "=" and self.raw[:1] in ("=", ">", "<"):
            start -= 1  # `=` is a sign by itself, so `==` and `=>` fail at their second half
        found = messages.instead_of(self.word or self.text[start : start + 2])
        if found is None:
            return False
        suggestion = found.suggestion
        if found.text == "if" and self._inside_a_formula():
            suggestion = (
                "what depends on a condition is looked up in a `table` (`by sex`, `row female gives 0.85`), whose "
                "name the formula has; of two formulas, each times such a table, `first known of (A, B)` takes one"
            )
        elif found.text == "if" and "RULE" in self.accepts and "WHEN" not in self.accepts:
            suggestion = "begin with `rule` and a name for it; then write `when` for `if`"
        return self.error("G105", found.message, start=start, length=len(found.text), suggestion=suggestion)

    def _inside_a_formula(self) -> bool:
        """Whether the formula of a derived fact is being written, where `when` is of no use."""
        if not self.tokens or self.tokens[0].type != "DEFINE" or all(token.type != "EQUAL" for token in self.tokens):
            return False
        last = self.source.line_of(self.tokens[-1].start_pos or 0)
        return "RULE" not in self.accepts or self.source.line_of(self.at) == last  # else it begins a statement

    def second_comparison(self) -> bool:
        signs = ("COMPARE", "EQUAL")
        if self.raw[:1] not in ("<", ">", "=", "≤", "≥", "!", "≠") or self.accepts.intersection(signs):
            return False
        if not any(token.type in signs for token in self.tokens):
            return False
        return self.error(
            "G105",
            "two comparisons cannot share a value",
            suggestion="write `x between a and b`, or join two comparisons with `and`",
        )
