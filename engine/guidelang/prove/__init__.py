"""Questions about all patients at once: is there anybody for whom that holds?

A run says what a guideline means for one patient. Here a solver (z3) is asked about all of them: whether two rules can
contradict each other, whether a rule can ever apply, whom a new edition treats differently. The answer is a proof that
there is nobody, or a patient, written down and run.

    encode           a network as terms: two rails for a condition, an interval for a number, exact rationals
    every            all patients that a record can be read as; nobody found there is a proof
    plain            those whom somebody could type as a fact set; somebody found there is run before being shown
    prover           one question: proved, shown, or open, with a limit of time
    shrink, written  the patient made plain: few facts, round values at the threshold; as a file and as an example
    search           trying many patients, for what the solver is told nothing about
    keys, content    what two editions have in common, without the solver

Only `smt` and `ask` speak to the solver. It is an extra (`guidelang[prove]`), and what needs it is imported when it is
first asked for, so that the rest can be used without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guidelang.prove.draft import Draft, Entry
    from guidelang.prove.prover import Answer, Open, Proved, Prover, Question, Shown
    from guidelang.prove.runner import Given, Runner

__all__ = [
    "Answer",
    "Draft",
    "Entry",
    "Given",
    "Open",
    "Proved",
    "Prover",
    "Question",
    "Runner",
    "Shown",
]

_MODULES = {
    "draft": ("Draft", "Entry"),
    "prover": ("Answer", "Open", "Proved", "Prover", "Question", "Shown"),
    "runner": ("Given", "Runner"),
}


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"guidelang.prove.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
