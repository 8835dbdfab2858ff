"""What a syntax error means, in the reader's words.

The parser stops at the first token that cannot stand where it stands. That is often one token late: a misspelled word
of the language reads as a name or as a unit. So near words are looked for first, at the place and one or two before it.
"""

from __future__ import annotations

import re

from lark import Token

from guidelang.diagnostics import Report, nearest
from guidelang.syntax import grammar, messages
from guidelang.syntax.explain_habits import Habits
from guidelang.syntax.explain_signs import Signs
from guidelang.syntax.explain_speech import Speech
from guidelang.syntax.failure import WORD, Failure
from guidelang.syntax.near import nearest_word
from guidelang.terminology import BUILT_IN_SYSTEMS


def explain(failure: Failure, report: Report) -> tuple[Token, ...]:
    """Reports what is wrong.

    Returns the tokens of the statement before, where that was complete and the fault is in the first word of the next
    one; otherwise nothing.
    """
    explanation = _Explanation(failure, report)
    explanation.say()
    return explanation.complete


class _Explanation(Signs, Habits, Speech):
    def say(self) -> None:
        if self.failure.too_deep:
            self.error(
                "G108", "parentheses are nested too deeply here", length=1, suggestion="name parts with `define`"
            )
            return
        if self.as_spoken():
            return
        for try_to_say in (
            self.quotation, self.hyphen, self.quotation_before, self.unit_first, self.comparison_in_words,
            self.none, self.number, self.misspelled, self.yes_or_no,
            self.foreign, self.half_comparison, self.second_comparison, self.action, self.misspelled_before,
            self.reserved_name, self.code, self.loose_words, self.missing_when, self.open_parenthesis,
            self.elsewhere,
        ):  # fmt: skip
            if try_to_say():
                return
        self.anything_else()

    # ---- words ------------------------------------------------------------------------------------------------------

    def misspelled(self) -> bool:
        return bool(self.word) and self.misspelled_word(len(self.tokens), self.word, self.at, self.accepts)

    def misspelled_before(self) -> bool:
        """Whether one of the two tokens before is a misspelled word, with which this place would make sense."""
        for index in range(len(self.tokens) - 1, max(len(self.tokens) - 3, 0), -1):
            token = self.tokens[index]
            word = WORD.fullmatch(token)
            if word is None or token.type not in ("NAME", "UNIT", "STATUS_CODE", "GRADE_MARK"):
                continue
            accepts = frozenset(self.parser_after(index).accepts())
            if self.misspelled_word(index, str(token), token.start_pos or 0, accepts, check=True):
                return True
        return False

    def misspelled_word(
        self, index: int, word: str, start: int, accepts: frozenset[str], *, check: bool = False
    ) -> bool:
        """Reports the word if it is near one that may stand in its place.

        With `check`, only if what follows the word may then follow.
        """
        words = {known: terminal for known, terminal in grammar.keywords().items() if terminal in accepts}
        found = nearest_word(word, words)
        if found is None or word in grammar.keywords() or word in grammar.reserved_words():
            return False
        if check and not self.fits_after(index, words[found], found, start + len(word)):
            return False
        if found in grammar.STATEMENT_WORDS and "$END" in accepts:
            self.complete = self.tokens[:index]
        if word.lower() == found:
            message = f"`{word}` is written in small letters"
            suggestion = f"write `{found}`"
        else:
            message = f"`{word}` is no word of the language"
            suggestion = f"did you mean `{found}`?"
        return self.error("G102", message, start=start, length=len(word), suggestion=suggestion)

    def yes_or_no(self) -> bool:
        """Says how a condition is written that someone compares with yes, no, true or false, or negates after `is`."""
        types = [token.type for token in self.tokens[-3:]]
        negated = types[-2:] == ["IS", "NOT"]
        compared = types[-1:] in (["IS"], ["COMPARE"], ["EQUAL"])
        before = len(self.tokens) - (2 if negated else 1)
        subject = str(self.tokens[before - 1]) if before > 0 else "X"
        if (negated or compared) and self.word in ("yes", "true", "no", "false"):
            positive = (self.word in ("yes", "true")) != (negated or self.tokens[-1] in ("!=", "≠"))
            return self.error(
                "G105",
                f"a condition is not compared with `{self.word}`: its name alone says it",
                suggestion=f"write `{subject}`" if positive else f"write `not {subject}`",
            )
        if negated and self.word in ("known", "missing", "stale"):
            opposite = {"known": f"`{subject} is missing`", "missing": f"`{subject} is known`"}
            return self.error(
                "G105",
                f"`is not {self.word}` is no form of the language",
                suggestion=f"write {opposite.get(self.word, f'`not {subject} is {self.word}`')}",
            )
        return False

    def action(self) -> bool:
        """Whether the word before reads as a target and was meant as an action: `recommend lower phosphorus`."""
        types = [token.type for token in self.tokens[-3:]]
        after_kind = types[-2:] == ["ADVICE_KIND", "NAME"] or types == ["ADVICE_KIND", "AGAINST", "NAME"]
        if not after_kind or not self.word or self.word in grammar.keywords():
            return False
        last = self.tokens[-1]
        actions = sorted(word for word, terminal in grammar.keywords().items() if terminal == "ACTION")
        meant = messages.action_for(last)
        if meant is None and nearest_word(last, actions) is not None:
            return False  # a misspelled one; `decrease` is near to `increase` and must not come here
        return self.error(
            "G101",
            f"`{last}` is no action",
            start=last.start_pos or 0,
            length=len(last),
            expected=", ".join(actions),
            suggestion=f"write `{meant} {self.word}`" if meant else None,
        )

    def reserved_name(self) -> bool:
        word = self.word
        if "NAME" not in self.accepts or word not in grammar.reserved_words():
            return False
        if not self.fits_after(len(self.tokens), "NAME", word, self.at + len(word)):
            return False
        return self.error(
            "G103",
            f"`{word}` is a word of the language",
            length=len(word),
            suggestion=f"choose another name, e.g. `{word}_1`",
        )

    def code(self) -> bool:
        """Unknown code systems, and codes that need quotation marks."""
        if not self.word or self.word in grammar.keywords():
            return False
        if self.tokens and self.tokens[-1].type == "CODE_SYSTEM":
            return self.error(
                "G110", f"`{self.raw}` has no digit", suggestion=f'a code without a digit is quoted: `"{self.raw}"`'
            )
        if "CODE_SYSTEM" not in self.accepts:
            return False
        follows = self.text[self.at + len(self.raw) : self.at + len(self.raw) + 40].split()
        before_a_code = bool(follows) and any(char.isdigit() for char in follows[0])
        after_from = bool(self.tokens) and self.tokens[-1].type == "RECORD"
        if not (before_a_code or after_from):
            return False
        if after_from and not self.word[0].isupper() and not nearest(self.raw.upper(), _SYSTEMS):
            return self.error(
                "G101",
                f"`{self.raw}` cannot stand here",
                expected=messages.expected(self.accepts),
                suggestion=f"for a list of codes, write `in {self.word}`",
            )
        meant = nearest(self.raw.upper().replace("ICD10", "ICD-10-CM"), _SYSTEMS, cutoff=0.6)
        return self.error(
            "G110",
            f"unknown code system `{self.raw}`",
            expected=f"one of {', '.join(BUILT_IN_SYSTEMS)}, or a system of your own as in `clinic:ulcer`",
            suggestion=None if meant is None else f"did you mean `{_SYSTEMS[meant]}`?",
        )

    def missing_when(self) -> bool:
        if not self.tokens or self.tokens[0].type != "RULE" or "WHEN" not in self.accepts:
            return False
        if len(self.tokens) > 3 or (self.word in grammar.keywords() and self.word not in ("not", "certainly")):
            return False
        if not self.fits_here(frozenset(self.parser_after(len(self.tokens), Token("WHEN", "when")).accepts()), self.at):
            return False
        condition = _CONDITION.match(self.text, self.at)
        shown = " ".join((condition[0] if condition else self.raw).split())
        return self.error("G101", "the condition lacks its `when`", suggestion=f"write `when {shown}`")

    def elsewhere(self) -> bool:
        """A clause outside of the statement that it belongs to."""
        home = messages.belongs_to(self.word)
        if home is None or not {"RULE", "FACT"} <= self.accepts:
            return False
        self.complete = self.tokens if "$END" in self.accepts else ()
        return self.error(
            "G101",
            f"`{self.word}` belongs into {home}",
            length=len(self.word),
            expected=messages.expected(self.accepts),
        )

    def anything_else(self) -> None:
        expected = messages.expected(self.accepts)
        if "$END" in self.accepts and self.source.column_of(self.at) == 1:
            self.complete = self.tokens  # what begins a line at its margin is hardly part of the statement before
        if self.tokens and (not self.raw or self.starts_new_line()):
            last = self.tokens[-1]
            self.error(
                "G101",
                f"something is missing after `{_short(last)}`",
                start=last.start_pos or 0,
                length=len(last),
                expected=expected,
            )
        elif self.raw:
            self.error("G101", f"`{_short(self.raw)}` cannot stand here", expected=expected)
        else:
            self.error("G101", "there is nothing here", start=0, expected=expected)

    def starts_new_line(self) -> bool:
        """Whether this is a word that opens a statement or a clause, on a later line than what is incomplete."""
        if self.word not in grammar.STATEMENT_WORDS and messages.belongs_to(self.word) is None:
            return False
        return self.source.line_of(self.at) > self.source.line_of(self.tokens[-1].start_pos or 0)


_CLAUSES = "|".join((*grammar.STATEMENT_WORDS, "unless", "recommend", "suggest", "conclude"))
_CONDITION = re.compile(rf'(?:"[^"\n]*"|(?!\b(?:{_CLAUSES})\b)[^#\n])+')
_SYSTEMS = {word.upper(): word for word in BUILT_IN_SYSTEMS} | {"SNOMED": "SNOMED CT", "ICD-10": "ICD-10-CM"}


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"
