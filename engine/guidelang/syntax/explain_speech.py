"""What a syntax error means that comes from writing as one speaks: `no visit in the last year`, `at most 2 of`."""

from __future__ import annotations

import re

from guidelang.syntax import grammar, messages
from guidelang.syntax.failure import WORD, Place

_UNIT = r"(?:day|week|month|year)s?\b"
_LENGTH = rf"(?P<count>\d+\s+)?(?P<unit>{_UNIT})"
_PAST = re.compile(rf"\b(?:in|within|during|over)\s+(?:the\s+|an?\s+)?(?:last|past|previous|preceding)\s+{_LENGTH}")
_LONGER_AGO = re.compile(rf"\b(?:more|longer|over)\s+(?:than\s+)?(?P<length>\d+\s+{_UNIT})\s+ago\b")
_OF_CONDITIONS = re.compile(r"\b(?P<word>any|all|none|exactly\s+(?P<count>\d+))\s+of\s*\(")
_OF_RESULTS = re.compile(
    r"\b(?P<word>most\s+recent|newest|last|first|oldest|maximum|max|minimum|min|mean)\s+(?P<fact>[^\W\d]\w*)"
)
_OF_RESULTS_MEANS = {
    "most recent": "latest", "newest": "latest", "last": "latest", "first": "earliest", "oldest": "earliest",
    "maximum": "highest", "max": "highest", "minimum": "lowest", "min": "lowest", "mean": "average",
}  # fmt: skip
_AGE_AT = re.compile(rf"\bage\s*(?P<test>(?:[<>]=?|[≤≥≠=]|!=)\s*\d+(?:\s+{_UNIT})?)\s+(?:at|on)\s")
_TEST = re.compile(r"(?:[<>]=?|[≤≥≠=]|!=)\s*(?:\d+(?:\.\d+)?(?:[ \t]+(?P<unit>[^\s()#,]+))?|[^\W\d]\w*)")


class Speech(Place):
    """Each method reports one kind of mistake and says whether it found it; `none` comes after comparisons in words."""

    def as_spoken(self) -> bool:
        return (
            self._in_the_past()
            or self._of_conditions()
            or self._at_most()
            or self._of_results()
            or self._test_behind_time()
            or self._for_a_while()
            or self._age_then_day()
        )

    def _here(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What the pattern finds in this line around the place, if the parser had begun with it."""
        start = self.at - self.source.column_of(self.at) + 1
        line = self.source.line(self.source.line_of(self.at))
        for found in pattern.finditer(self.text, start, start + len(line)):
            if found.start() <= self.at < found.end() and self.tokens:
                return found
        return None

    def _instead(self, found: re.Match[str], suggestion: str) -> bool:
        words = " ".join(found[0].split()).removesuffix("(").rstrip()
        return self.error(
            "G105",
            f"`{words}` is no form of the language",
            start=found.start(),
            length=len(found[0].rstrip("(").rstrip()),
            suggestion=suggestion,
        )

    def _in_the_past(self) -> bool:
        if found := self._here(_PAST):
            return self._instead(found, f"write `within {(found['count'] or '1').strip()} {found['unit']}`")
        if found := self._here(_LONGER_AGO):
            return self._instead(found, f"write `before today - {' '.join(found['length'].split())}`")
        return False

    def _of_conditions(self) -> bool:
        found = self._here(_OF_CONDITIONS)
        if found is None:
            return False
        count = int(found["count"] or 0)
        return self._instead(
            found,
            {
                "any": "write `at least 1 of (…)`, or join the conditions with `or`",
                "all": "join the conditions with `and`",
                "none": "write `not at least 1 of (…)`",
            }.get(found["word"], f"write `at least {count} of (…) and not at least {count + 1} of (…)`"),
        )

    def _at_most(self) -> bool:
        if self.word != "most" or not self.tokens or self.tokens[-1].type != "AT":
            return False
        number = re.compile(r"most\s+(\d+)").match(self.text, self.at)
        start = self.tokens[-1].start_pos or 0
        return self.error(
            "G105",
            "`at most` is no form of the language",
            start=start,
            length=self.at + len(self.word) - start,
            suggestion=f"write `not at least {int(number[1]) + 1 if number else 'N'}`: the number that is too many",
        )

    def none(self) -> bool:
        """`when no visit within 1 year`: `no` before a fact."""
        after = re.compile(r"no\s+(?P<next>[^\W\d]\w*)").match(self.text, self.at)
        if self.word != "no" or "NAME" not in self.accepts or after is None or after["next"] in grammar.keywords():
            return False
        return self.error(
            "G105",
            "`no` does not stand before a fact",
            suggestion=f"write `not {after['next']} …`; that a value was not measured is `{after['next']} is missing`",
        )

    def _of_results(self) -> bool:
        found = self._here(_OF_RESULTS)
        if found is None or found["fact"] in grammar.keywords():
            return False
        if self.tokens[-1].type not in ("NAME", "FIRST", "LAST") or (self.tokens[-1].start_pos or 0) < found.start():
            return False
        return self._instead(found, f"write `{_OF_RESULTS_MEANS[' '.join(found['word'].split())]} {found['fact']}`")

    def _test_behind_time(self) -> bool:
        """`any ldl within 1 year > 190 mg/dL`: the test stands right after the fact."""
        heads = [i for i, t in enumerate(self.tokens) if t.type in ("ANY", "EVERY", "LEAST", "AND", "OR", "NOT")]
        head = heads[-1] if heads else len(self.tokens)
        if head == len(self.tokens) or self.tokens[head].type not in ("ANY", "EVERY", "LEAST"):
            return False
        rest = self.tokens[head + 1 :]
        number, rest = (f" {rest[0]}", rest[1:]) if rest and rest[0].type == "NUMBER" else ("", rest)
        if not rest or rest[0].type != "NAME" or any(token.type in ("COMPARE", "EQUAL") for token in rest):
            return False
        end = rest[0].end_pos or 0
        sign = re.compile(r"[^<>=≤≥≠!#\n]*").match(self.text, end)
        test = _TEST.match(self.text, sign.end()) if sign is not None else None
        if sign is None or test is None or test.start() < self.at or not sign[0].strip():
            return False
        unit = test["unit"]
        cut = test.start("unit") if unit and (WORD.fullmatch(unit) and unit in grammar.keywords()) else test.end()
        written = " ".join(self.text[test.start() : cut].split())
        word = {"ANY": "any", "EVERY": "every", "LEAST": "at least"}[self.tokens[head].type] + number
        return self.error(
            "G105",
            f"the test of a value stands right after the fact `{rest[0]}`, its time behind",
            start=test.start(),
            length=len(self.text[test.start() : cut].rstrip()),
            suggestion=f"write `{word} {rest[0]} {written} {' '.join(sign[0].split())}`",
        )

    def _for_a_while(self) -> bool:
        last = self.tokens[-1] if self.tokens else None
        length = re.compile(rf"(?:for\s+)?(?:at\s+least\s+)?{_LENGTH}").match(self.text, self.at)
        if last is None or length is None:
            return False
        span = f"{(length['count'] or '1').strip()} {length['unit']}"
        if last.type == "FOR" and "AT" in self.accepts:
            return self.error("G101", "`for` is followed by `at least`", suggestion=f"write `for at least {span}`")
        if self.word == "for" and last.type == "NAME" and "FOR" not in self.accepts and "COMPARE" in self.accepts:
            return self.error(
                "G105",
                "`for at least` follows a comparison",
                suggestion=f"of a yes or no, say since when: `{last} starts by today - {span}`",
            )
        return False

    def _age_then_day(self) -> bool:
        found = self._here(_AGE_AT)
        if found is None or messages.belongs_to(self.word) is not None:
            return False
        return self.error(
            "G105",
            "the day of an age stands before the comparison",
            suggestion=f"write `age at … {' '.join(found['test'].split())}`",
        )
