"""One patient, one guideline, one result."""

from __future__ import annotations

from collections import OrderedDict
from typing import Literal, TypeAlias

from guidelang.facts.state import FactSet
from guidelang.network.ir import Network
from guidelang.run.direct import Direct
from guidelang.run.durable import Durable, durable_available
from guidelang.run.evaluation import Evaluation
from guidelang.run.literals import Literals

Engine: TypeAlias = Literal["direct", "durable"]

FALLBACK_WARNING = (
    "durable_rules is not installed here; evaluated with the direct executor, which gives the same outcomes"
)

_KEPT = 8
_recent: OrderedDict[tuple[Engine, int], tuple[Network, Literals, Direct | Durable]] = OrderedDict()


def evaluate(network: Network, facts: FactSet, engine: Engine = "durable") -> Evaluation:
    """Run a guideline on one patient.

    Args:
        network: the compiled guideline.
        facts: the patient's facts at the evaluation day, with a state for every fact of the network.
        engine: `durable` (the rule network on durable_rules) or `direct` (plain closures). Both give the same
            outcomes. Where durable_rules cannot be imported, `direct` is used and the result says so.

    Raises:
        DurableError: durable_rules refused a ruleset or a fact; a fault of the layout, never of the patient's data.
    """
    warnings: tuple[str, ...] = ()
    if engine == "durable" and not durable_available():
        engine, warnings = "direct", (FALLBACK_WARNING,)
    literals, executor = _prepared(network, engine)
    values = literals.values(facts)
    settled = executor.settle(literals.truths(facts, values))
    return Evaluation(network, facts, values, settled, engine=engine, warnings=warnings)


def _prepared(network: Network, engine: Engine) -> tuple[Literals, Direct | Durable]:
    """What serves all patients of a network, made once. The last few networks are kept."""
    key = (engine, id(network))
    if key in _recent:
        _recent.move_to_end(key)
    else:
        executor: Direct | Durable = Durable(network) if engine == "durable" else Direct(network)
        _recent[key] = (network, Literals(network), executor)  # the network is kept too, so that its id stays its own
        while len(_recent) > _KEPT:
            _recent.popitem(last=False)
    _, literals, executor = _recent[key]
    return literals, executor
