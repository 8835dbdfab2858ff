"""The published document of a comparison, and the words that all pages share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guidelang.diff.because import because
from guidelang.diff.change import PARTS
from guidelang.diff.comparison import Comparison
from guidelang.diff.document import (
    AdviceChangeDocument,
    DiffDocument,
    EditionDocument,
    LocalReasonDocument,
    MeaningDocument,
    TextChangeDocument,
    WitnessDocument,
)
from guidelang.diff.edition import Edition
from guidelang.diff.local import change_of, local_changes
from guidelang.diff.verdict import SCOPE, AdviceChange, Meaning, Witness
from guidelang.diff.wording import counted, some

SCHEMA_VERSION = "1"
MOST_EXAMPLES = 12
"""More changes of examples than this are counted on pages; the document has each."""

TITLES = {
    "head": "Guideline", "source": "Sources", "scope": "Scope", "parameter": "Parameters", "system": "Code systems",
    "code list": "Code lists", "fact": "Facts", "intervention": "Interventions", "derived": "Derived facts",
    "invariant": "Invariants", "rule": "Rules", "example": "Examples",
}  # fmt: skip

_BUMPS = {
    "major": "major: somebody loses advice, gets other advice, or may",
    "minor": "minor: advice is only added",
    "patch": "patch: nobody gets anything else",
}


def diff_document(comparison: Comparison) -> DiffDocument:
    """The comparison for programs; every page is made from it."""
    local = local_changes(comparison.old, comparison.new)
    changes = {id(each): change_of(each, local) for each in comparison.text}
    different = {change.name for change in changes.values() if change is not None}
    reasons = {change.name: change.reason for change in local.values() if change.name in different}
    return DiffDocument(
        schema_version=SCHEMA_VERSION,
        old=_edition(comparison.old),
        new=_edition(comparison.new),
        as_of=comparison.as_of.isoformat(),
        changed=comparison.changed,
        text=[
            TextChangeDocument(
                kind=each.kind,
                part=each.part,
                name=each.name,
                aspect=each.aspect,
                sentence=each.sentence,
                old=each.old,
                new=each.new,
                old_place=each.old_place,
                new_place=each.new_place,
                local_change=None if (change := changes[id(each)]) is None else change.name,
            )
            for each in comparison.text
        ],
        local_changes=[LocalReasonDocument(name=name, reason=reason) for name, reason in reasons.items()],
        read_anew=list(comparison.read_anew),
        no_longer_read=list(comparison.no_longer_read),
        meaning=None if comparison.meaning is None else _meaning(comparison.meaning, comparison),
        effect=comparison.effect,
    )


def _edition(edition: Edition) -> EditionDocument:
    network = edition.network
    return EditionDocument(
        given=edition.name,
        name=network.name,
        version=network.version,
        title=network.title,
        effective=None if network.effective is None else network.effective.isoformat(),
        hash=network.hash,
    )


def _meaning(meaning: Meaning, comparison: Comparison) -> MeaningDocument:
    advice = [_advice(each, comparison) for each in meaning.advice]
    return MeaningDocument(bump=meaning.bump, changed_facts=list(meaning.changed_facts), advice=advice)


def _advice(change: AdviceChange, comparison: Comparison) -> AdviceChangeDocument:
    return AdviceChangeDocument(
        advice=change.advice,
        verdict=change.verdict,
        words=_words(change),
        proved=change.proved,
        strength=change.strength,
        note=change.note,
        because=list(because(change, comparison.text, comparison.old.network, comparison.new.network)),
        gained=_witness(change.gained),
        lost=_witness(change.lost),
        old_rules=list(change.old_rules),
        new_rules=list(change.new_rules),
    )


def _witness(witness: Witness | None) -> WitnessDocument | None:
    if witness is None:
        return None
    return WitnessDocument(
        summary=witness.summary,
        as_of=witness.as_of.isoformat(),
        old=witness.old,
        new=witness.new,
        patient=witness.patient,
        example=witness.example,
    )


def _words(change: AdviceChange) -> str:
    """The verdict as a sentence: "given to more patients, and proved: to nobody less"."""
    given = "the guideline applies" if change.advice == SCOPE else "given"
    proved = ", which is proved" if change.proved else ""
    match change.verdict:
        case "same":
            told = f"{given} to the same patients{proved}"
        case "broader":
            told = f"{given} to more patients, and to nobody less{proved}"
        case "narrower":
            told = f"{given} to fewer patients, and to nobody more{proved}"
        case "different":
            told = f"{given} to some more and to some fewer patients"
        case "undecided":
            known = [word for word, found in (("more", change.gained), ("fewer", change.lost)) if found is not None]
            told = f"{given} to {known[0]} patients; the other direction is undecided" if known else "undecided"
    return told


# ---- what all pages say ---------------------------------------------------------------------------------------------


def verdict(document: DiffDocument) -> str:
    """The one sentence that says it all."""
    if document.meaning is None:
        if not document.changed:
            return "Nothing changed but words for readers" if document.text else "Nothing changed"
        return "The meaning may have changed: compared by text only"
    changed = [each for each in document.meaning.advice if is_changed(each)]
    bump = f"a new version number would be {_BUMPS[document.meaning.bump]}"
    if not changed:
        return f"The meaning is the same for every patient; {bump}"
    pieces = len([each for each in document.meaning.advice if each.advice != SCOPE])
    advice = len([each for each in changed if each.advice != SCOPE])
    scope = "the scope and " if any(each.advice == SCOPE for each in changed) else ""
    return f"The meaning changed in {scope}{advice} of {counted(pieces, 'piece')} of advice; {bump}"


def is_changed(change: AdviceChangeDocument) -> bool:
    return change.verdict != "same" or change.strength is not None


def by_part(document: DiffDocument) -> Iterator[tuple[str, list[TextChangeDocument]]]:
    """The changes of the text that are no local ones, with the heading of each sort, in order."""
    for part in PARTS:
        found = [each for each in document.text if each.part == part and each.local_change is None]
        if found:
            yield TITLES[part], found if part != "example" or len(found) <= MOST_EXAMPLES else _counted(found)


def local(document: DiffDocument) -> list[tuple[LocalReasonDocument, list[TextChangeDocument]]]:
    """The local changes, each with its changes of the text."""
    found = []
    for change in document.local_changes:
        own = [each for each in document.text if each.local_change == change.name]
        examples = [each for each in own if each.part == "example"]
        others = [each for each in own if each.part != "example"]
        found.append((change, others + (examples if len(examples) <= MOST_EXAMPLES else _counted(examples))))
    return found


def others(document: DiffDocument) -> int:
    """How many changes of the text are no local ones."""
    return sum(each.local_change is None for each in document.text)


def _counted(examples: list[TextChangeDocument]) -> list[TextChangeDocument]:
    """Many changes of examples in a sentence for each sort of change, with the first names."""
    told = []
    for kind, aspect in dict.fromkeys((each.kind, each.aspect) for each in examples):
        alike = [each for each in examples if (each.kind, each.aspect) == (kind, aspect)]
        if len(alike) == 1:
            told += alike
            continue
        what = f"{aspect} of " if aspect else ""
        names = some([f'"{each.name}"' for each in alike])
        sentence = f"{what}{counted(len(alike), 'example')} {kind}: {names}"
        told.append(alike[0].model_copy(update={"sentence": sentence[0].upper() + sentence[1:]}))
    return told


def place(change: TextChangeDocument) -> str:
    """Where to look: in the new edition, of what was removed in the old one."""
    return change.new_place or change.old_place or ""


def witnesses(change: AdviceChangeDocument) -> Iterator[tuple[str, WitnessDocument]]:
    """The patients who show a change, each with what they are an example of."""
    for witness, word in ((change.gained, "gets more"), (change.lost, "gets less")):
        if witness is not None:
            yield f"{word} ({witness.old} before, {witness.new} now)", witness


def data_remarks(document: DiffDocument) -> Iterable[tuple[str, list[str]]]:
    """What changes in the data that the guideline needs."""
    changed = [] if document.meaning is None else document.meaning.changed_facts
    told = (
        ("Facts that are read now and were not", document.read_anew),
        ("Facts that are no longer read", document.no_longer_read),
        ("Facts that are read or measured in another way", changed),
    )
    return [(words, names) for words, names in told if names]


def asides(change: AdviceChangeDocument) -> list[str]:
    """What else there is to say of a verdict: the strength, a note, the rules."""
    strength = f"strength: {change.strength}" if change.strength else None
    return [each for each in (strength, change.note, _rules(change), *change.because) if each]


def _rules(change: AdviceChangeDocument) -> str:
    """The rules that give a piece of advice: "rule a", "rules a, b", "rule a, before b"."""
    if change.old_rules == change.new_rules or not change.old_rules:
        told = change.new_rules
        return "" if not told else f"{'rule' if len(told) == 1 else 'rules'} {', '.join(told)}"
    if not change.new_rules:
        return f"before: {', '.join(change.old_rules)}; now no rule"
    return f"before: {', '.join(change.old_rules)}; now: {', '.join(change.new_rules)}"
