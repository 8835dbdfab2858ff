"""Values and entries of a record, redacted by the type of the fact that they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guidelang.facts.place import UNDATED
from guidelang.facts.state import Reason
from guidelang.network.graph import operands_of
from guidelang.network.ir import CurrentValue, FactDefinition, Network, NodeId, ValueType
from guidelang.trace.document import IntervalDocument, ResultDocument, WhyNode
from guidelang.trace.redact.pseudonyms import Pseudonyms, Shift
from guidelang.trace.redact.sentences import REMOVED, Sentences, measure_of

_DECIMAL = re.compile(r"-?\d+(\.\d+)?(E[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_]\w*")
_REASONS = frozenset(reason.value for reason in Reason)
_PLAIN = frozenset(("yes", "no", "true", "false", "unknown"))
_STATUSES = frozenset((
    "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown",
    "active", "recurrence", "relapse", "inactive", "remission", "resolved", "unconfirmed", "provisional",
    "differential", "confirmed", "refuted", "completed", "intended", "stopped", "on-hold", "not-taken",
    "in-progress", "not-done", "preparation", "aborted", "draft",
))  # fmt: skip


class Values:
    """The readers of one patient's values."""

    def __init__(self, network: Network, shift: Shift, pseudonyms: Pseudonyms) -> None:
        self._network = network
        self._shift = shift
        self._pseudonyms = pseudonyms
        self._sentences = Sentences(shift)
        self._words = frozenset(c.value for fact in network.facts.values() for c in fact.choices)

    def details(self, details: Sequence[str], definition: FactDefinition | None) -> list[str]:
        return self._sentences.details(details, definition)

    def of_fact(self, name: str) -> Reader:
        definition = self._network.facts[name]
        return self._reader(definition.type, definition, is_birth=definition.patient_field == "birth_date")

    def of_derived(self, name: str) -> Reader:
        definition = self._network.derived[name]
        return self._reader(definition.type, None, is_birth=self._reads_birth(definition.node))

    def of_node(self, node: WhyNode) -> Reader:
        """The reader of a node's value; the strictest that its words allow, where it is no fact's own."""
        if node.kind == "fact" and node.words in self._network.facts:
            return self.of_fact(node.words)
        if node.kind == "derived" and node.words in self._network.derived:
            return self.of_derived(node.words)
        facts = [self._network.facts[n] for n in _NAME.findall(node.words) if n in self._network.facts]
        if any(fact.type == "text" for fact in facts):
            return self._reader("text", None)
        only = facts[0] if len(facts) == 1 else None
        is_birth = not facts or any(fact.patient_field is not None for fact in facts)
        return self._reader(None, only, is_birth=is_birth)

    def _reader(self, type_: ValueType | None, definition: FactDefinition | None, *, is_birth: bool = False) -> Reader:
        return Reader(
            type_,
            definition,
            is_birth=is_birth,
            words=self._words,
            shift=self._shift,
            pseudonyms=self._pseudonyms,
            sentences=self._sentences,
        )

    def _reads_birth(self, node: NodeId) -> bool:
        seen: set[NodeId] = set()
        waiting = [node]
        while waiting:
            node_id = waiting.pop()
            if node_id in seen:
                continue
            seen.add(node_id)
            inner = self._network.nodes[node_id]
            if isinstance(inner, CurrentValue) and self._network.facts[inner.fact].patient_field == "birth_date":
                return True
            waiting.extend(operands_of(inner))
        return False


class Reader:
    """Redacts the values and entries of one fact, derived fact or computed value."""

    def __init__(
        self,
        type_: ValueType | None,
        definition: FactDefinition | None,
        *,
        is_birth: bool,
        words: frozenset[str],
        shift: Shift,
        pseudonyms: Pseudonyms,
        sentences: Sentences,
    ) -> None:
        self.definition = definition
        self._type = type_
        self._is_birth = is_birth
        self._words = words
        self._shift = shift
        self._pseudonyms = pseudonyms
        self._sentences = sentences

    def value(self, text: str | None) -> str | None:
        """A value as published: numbers, words of the guideline, and moved dates; a text is removed."""
        if text is None:
            return None
        if self._type == "text":
            return REMOVED
        if self._type != "date" and (_DECIMAL.fullmatch(text) or text in _PLAIN or text in self._words):
            return text
        return (self._shift.year(text) if self._is_birth else self._shift.text(text)) or REMOVED

    def interval(self, between: IntervalDocument | None) -> IntervalDocument | None:
        if between is None:
            return None
        return IntervalDocument(
            low=self.value(between.low),
            high=self.value(between.high),
            low_open=between.low_open,
            high_open=between.high_open,
        )

    def result(self, entry: ResultDocument) -> ResultDocument:
        return ResultDocument(
            reported=self._reported(entry),
            value=self._of_fact(entry.value),
            interval=None
            if entry.interval is None
            else IntervalDocument(
                low=self._of_fact(entry.interval.low),
                high=self._of_fact(entry.interval.high),
                low_open=entry.interval.low_open,
                high_open=entry.interval.high_open,
            ),
            time=entry.time if entry.time in (None, UNDATED) else self._shift.text(entry.time),
            age_days=entry.age_days,
            source=self._pseudonyms.source(entry.source),
            status=entry.status if entry.status in _STATUSES else None,
            attested=entry.attested,
            reasons=[reason for reason in entry.reasons if reason in _REASONS],
            details=self._sentences.details(entry.details, self.definition),
            note=None,
        )

    def _of_fact(self, text: str | None) -> str | None:
        """The value of an entry: it has the type of the fact, which a computed value need not have."""
        if text is None or self._type == "text" or (self.definition is not None and self.definition.type == "text"):
            return None if text is None else REMOVED
        return self.value(text)

    def _reported(self, entry: ResultDocument) -> str:
        """What the record had: a number with its unit or a moved date, else the guideline's name for it."""
        if not entry.reported or entry.reported in _PLAIN:
            return entry.reported
        type_ = self._type if self.definition is None else self.definition.type
        if type_ == "text":
            return REMOVED
        if self._is_birth:
            age = measure_of(entry.reported) if entry.reported.endswith(" years") else None
            return age or self._year(entry.reported)
        if type_ in ("quantity", "number"):
            return measure_of(entry.reported) or REMOVED
        if type_ == "date":
            return self._shift.text(entry.reported) or REMOVED
        if type_ == "choice" and entry.value in self._words:
            return entry.value or REMOVED
        if self.definition is not None:
            return self.definition.label or self.definition.name
        return REMOVED

    def _year(self, text: str) -> str:
        return self._shift.year(text) or REMOVED
