"""What a syntax error means that comes from writing as on paper: no quotation marks, the unit first, `above`."""

from __future__ import annotations

import re

from guidelang.quantity import UnitError, parse_unit
from guidelang.syntax import grammar, messages
from guidelang.syntax.failure import Place

_IN_WORDS = re.compile(
    r"\b(?:is\s+)?(?P<no>not?\s+)?"
    r"(?P<word>greater|more|higher|larger|above|over|exceeds|less|lower|smaller|fewer|below|under)\b"
    r"(?:(?:\s+than)?(?P<equal>\s+or\s+equal(?:\s+to)?)?\s*(?=\d)|\s+than(?P<or_equal>\s+or\s+equal\s+to)?\s+(?=[^\W\d]))"
)
_AS_WORDS = re.compile(r"\b(?:is\s+)?(?P<word>at\s+least|at\s+most|equals|(?:not\s+)?equal\s+to|equal)\s+(?=\w)")
_ABOVE = ("greater", "more", "higher", "larger", "above", "over", "exceeds")
_SIGNS = {"at least": ">=", "at most": "<=", "equals": "=", "equal": "=", "equal to": "=", "not equal to": "!="}
_OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
_HYPHENATED = re.compile(r"[^\W\d]\w*(?:-\w+)+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_BEFORE = re.compile(r"\S+(?=[ \t]+$)")
_WORDS = re.compile(r"[^\"<>=()#\n]+")
_END_OF_LABEL = {"RULE": r"\bwhen\b", "FACT": r"\bis\b", "PARAMETER": "=", "DEFINE": "="}


class Habits(Place):
    """Each method reports one kind of mistake and says whether it found it."""

    def unit_first(self) -> bool:
        # `mg/dL 5.5 …` may go on as `F 5 to 90 days ago`; if it does not, the number is the word before
        phrase = bool(self.tokens) and self.tokens[-1].type == "NUMBER" and "TO" in self.accepts
        at = (self.tokens[-1].start_pos or 0) if phrase else self.at
        number = _NUMBER.match(self.text, at)
        line = self.text[at - self.source.column_of(at) + 1 : at]
        before = _BEFORE.search(line)
        if number is None or before is None or ("NUMBER" in self.accepts and not phrase):
            return False
        try:
            parse_unit(before[0])
        except UnitError:
            return False
        start = at - len(line) + before.start()
        return self.error(
            "G101",
            "a unit stands behind its number",
            start=start,
            length=number.end() - start,
            suggestion=f"write `{number[0]} {before[0]}`",
        )

    def comparison_in_words(self) -> bool:
        number = self.source.line_of(self.at)
        start = self.at - self.source.column_of(self.at) + 1
        line = self.source.line(number)
        for found in (*_IN_WORDS.finditer(line), *(_AS_WORDS.finditer(line) if self._may_compare() else ())):
            if found.start() <= self.at - start <= found.end() and self.tokens:
                return self.error(
                    "G105",
                    f"`{found[0].strip()}` is no comparison of the language",
                    start=start + found.start(),
                    length=len(found[0].rstrip()),
                    suggestion=f"write `{_sign(found)}`",
                )
        return False

    def _may_compare(self) -> bool:
        last = self.tokens[-1] if self.tokens else None
        return "COMPARE" in self.accepts or (last is not None and (last.type in ("IS", "NOT") or last == "equal"))

    def hyphen(self) -> bool:
        """`rule lower-phosphorus`: a name that is written with a hyphen, where no value could be taken from another."""
        if not self.tokens or self.tokens[-1].type != "NAME" or not self.raw.startswith("-"):
            return False
        start = self.tokens[-1].start_pos or 0
        found = _HYPHENATED.match(self.text, start)
        if found is None or start + len(self.tokens[-1]) != self.at:
            return False
        written = found[0].replace("-", "_")
        return self.error(
            "G101", "a name has no hyphen", start=start, length=len(found[0]), suggestion=f"write `{written}`"
        )

    def loose_words(self) -> bool:
        """Words without quotation marks, and a name of two words."""
        if not self.tokens or self.tokens[-1].type != "NAME" or not self.word or self.word in grammar.keywords():
            return False
        name = self.tokens[-1]
        if self.source.line_of(name.start_pos or 0) != self.source.line_of(self.at):
            return False
        phrase = self._phrase() if "STRING" in self.accepts else None
        if phrase is not None:
            is_head = len(self.tokens) == 2
            one_name = (
                f", or `{name}_{phrase}` for one name" if is_head and phrase.islower() and " " not in phrase else ""
            )
            return self.error(
                "G101",
                "a label or text stands in quotation marks",
                length=len(phrase),
                suggestion=f'write `"{phrase}"`{one_name}',
            )
        if "COMPARE" not in self.accepts:
            return False
        start = name.start_pos or 0
        return self.error(
            "G101",
            "a name is one word",
            start=start,
            length=self.at + len(self.word) - start,
            suggestion=f"write `{name}_{self.word}`, if that is its name",
        )

    def _phrase(self) -> str | None:
        """The words up to the end of the line, or up to what ends a label, if they can be nothing else than a text."""
        found = _WORDS.match(self.text, self.at)
        end = _END_OF_LABEL.get(self.tokens[0].type) if len(self.tokens) == 2 else None
        if found is None:
            return None
        phrase = found[0]
        if end is not None:
            stop = re.compile(end).search(self.text, self.at)
            if stop is None or self.text[self.at : stop.start()].rstrip().count("\n"):
                return None
            phrase = self.text[self.at : stop.start()]
            if not _WORDS.fullmatch(phrase.strip()):
                return None
        elif any(messages.belongs_to(word) is not None for word in phrase.split()) or (
            found.end() < len(self.text) and self.text[found.end()] not in "\n#"
        ):
            return None
        return phrase.strip()

    def half_comparison(self) -> bool:
        """`phosphorus > 5.5 or < 2.5`: each comparison needs its own left side."""
        if (
            not self.tokens
            or self.tokens[-1].type not in ("AND", "OR")
            or self.raw[:1] not in ("<", ">", "=", "≤", "≥")
        ):
            return False
        signs = [i for i, token in enumerate(self.tokens) if token.type in ("COMPARE", "EQUAL")]
        if not signs or self.tokens[signs[-1] - 1].type != "NAME":
            return False
        sign = self.text[self.at : self.at + 2].strip() if self.text[self.at + 1 : self.at + 2] == "=" else self.raw[:1]
        return self.error(
            "G105",
            "this comparison has nothing on its left",
            length=len(sign),
            suggestion=f"name it again: `{self.tokens[-1]} {self.tokens[signs[-1] - 1]} {sign} …`",
        )

    def open_parenthesis(self) -> bool:
        """Something else begins, or the file ends, while a parenthesis is open."""
        opens = bool(self.word) and (self.word in grammar.STATEMENT_WORDS or messages.belongs_to(self.word) is not None)
        if "RPAR" not in self.accepts or (self.raw and not opens):
            return False
        waiting: list[int] = []
        for token in self.tokens:
            if token.type == "LPAR":
                waiting.append(token.start_pos or 0)
            elif token.type == "RPAR" and waiting:
                waiting.pop()
        if not waiting:
            return False
        before = f"before `{self.word}`" if opens else "before the end"
        return self.error(
            "G101",
            f"this parenthesis is not closed {before}",
            start=waiting[-1],
            length=1,
            expected="`)`",
            suggestion="close it behind the last of the conditions that belong together",
        )


def _sign(found: re.Match[str]) -> str:
    """The sign for a comparison in words."""
    word = " ".join(found["word"].split())
    if word in _SIGNS:
        return _SIGNS[word]
    sign = (">" if word in _ABOVE else "<") + ("=" if found["equal"] or found["or_equal"] else "")
    return _OPPOSITE[sign] if found["no"] else sign
