"""What a new edition of a guideline changes in meaning: for each piece of advice a proof, or a patient who shows it.

A patient gets a piece of advice, does not, or it is undecided. Of two editions, the new one gives more where the answer
moves up that line, from no over undecided to yes, and less where it moves down:

    same        nobody gets more and nobody less
    broader     somebody gets more, nobody less
    narrower    somebody gets less, nobody more
    different   both

"Nobody" is a proof (`prove.every`); "somebody" a patient on whom both editions were run. Where there is neither, the
verdict is undecided, and what is known is told.

Patients outside the scope of either edition are left out of the comparison of advice: the scope is compared by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from guidelang.diff.by_code import WAYS, Compared, Way, both_in_scope, by_code, moved
from guidelang.diff.verdict import SCOPE, AdviceChange, Bump, Meaning, Verdict, Witness
from guidelang.network.graph import facts_below
from guidelang.network.ir import Network, RuleDefinition
from guidelang.prove.advice import AdviceKey, advice_of, given, given_term, in_scope, scope_of
from guidelang.prove.content import Content, fact_content
from guidelang.prove.prover import Answer, Conditions, Encodings, Evaluations, Open, Proved, Prover, Question, Shown
from guidelang.prove.runner import Given
from guidelang.prove.smt import Bool, all_of, any_of, negated
from guidelang.prove.terms import Rails
from guidelang.prove.written import example_block, patient_file, summary


def compare_meaning(
    old: Network,
    new: Network,
    *,
    as_of: dt.date,
    seconds: float = 10.0,
    on_progress: Callable[[int, int], None] | None = None,
) -> Meaning:
    """Compares two editions.

    Args:
        as_of: the evaluation day of witnesses; proofs hold for every day.
        seconds: how long the solver may think about one question. A question that takes longer is undecided.
        on_progress: is told how many pieces of advice are compared, of how many.
    """
    comparison = _Comparison(old, new, as_of, seconds)
    before, after = advice_of(old), advice_of(new)
    keys = sorted({*before, *after}, key=str)
    changes = [comparison.scope()]
    for done, key in enumerate(keys, start=1):
        if on_progress is not None:
            on_progress(done, len(keys))
        changes.append(comparison.advice(key, before.get(key, ()), after.get(key, ())))
    return Meaning(tuple(changes), comparison.changed_facts, _bump(changes))


def _bump(changes: Sequence[AdviceChange]) -> Bump:
    """Major where advice that somebody got is lost or altered, or may be; minor where it is only added."""
    if any(change.verdict not in ("same", "broader") or change.strength for change in changes):
        return "major"
    return "minor" if any(change.verdict == "broader" for change in changes) else "patch"


class _Comparison:
    def __init__(self, old: Network, new: Network, as_of: dt.date, seconds: float) -> None:
        self._old, self._new = old, new
        self._contents = (Content(old), Content(new))
        self._prover = Prover((old, new), as_of, seconds)
        self.changed_facts = tuple(
            sorted(
                name
                for name in {*old.facts} & {*new.facts}
                if fact_content(old.facts[name]) != fact_content(new.facts[name])
            )
        )

    def scope(self) -> AdviceChange:
        """What becomes of the scope."""
        same = self._contents[0].node(self._old.scope) == self._contents[1].node(self._new.scope)
        if same:
            return _same(SCOPE, (), ())
        roots = ((self._old.scope,), (self._new.scope,))
        return self._compared(
            SCOPE,
            lambda encodings: (in_scope(encodings[0]), in_scope(encodings[1])),
            lambda evaluations: (scope_of(evaluations[0]), scope_of(evaluations[1])),
            roots,
        )

    def advice(
        self, key: AdviceKey, before: tuple[RuleDefinition, ...], after: tuple[RuleDefinition, ...]
    ) -> AdviceChange:
        """What becomes of a piece of advice, among those in scope of both editions."""
        strength = _strength(key, before, after)
        names = (tuple(rule.name for rule in before), tuple(rule.name for rule in after))
        keys = (
            {self._contents[0].node(rule.applies) for rule in before},
            {self._contents[1].node(rule.applies) for rule in after},
        )
        if keys[0] == keys[1]:
            return _same(str(key), *names, strength)

        def terms(encodings: Encodings) -> tuple[Rails, Rails]:
            return given_term(encodings[0], before), given_term(encodings[1], after)

        def answers(evaluations: Evaluations) -> tuple[Given, Given] | None:
            if {scope_of(evaluation) for evaluation in evaluations} != {"yes"}:
                return None
            return given(evaluations[0], before), given(evaluations[1], after)

        roots = (
            (self._old.scope, *(rule.applies for rule in before)),
            (self._new.scope, *(rule.applies for rule in after)),
        )
        return self._compared(
            str(key), terms, answers, roots, names=names, strength=strength, scoped=True, rules=after or before
        )

    def _compared(
        self,
        name: str,
        terms: Callable[[Encodings], tuple[Rails, Rails]],
        answers: Callable[[Evaluations], tuple[Given, Given] | None],
        roots: tuple[tuple[str, ...], tuple[str, ...]],
        *,
        names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
        strength: str | None = None,
        scoped: bool = False,
        rules: tuple[RuleDefinition, ...] = (),
    ) -> AdviceChange:
        def question(more: Way) -> Question:
            def asked(of: Callable[[Rails, Rails], Bool]) -> Conditions:
                return lambda encodings: [*both_in_scope(encodings, scoped), of(*_turned(terms(encodings), more))]

            return Question(
                conditions=[asked(of) for of in (_from_no_to_yes, _from_open_to_yes, _up)],
                shows=lambda evaluations: moved(answers(evaluations), more),
                roots=roots,
            )

        questions = {more: question(more) for more in WAYS}
        found = {more: self._prover.find(asked) for more, asked in questions.items()}
        witnesses = {more: _shown(name, answer, answers, rules) for more, answer in found.items()}
        if any(isinstance(answer, Open) for answer in found.values()) and self._changed_below(roots):
            told = by_code(Compared(self._prover, terms, answers, roots, scoped), self._changed_below(roots))
            witnesses |= {more: witness for more, witness in told.items() if witnesses[more] is None}
        open_ = {more: answer.why for more, answer in found.items() if isinstance(answer, Open)}
        shown = [more for more in WAYS if witnesses[more] is not None]
        only = bool(shown) and all(self._only_unknown(witnesses[more], questions[more].conditions[0]) for more in shown)
        notes = ["only where facts are unknown or no single value" if only else None, *dict.fromkeys(open_.values())]
        if open_ and (changed := self._changed_below(roots)):
            alike = all(
                isinstance(self._prover.prove(questions[more].conditions[-1], alike=True), Proved) for more in open_
            )
            notes = [notes[0], f"{'the same but for' if alike else 'also by'} what is read as {', '.join(changed)}"]
        return AdviceChange(
            advice=name,
            verdict=_verdict(witnesses["gained"], witnesses["lost"], proved=not open_),
            gained=witnesses["gained"],
            lost=witnesses["lost"],
            proved=not open_,
            strength=strength,
            note="; ".join(note for note in notes if note) or None,
            old_rules=names[0],
            new_rules=names[1],
        )

    def _only_unknown(self, witness: Witness | None, between_yes_and_no: Conditions) -> bool:
        """Whether nobody moves from no to yes, or back: proved, and not only not found."""
        if witness is None or "undecided" not in (witness.old, witness.new):
            return False
        return isinstance(self._prover.prove(between_yes_and_no), Proved)

    def _changed_below(self, roots: tuple[tuple[str, ...], tuple[str, ...]]) -> list[str]:
        """The facts that the editions read differently, among those that something stands on."""
        networks = zip((self._old, self._new), roots, strict=True)
        below = {fact for network, each in networks for root in each for fact in facts_below(network, root)}
        return [fact for fact in self.changed_facts if fact in below]


def _shown(
    name: str,
    answer: Answer,
    answers: Callable[[Evaluations], tuple[Given, Given] | None],
    rules: tuple[RuleDefinition, ...],
) -> Witness | None:
    pair = answers(answer.evaluations) if isinstance(answer, Shown) else None
    return _witness(name, answer, pair, rules) if isinstance(answer, Shown) and pair is not None else None


def _same(
    name: str, old_rules: tuple[str, ...], new_rules: tuple[str, ...], strength: str | None = None
) -> AdviceChange:
    """What is the same by construction."""
    return AdviceChange(name, "same", None, None, True, strength, None, old_rules, new_rules)


def _verdict(gained: Witness | None, lost: Witness | None, *, proved: bool) -> Verdict:
    if gained is not None and lost is not None:
        return "different"
    if not proved:
        return "undecided"
    return "broader" if gained is not None else "narrower" if lost is not None else "same"


def _turned(terms: tuple[Rails, Rails], more: Way) -> tuple[Rails, Rails]:
    """The lower edition first: who gains goes from the old to the new one, who loses the other way round."""
    return terms if more == "gained" else (terms[1], terms[0])


def _from_no_to_yes(lower: Rails, upper: Rails) -> Bool:
    return all_of((lower.false, upper.true))


def _from_open_to_yes(lower: Rails, upper: Rails) -> Bool:
    return all_of((negated(lower.true), upper.true))


def _up(lower: Rails, upper: Rails) -> Bool:
    return any_of((_from_open_to_yes(lower, upper), all_of((lower.false, negated(upper.false)))))


def _strength(key: AdviceKey, before: tuple[RuleDefinition, ...], after: tuple[RuleDefinition, ...]) -> str | None:
    """What the rules state of their advice, where those of each edition agree and the editions do not."""
    stated = [{_stated(key, rule) for rule in rules} for rules in (before, after)]
    if not before or not after or stated[0] == stated[1]:
        return None
    return " becomes ".join(" or ".join(sorted(each)) for each in stated)


def _stated(key: AdviceKey, rule: RuleDefinition) -> str:
    kind = next(
        a.kind
        for a in rule.advice
        if (a.target, a.action, a.against, a.to) == (key.target, key.action, key.against, key.to)
    )
    graded = rule.grade or ", ".join(part for part in (rule.strength, rule.certainty) if part) or "ungraded"
    return f"{kind} ({graded})"


def _witness(name: str, shown: Shown, pair: tuple[Given, Given], rules: tuple[RuleDefinition, ...]) -> Witness:
    draft = shown.draft
    title = f"{name}: {pair[0]} becomes {pair[1]}"
    return Witness(
        facts={**draft.content(), "patient": "witness"},
        as_of=draft.as_of,
        summary=summary(draft),
        old=pair[0],
        new=pair[1],
        patient=patient_file(draft, name="witness"),
        example=example_block(draft, name=title, expects=_expects(name, pair[1], shown, rules)),
    )


def _expects(name: str, new: Given, shown: Shown, rules: tuple[RuleDefinition, ...]) -> list[str]:
    """What an example expects of the new edition."""
    if name == SCOPE:
        return [{"yes": "in scope", "no": "not for this patient", "undecided": "undecided scope"}[new]]
    evaluation = shown.evaluations[1]
    own = [rule for rule in rules if rule.name in evaluation.network.rules]
    if not own:
        return [f"not {_advice_words(name)}"]
    if new == "undecided":
        return [f"undecided {rule.name}" for rule in own if evaluation.conditions[rule.applies] is None]
    if new == "no":
        return [f"not {rule.name}" for rule in own]
    return [rule.name for rule in own if evaluation.conditions[rule.applies] is True]


def _advice_words(name: str) -> str:
    return f"recommend {name.partition(' to ')[0]}"
