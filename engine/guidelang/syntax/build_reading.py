"""From lark's parse tree to the syntax tree: `from` clauses, whose parts stand in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from guidelang.diagnostics import Note
from guidelang.source import Span
from guidelang.syntax import tree
from guidelang.syntax.build_example import ExampleBuilder
from guidelang.syntax.build_expression import COMPARATORS, Branch, Child, as_branch, as_token, fixed
from guidelang.terminology import ANY, CODED_ELEMENTS, LENGTH_ELEMENTS, CodedElement, RecordType, TimeElement

_ITEMS = ("any_code", "in_list", "system_code", "own_code", "same_system_code")
_WORDS = {
    "negated": "with negation", "abated": "with abatement", "timed_by": "timed by", "daily_dose": "as daily dose",
    "within": "within",
}  # fmt: skip


class ReadingBuilder(ExampleBuilder):
    """Builds `from` clauses."""

    def reading(self, branch: Branch) -> tree.FromRecord:
        record, *rest = branch.children
        items = [part for child in rest if (part := as_branch(child)).data in _ITEMS]
        parts: dict[str, Branch] = {}
        lengths: list[tree.LengthFilter] = []
        for child in rest:
            part = as_branch(child)
            if part.data == "length_filter":  # a lower and an upper limit stand together
                lengths.append(self.length_filter(part))
            elif part.data not in _ITEMS:
                self._once(part, parts)
        coded = [
            self.coded_filter(part) for word, part in parts.items() if word.removeprefix("with ") in CODED_ELEMENTS
        ]
        timed, within = parts.get("timed by"), parts.get("within")
        return tree.FromRecord(
            cast(RecordType, "_".join(str(word) for word in as_branch(record).children if word is not None)),
            () if items[0].data == "any_code" else self.code_items(items),
            _words(parts.get("with status")),
            _words(parts.get("with verification")),
            None if within is None else self.duration(within),
            _words(parts.get("with intent")),
            tuple(sorted(coded, key=lambda each: CODED_ELEMENTS.index(each.element))),
            tuple(sorted(lengths, key=lambda each: LENGTH_ELEMENTS.index(each.element))),
            "with abatement" in parts,
            "with negation" in parts,
            None if timed is None else cast(TimeElement, str(timed.children[0])),
            "as daily dose" in parts,
            span=self.span(branch),
        )

    def _once(self, part: Branch, parts: dict[str, Branch]) -> None:
        word = _word(part)
        if word not in parts:
            parts[word] = part
        elif word == "within":
            self.twice(word, part, suggestion="a `from` looks back over one window; remove the other")
        else:
            self.twice(
                word, part, suggestion="name the others after a comma" if word in _LISTED else "keep one of them"
            )

    def coded_filter(self, branch: Branch) -> tree.CodedFilter:
        children = branch.children if branch.data == "value_filter" else branch.children[1:]
        element = _word(branch).removeprefix("with ")
        if branch.data == "any_filter":
            return tree.CodedFilter(cast(CodedElement, element), span=self.span(branch))
        return tree.CodedFilter(
            cast(CodedElement, element),
            self.code_items(but_beginnings(children)),
            self.beginnings(children),
            span=self.span(branch),
        )

    def length_filter(self, branch: Branch) -> tree.LengthFilter:
        element, operator, length = branch.children
        return tree.LengthFilter(
            fixed(element),
            COMPARATORS[as_token(operator)],
            cast(tree.Duration, self.expression(length)),
            span=self.span(branch),
        )

    def beginnings(self, children: Sequence[Child]) -> tuple[str, ...]:
        """The texts of `beginning "…"` among codes."""
        parts = [as_branch(child) for child in children]
        return tuple(self.unquoted(part.children[0]) for part in parts if part.data == "beginning")

    def twice(self, word: str, clause: Branch, first: Branch | None = None, *, suggestion: str | None = None) -> None:
        span = self.span(clause)
        self.report.error(
            "G111",
            f"`{word}` stands twice",
            Span(self.source, span.start, min(span.end, span.start + len(word))),
            suggestion=suggestion,
            notes=() if first is None else (Note("the first one stands here", self.span(first)),),
        )


_LISTED = frozenset({"with status", "with verification", "with intent", *(f"with {each}" for each in CODED_ELEMENTS)})


def but_beginnings(children: Sequence[Child]) -> list[Child]:
    return [child for child in children if as_branch(child).data != "beginning"]


def _word(part: Branch) -> str:
    """What a part is called, and may be once: `with status` for `with any status` as well."""
    match part.data:
        case "word_filter" | "any_filter" | "coded_filter":
            return f"with {part.children[0]}"
        case "value_filter" | "intent_filter":
            return f"with {str(part.data).removesuffix('_filter')}"
        case "any_intent":
            return "with intent"
        case data:
            return _WORDS[str(data)]


def _words(part: Branch | None) -> tuple[str, ...]:
    if part is None:
        return ()
    if part.data in ("any_filter", "any_intent"):
        return (ANY,)
    return tuple(str(word) for word in (part.children if part.data == "intent_filter" else part.children[1:]))
