"""Leaves of the tree of why: values, parameters and facts, with the entries of the record that they come from."""

from __future__ import annotations

from collections.abc import Sequence

from guidelang.facts.state import Result
from guidelang.network.ir import Constant, DateConstant, NodeId, ValueType
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import Computed
from guidelang.trace import entries
from guidelang.trace.document import ResultDocument, WhyKind, WhyNode
from guidelang.trace.phrases import WRITTEN, measure
from guidelang.trace.values import (
    details_of,
    interval_document,
    reasons_of,
    result_documents,
    truth_word,
    value_text,
)


class Told:
    """Makes the leaves of one evaluation."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._network = evaluation.network
        self._facts = evaluation.facts

    def parameter(self, node_id: NodeId, node: Constant | DateConstant) -> WhyNode:
        name = node.parameter or ""
        by_site = any(p.name == name and p.set_by_site for p in self._network.parameters)
        if isinstance(node, DateConstant):
            told = self.value(self._network.names.get(node_id, name), "parameter", node_id, "date", None)
        else:
            told = self.value(name, "parameter", node_id, "number", node.unit)
        details = ["set by the site"] if by_site else []
        written = next((p.text for p in self._network.parameters if p.name == name), None)
        if isinstance(node, Constant) and written is not None and written != measure(told.value, told.unit):
            details.append(f"{WRITTEN}{written}")
        return told.model_copy(update={"details": details})

    def value(self, words: str, kind: WhyKind, node: NodeId, type_: ValueType, unit: str | None) -> WhyNode:
        """A value or condition node by its name, without what stands behind it."""
        if node in self._evaluation.conditions:
            return WhyNode(kind=kind, words=words, truth=truth_word(self._evaluation.conditions[node]))
        computed = self._evaluation.values.get(node, Computed(None))
        return WhyNode(
            kind=kind,
            words=words,
            truth=None,
            value=value_text(computed.value, type_),
            interval=interval_document(computed.value, type_),
            unit=unit,
            reasons=reasons_of(computed.causes),
            details=details_of(computed.causes),
        )

    def fact(self, name: str) -> WhyNode:
        definition = self._network.facts[name]
        state = self._facts.states[name]
        truth = None
        if definition.type == "yes_no":
            truth = truth_word(state.value if isinstance(state.value, bool) else None)
        return WhyNode(
            kind="fact",
            words=name,
            truth=truth,
            value=value_text(state.value, definition.type),
            interval=interval_document(state.value, definition.type),
            unit=definition.unit,
            how=state.how,
            results=self.results(name, entries.of_state(state)),
            reasons=reasons_of(state.causes),
            details=details_of(state.causes),
        )

    def results(self, fact: str, results: Sequence[Result]) -> list[ResultDocument]:
        definition = self._network.facts.get(fact)
        return result_documents(results, definition.type if definition else "date", self._facts.as_of)
