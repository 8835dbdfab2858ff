"""Running a network on one patient.

An executor settles the truth of every condition; all else is shared, so executors can differ in nothing but that.

    literals    exact arithmetic, and the truth of literals: what each executor is given
    direct      the meaning in its plainest form: closures in topological order, the tables of `kleene`
    durable     the same on durable_rules, a Rete network, on two rails: known true and known false
    evaluation  from settled conditions to outcomes, advice, conflicts and stacks; `reasons` says what is missing
    evaluate    all of it, for one patient

No executor knows another; each imports its library when it is first used.
"""

from __future__ import annotations

from guidelang.run.conflicts import OPPOSED_ACTIONS, OPPOSED_TO_ADVICE_AGAINST
from guidelang.run.direct import Direct
from guidelang.run.durable import Durable, DurableError, durable_available
from guidelang.run.evaluate import Engine, evaluate
from guidelang.run.evaluation import Evaluation
from guidelang.run.literals import Literals, evaluate_values, literals
from guidelang.run.outcome import (
    Advice,
    Computed,
    Conflict,
    Firing,
    Missing,
    Outcome,
    ScopeStatus,
    Stack,
    Status,
    Truth,
)
from guidelang.run.reasons import missing
from guidelang.run.settled import Settled
from guidelang.run.texts import fact_text, value_text

__all__ = [
    "OPPOSED_ACTIONS",
    "OPPOSED_TO_ADVICE_AGAINST",
    "Advice",
    "Computed",
    "Conflict",
    "Direct",
    "Durable",
    "DurableError",
    "Engine",
    "Evaluation",
    "Firing",
    "Literals",
    "Missing",
    "Outcome",
    "ScopeStatus",
    "Settled",
    "Stack",
    "Status",
    "Truth",
    "durable_available",
    "evaluate",
    "evaluate_values",
    "fact_text",
    "literals",
    "missing",
    "value_text",
]
