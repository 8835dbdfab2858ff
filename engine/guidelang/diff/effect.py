"""What a new edition does to the patients of a cohort: the published part, and the words that all pages share.

Patients are run and counted in `cohort.effect`, which knows tables and hands over plain counts. Here they are put
beside what changed in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from guidelang.diff.causes import Causes
from guidelang.diff.comparison import Comparison
from guidelang.diff.document import (
    EffectAdviceDocument,
    EffectDocument,
    Moved,
    ReasonDocument,
)
from guidelang.diff.verdict import SCOPE
from guidelang.diff.wording import some

MOST_REASONS = 5
"""Of more reasons for one piece of advice, pages tell the most frequent ones; the document has each."""

MOVED: Mapping[Moved, str] = {
    "gained": "gained",
    "lost": "lost",
    "yes_to_undecided": "yes to undecided",
    "undecided_to_yes": "undecided to yes",
    "no_to_undecided": "no to undecided",
    "undecided_to_no": "undecided to no",
    "strength_changed": "changed in strength",
}
"""What may happen to a patient, in the order of the columns of tables."""
_SHORT: Mapping[str, tuple[Moved, ...]] = {
    "gained": ("gained",),
    "lost": ("lost",),
    "to ?": ("yes_to_undecided", "no_to_undecided"),
    "from ?": ("undecided_to_yes", "undecided_to_no"),
    "strength": ("strength_changed",),
}


def renamed_rules(comparison: Comparison) -> dict[str, str]:
    """The rules that have another name in the new edition, by their old names."""
    return {
        each.old: each.new
        for each in comparison.text
        if each.kind == "renamed" and each.part == "rule" and not each.aspect and each.old and each.new
    }


def with_effect(comparison: Comparison, counts: Mapping[str, Any]) -> Comparison:
    """The comparison with the counts of a cohort (`cohort.effect.run_effect`), and what may be responsible for them."""
    pieces = (counts["scope"], *counts["advice"])
    reasons = [reason for piece in pieces for reason in piece["reasons"]]
    moved = any(counts["scope"][each] for each in MOVED) or any(reason["scope"] for reason in reasons)
    names = [*([SCOPE] if moved else []), *dict.fromkeys(rule for reason in reasons for rule in reason["rules"])]
    causes = Causes(comparison.old.network, comparison.new.network, comparison.text, renamed_rules(comparison))
    found = EffectDocument.model_validate(
        {**counts, "causes": [each.model_dump() for each in causes.of(names)]},
    )
    return replace(comparison, effect=found)


# ---- what all pages say ---------------------------------------------------------------------------------------------


def heading(effect: EffectDocument) -> str:
    return f"{effect.cohort} on {effect.as_of}: {_patients(effect.patients.both)} read by both"


def headlines(effect: EffectDocument) -> Iterator[str]:
    """What there is to say of the cohort as a whole."""
    patients = effect.patients
    yield (
        f"{_patients(patients.changed)} of {patients.both:,} {'gets' if patients.changed == 1 else 'get'} other advice "
        "than before, or may"
    )
    yield (
        f"Pieces of advice per hundred patients: {effect.per_hundred_before:.1f} before, "
        f"{effect.per_hundred_after:.1f} now"
    )
    for count, words in (
        (patients.only_old, "only the old edition reads"),
        (patients.only_new, "only the new edition reads"),
    ):
        if count:
            yield f"{_patients(count)} whom {words}, left out of the counts"
    if patients.rejected_old or patients.rejected_new:
        both = patients.rejected_old == patients.rejected_new
        told = f"{patients.rejected_old:,}" if both else f"{patients.rejected_old:,} and {patients.rejected_new:,}"
        yield f"Rows that name no patient, left out: {told}"
    yield from effect.notes


def changed_pieces(effect: EffectDocument) -> list[EffectAdviceDocument]:
    """The scope, if it changed for anybody, and the pieces of advice that did."""
    return [each for each in (effect.scope, *effect.advice) if is_moved(each)]


def unchanged_pieces(effect: EffectDocument) -> list[str]:
    return [each.advice for each in (effect.scope, *effect.advice) if not is_moved(each)]


def is_moved(piece: EffectAdviceDocument) -> bool:
    return any(moves(piece).values())


def moves(piece: EffectAdviceDocument) -> dict[Moved, int]:
    """How many patients moved, by sort of move."""
    return {moved: getattr(piece, moved) for moved in MOVED}


def table(effect: EffectDocument, *, short: bool = False) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The header, and a row for each piece of advice that changed: before, now, and the moves that anybody made.

    Args:
        short: for narrow pages: moves to and from undecided in one column each, under `?`.
    """
    pieces = changed_pieces(effect)
    columns = _SHORT if short else {words: (moved,) for moved, words in MOVED.items()}
    made = {
        words: counts
        for words, each in columns.items()
        if any(counts := [sum(moves(piece)[moved] for moved in each) for piece in pieces])
    }
    rows = [
        (
            piece.advice,
            f"{piece.before.yes:,}",
            f"{piece.after.yes:,}",
            *(f"{counts[at]:,}" for counts in made.values()),
        )
        for at, piece in enumerate(pieces)
    ]
    return ("advice", "before", "now", *made), rows


def reasons(piece: EffectAdviceDocument) -> Iterator[str]:
    """The reasons, counted: "412 lost: rule lower_phosphorus"; how strengths changed."""
    ordered = sorted(piece.reasons, key=lambda reason: -reason.patients)
    shown = ordered if len(ordered) <= MOST_REASONS + 1 else ordered[:MOST_REASONS]
    for reason in piece.reasons:
        if reason in shown:
            yield f"{reason.patients:,} {MOVED[reason.moved]}: {_because(reason)}"
    others = ordered[len(shown) :]
    if others:
        yield f"{sum(each.patients for each in others):,} more, for {len(others)} other reasons"
    for each in piece.strengths[:MOST_REASONS]:
        yield f"strength of {each.patients:,}: {each.before} becomes {each.after}"


def responsible(effect: EffectDocument) -> Iterator[tuple[str, list[str]]]:
    """Which changes of the text may have moved a rule of the reasons, or the scope: what it stands on."""
    told = [reason for piece in effect.advice for reason in piece.reasons]
    altered = {rule for reason in told if reason.moved == "strength_changed" for rule in reason.rules}
    moved = {rule for reason in told if reason.moved != "strength_changed" for rule in reason.rules}
    for cause in effect.causes:
        what = "the scope" if cause.rule == SCOPE else f"rule {cause.rule}"
        if cause.changes:
            one = "this change" if len(cause.changes) == 1 else "one of these changes, or several together"
            yield f"{what}: {one}", cause.changes
        elif cause.rule in moved:
            yield f"{what}: no change of the text that it stands on was found", []
        if cause.stated and cause.rule in altered:
            yield f"{what}, what it states of its advice", cause.stated


def _because(reason: ReasonDocument) -> str:
    told = ["the scope"] if reason.scope else []
    if reason.rules:
        told.append(f"{'rule' if len(reason.rules) == 1 else 'rules'} {some(reason.rules, 6)}")
    return ", and ".join(told)


def _patients(count: int) -> str:
    return f"{count:,} patient{'' if count == 1 else 's'}"
