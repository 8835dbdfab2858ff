"""What may be told of the cases of a deck: names of cases are those of patients, and of their files."""

from __future__ import annotations

from collections.abc import Sequence

from guidelang.run.evaluation import Evaluation
from guidelang.trace.document import WhyNode
from guidelang.trace.redact import Redaction
from guidelang.trace.redact.sentences import REMOVED, measure_of
from guidelang.verify.patients import NO_PATIENT
from guidelang.verify.targets import TRUTHS, Target

NOT_EVALUATED = "it could not be read or evaluated"


class Redacted:
    """Pseudonyms for cases and files; trees and values without days, entries and texts of the record."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction

    def case(self, name: str) -> str:
        return self._redaction.pseudonym("case", name)

    def file(self, name: str) -> str:
        return self._redaction.pseudonym("file", name)

    def problem(self, told: str | None) -> str | None:
        if told is None:
            return None
        return NO_PATIENT if told.startswith(NO_PATIENT) else NOT_EVALUATED  # without the name that it is near to

    def trees(self, roots: Sequence[WhyNode], evaluation: Evaluation) -> tuple[WhyNode, ...]:
        case = self._redaction.case(evaluation)
        return tuple(case.outline(root) for root in roots)

    def cell(self, text: str, targets: Sequence[Target], evaluation: Evaluation) -> str:
        """A cell, or what is written as one: truths, words of the map and the guideline, numbers that tell no age."""
        if text.lower() in TRUTHS or all(target.type == "yes_no" for target in targets):
            return text
        target, case = targets[0], self._redaction.case(evaluation)
        reader = case.fact if target.sort == "fact" else case.derived
        if target.type in ("date", "text") or reader(target.name, "0", None)[0] != "0":
            return REMOVED
        is_told = measure_of(text) is not None or reader(target.name, text, None)[0] == text
        return text if is_told else REMOVED
