"""One question to the solver, with a limit of time: a patient, nobody, or no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import z3

from guidelang.prove.smt import FALSE, Bool, Num, fraction


class Nobody:
    """No patient of the space is like that."""


class Undecided:
    """The solver gave up, or ran out of time."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A patient of the space, as the solver's model of the terms."""

    model: z3.ModelRef

    def holds(self, condition: Bool) -> bool:
        return bool(z3.is_true(self._value(condition)))

    def number(self, term: Num) -> Fraction:
        return fraction(self._value(term))

    def _value(self, term: z3.ExprRef) -> z3.ExprRef:
        return self.model.eval(term.translate(self.model.ctx), model_completion=True)


def ask(
    conditions: Sequence[Bool], seconds: float, *, round_values: Sequence[Num] = ()
) -> Somebody | Nobody | Undecided:
    """Whether there is a patient for whom all conditions hold.

    Args:
        seconds: how long the solver may take.
        round_values: numbers that should have few decimals, if that can be.
    """
    if any(condition is FALSE for condition in conditions):
        return Nobody()
    # A context of its own: whom z3 finds depends on all terms that were made before, also for other questions.
    context = z3.Context()
    solver = z3.Solver(ctx=context)
    solver.set("timeout", max(1, int(seconds * 1000)))
    solver.add(*(condition.translate(context) for condition in conditions))
    answer = solver.check()
    if answer == z3.unsat:
        return Nobody()
    if answer != z3.sat:
        return Undecided()
    model = solver.model()
    return Somebody(_rounded(solver, [value.translate(context) for value in round_values], seconds) or model)


def _rounded(solver: z3.Solver, values: Sequence[Num], seconds: float) -> z3.ModelRef | None:
    """A model in which the values have at most one decimal, or two, or three, if one is found quickly."""
    if not values:
        return None
    solver.set("timeout", max(1, int(min(seconds, 2.0) * 1000)))
    for places in (1, 2, 3):
        solver.push()
        solver.add(*(value * 10**places == z3.Int(f"round {i}", solver.ctx) for i, value in enumerate(values)))
        if solver.check() == z3.sat:
            return solver.model()
        solver.pop()
    return None
