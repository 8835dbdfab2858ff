"""How good the examples of a guideline are: faults are made in it, one at a time, and each should fail an example.

A mutant that no example fails on is asked about: the solver proves that no patient tells it from the guideline, or
finds one who does, from whom an example is made that kills the mutant. It is offered only after it was run: it passes
on the guideline, and fails on the mutant.

    change      one fault: a piece of the text and what takes its place
    expressions, statements, codes, tables    the faults of each part of the language
    mutants     the guideline with a fault in it, checked and compiled
    observed    what an example can see, and where two networks may differ
    bench       examples, run against many networks
    ask         the question to the solver
    judge       what becomes of a mutant
    slices      what a fault can reach, so that the rest is not compiled for each mutant
    keys        what a verdict stands on, so that it is found out once
    run         all mutants of a guideline

Faults are made in the guideline's own files, its own facts included. A shared vocabulary has users and tests of its
own, and is changed only where that is asked for.
"""

from __future__ import annotations

from guidelang.testing.mutation.change import Change
from guidelang.testing.mutation.mutants import Candidate, Workshop
from guidelang.testing.mutation.run import Memory, mutate
from guidelang.testing.mutation.verdict import Fate, Judged, Mutation, Verdict

__all__ = ["Candidate", "Change", "Fate", "Judged", "Memory", "Mutation", "Verdict", "Workshop", "mutate"]
