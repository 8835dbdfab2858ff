"""What is counted of two editions run on the same patients, and that it adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from guidelang.cohort.effect_columns import SCOPE, WORDS, Move

MOVES: Mapping[str, tuple[str, str]] = {
    "gained": ("no", "yes"),
    "lost": ("yes", "no"),
    "yes_to_undecided": ("yes", "undecided"),
    "no_to_undecided": ("no", "undecided"),
    "undecided_to_yes": ("undecided", "yes"),
    "undecided_to_no": ("undecided", "no"),
}
STRENGTH = "strength_changed"
UNCHANGED: Mapping[str, tuple[str, str]] = {
    "unchanged_yes": ("yes", "yes"),
    "unchanged_no": ("no", "no"),
    "unchanged_undecided": ("undecided", "undecided"),
}
_WORDS_OF = {**MOVES, STRENGTH: ("yes", "yes"), **UNCHANGED}
ALL = tuple(_WORDS_OF)
"""Every patient who was read by both editions is in one of these, for each piece of advice."""


@dataclass(slots=True)
class EditionCounts:
    """Of the run of one edition, patients unless it says otherwise (see `counts.Counts`)."""

    read: int = 0
    left_out: int = 0
    alone: int = 0
    values: int = 0


@dataclass(slots=True)
class EffectCounts:
    """What became of the patients.

    Attributes:
        both: patients who were read by both editions.
        apart: patients whom the old edition alone has in its outcomes, and the new one alone.
        changed: patients with a change of any piece of advice.
        moves: how many patients have each move, by piece of advice, and of the scope.
    """

    old: EditionCounts = field(default_factory=EditionCounts)
    new: EditionCounts = field(default_factory=EditionCounts)
    both: int = 0
    apart: tuple[int, int] = (0, 0)
    changed: int = 0
    moves: dict[str, Counter[Move]] = field(default_factory=dict)

    def add(self, patients: int, changed: int, moves: Mapping[str, Mapping[Move, int]]) -> None:
        self.both += patients
        self.changed += changed
        for advice, counts in moves.items():
            self.moves.setdefault(advice, Counter()).update(counts)

    def document(self) -> dict[str, Any]:
        """The counts as JSON has them.

        Raises:
            ArithmeticError: they do not add up.
        """
        advice = [self._piece(name) for name in self.moves if name != SCOPE]
        given = {when: sum(each[when]["yes"] for each in advice) for when in ("before", "after")}
        found: dict[str, Any] = {
            "patients": {
                "read_old": self.old.read,
                "read_new": self.new.read,
                "both": self.both,
                "changed": self.changed,
                "only_old": self.apart[0],
                "only_new": self.apart[1],
                "rejected_old": self.old.left_out,
                "rejected_new": self.new.left_out,
                "one_by_one_old": self.old.alone,
                "one_by_one_new": self.new.alone,
            },
            "values_rejected_old": self.old.values,
            "values_rejected_new": self.new.values,
            "per_hundred_before": self._per_hundred(given["before"]),
            "per_hundred_after": self._per_hundred(given["after"]),
            "scope": self._piece(SCOPE),
            "advice": advice,
        }
        check(found)
        return found

    def _per_hundred(self, pieces: int) -> float:
        """Pieces of advice for a hundred of the patients who were read by both."""
        return round(100 * pieces / self.both, 4) if self.both else 0.0

    def _piece(self, name: str) -> dict[str, Any]:
        moves = self.moves.get(name, Counter())
        before, after = Counter(dict.fromkeys(reversed(WORDS), 0)), Counter(dict.fromkeys(reversed(WORDS), 0))
        found, of_scope = Counter(dict.fromkeys(ALL, 0)), Counter[str]()
        strengths, reasons = Counter[tuple[str, str]](), Counter[tuple[str, bool, tuple[str, ...]]]()
        for move, count in moves.items():
            moved = _name(move)
            before[move.before] += count
            after[move.after] += count
            found[moved] += count
            if moved == STRENGTH:
                strengths[move.strengths] += count
            if move.changed and name != SCOPE:
                reasons[moved, move.scope, move.because] += count
                if move.scope:
                    of_scope[moved] += count
        return {
            "advice": name,
            "before": dict(before),
            "after": dict(after),
            "per_hundred_before": self._per_hundred(before["yes"]),
            "per_hundred_after": self._per_hundred(after["yes"]),
            **found,
            "by_scope": {moved: of_scope[moved] for moved in ALL if of_scope[moved]},
            "strengths": [
                {"before": was, "after": is_, "patients": count} for (was, is_), count in _greatest_first(strengths)
            ],
            "reasons": [
                {"moved": moved, "scope": scope, "rules": list(rules), "patients": count}
                for (moved, scope, rules), count in sorted(
                    _greatest_first(reasons), key=lambda each: ALL.index(each[0][0])
                )
            ],
        }


def check(document: Mapping[str, Any]) -> None:
    """That all counts of a document add up.

    Raises:
        ArithmeticError: they do not.
    """
    everybody = document["patients"]["both"]
    for piece in (document["scope"], *document["advice"]):
        _equal(piece, "moves", sum(piece[each] for each in ALL), everybody)
        for at, when in enumerate(("before", "after")):
            _equal(piece, when, sum(piece[when].values()), everybody)
            for word in WORDS:
                those = [each for each, words in _WORDS_OF.items() if words[at] == word]
                _equal(piece, f"{word} {when}", sum(piece[each] for each in those), piece[when][word])
        if piece["advice"] != SCOPE:
            for moved in (*MOVES, STRENGTH):
                told = sum(reason["patients"] for reason in piece["reasons"] if reason["moved"] == moved)
                _equal(piece, f"reasons of {moved}", told, piece[moved])
        _equal(piece, "strengths", sum(each["patients"] for each in piece["strengths"]), piece[STRENGTH])
    for edition, apart in (("old", "only_old"), ("new", "only_new")):
        patients = document["patients"]
        if patients[f"read_{edition}"] != everybody + patients[apart] + patients[f"rejected_{edition}"]:
            raise ArithmeticError(f"patients of the {edition} edition do not add up")


def _equal(piece: Mapping[str, Any], what: str, found: int, expected: int) -> None:
    if found != expected:
        raise ArithmeticError(f"{piece['advice']}: {what} are {found} patients, and not {expected}")


def _name(move: Move) -> str:
    if not move.changed:
        return f"unchanged_{move.before}"
    found = [name for name, words in MOVES.items() if words == (move.before, move.after)]
    return found[0] if found else STRENGTH


T = TypeVar("T", bound=tuple[Any, ...])


def _greatest_first(counts: Counter[T]) -> list[tuple[T, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))
