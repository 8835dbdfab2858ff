"""Values and entries of a record, redacted by the type of the fact that they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from guidelang.facts.place import UNDATED
from guidelang.facts.state import Reason
from guidelang.network.graph import operands_of
from guidelang.network.ir import Age, CurrentValue, FactDefinition, Network, NodeId, Table, ValueType
from guidelang.terminology import KINDS, VERIFICATIONS
from guidelang.trace.document import CourseDocument, IntervalDocument, ResultDocument, WhyNode
from guidelang.trace.redact.days import Days, Whose
from guidelang.trace.redact.pseudonyms import Pseudonyms, Shift
from guidelang.trace.redact.sentences import REMOVED, Sentences, measure_of

OLDEST_TOLD = 89
"""Years: the highest age that is told as it is (HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(C))."""

_DECIMAL = re.compile(r"-?\d+(\.\d+)?(E[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_]\w*")
_REASONS = frozenset(reason.value for reason in Reason)
_PLAIN = frozenset(("yes", "no", "true", "false", "unknown"))
_STATUSES = frozenset(
    (*(status for kind in KINDS.values() for status in kind.statuses), *VERIFICATIONS, "entered-in-error", "aborted")
)


class Values:
    """The readers of one patient's values.

    `is_aged`: the patient may be older than 89. Then an age is told as "90 or more", and neither a birth date nor any
    value that is computed from either.
    """

    def __init__(self, network: Network, shift: Shift, pseudonyms: Pseudonyms, *, is_aged: bool) -> None:
        self._network = network
        self._is_aged = is_aged
        self._shift = shift
        self._pseudonyms = pseudonyms
        self._sentences = Sentences(shift)
        self._days = Days(network)
        tables = [node for node in network.nodes.values() if isinstance(node, Table)]
        self._words = frozenset(c.value for fact in network.facts.values() for c in fact.choices) | frozenset(
            c.value for table in tables for c in table.choices
        )

    def details(self, details: Sequence[str], definition: FactDefinition | None) -> list[str]:
        return self._sentences.details(details, definition)

    def whose(self, node: NodeId) -> Whose:
        """Whose days a computed day stands on."""
        return self._days.whose(node)

    def of_fact(self, name: str) -> Reader:
        definition = self._network.facts[name]
        is_birth = definition.patient_field == "birth_date"
        return self._reader(definition.type, definition, is_birth=is_birth, from_age=is_birth)

    def of_derived(self, name: str) -> Reader:
        definition = self._network.derived[name]
        is_birth = self.reads_birth(definition.node)
        whose = self._days.whose(definition.node) if definition.type == "date" else "patient"
        return self._reader(definition.type, None, is_birth=is_birth, from_age=is_birth, whose=whose)

    def of_node(self, node: WhyNode) -> Reader:
        """The reader of a node's value; the strictest that its words allow, where it is no fact's own."""
        if node.kind == "fact" and node.words in self._network.facts:
            return self.of_fact(node.words)
        if node.kind == "derived" and node.words in self._network.derived:
            return self.of_derived(node.words)
        names = _NAME.findall(node.words)
        facts = [self._network.facts[n] for n in names if n in self._network.facts]
        if any(fact.type == "text" for fact in facts):
            return self._reader("text", None)
        only = facts[0] if len(facts) == 1 else None
        is_birth = not facts or any(fact.patient_field is not None for fact in facts)
        from_age = "age" in names or any(self._is_from_birth(name) for name in names)
        return self._reader(
            None,
            only,
            is_birth=is_birth,
            from_age=from_age,
            is_age=node.words == "age" and node.unit in ("year", "years"),
            whose=self._days.whose_by_words(node.words) if node.kind == "value" else "patient",
        )

    def _reader(
        self,
        type_: ValueType | None,
        definition: FactDefinition | None,
        *,
        is_birth: bool = False,
        from_age: bool = False,
        is_age: bool = False,
        whose: Whose = "patient",
    ) -> Reader:
        return Reader(
            type_,
            definition,
            is_birth=is_birth,
            hides_age=from_age and self._is_aged,
            is_age=is_age,
            whose=whose,
            words=self._words,
            shift=self._shift,
            pseudonyms=self._pseudonyms,
            sentences=self._sentences,
        )

    def _is_from_birth(self, name: str) -> bool:
        if name in self._network.derived:
            return self.reads_birth(self._network.derived[name].node)
        return name in self._network.facts and self._network.facts[name].patient_field == "birth_date"

    def reads_birth(self, node: NodeId) -> bool:
        """Whether a value is an age or a birth date, or computed from one."""
        seen: set[NodeId] = set()
        waiting = [node]
        while waiting:
            node_id = waiting.pop()
            if node_id in seen:
                continue
            seen.add(node_id)
            inner = self._network.nodes[node_id]
            if isinstance(inner, Age):
                return True
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
        hides_age: bool,
        is_age: bool,
        whose: Whose,
        words: frozenset[str],
        shift: Shift,
        pseudonyms: Pseudonyms,
        sentences: Sentences,
    ) -> None:
        self.definition = definition
        self._type = type_
        self._is_birth = is_birth
        self.hides_age = hides_age
        self._is_age = is_age
        self._whose = whose
        self._words = words
        self._shift = shift
        self._pseudonyms = pseudonyms
        self._sentences = sentences

    def told(self, value: str | None, interval: IntervalDocument | None) -> tuple[str | None, IntervalDocument | None]:
        """A value as published, which is one or the other: numbers, words of the guideline, and moved dates."""
        if not self.hides_age or value in _PLAIN or (value is None and interval is None):
            return self._value(value), self._interval(interval)
        if not self._is_age:
            return REMOVED, None
        return None, _ninety_or_more(value if interval is None else interval.low)

    def _value(self, text: str | None) -> str | None:
        """A text is removed."""
        if text is None or self._whose == "guideline":
            return text
        if self._type == "text" or self._whose == "both":
            return REMOVED
        if self._type != "date" and (_DECIMAL.fullmatch(text) or text in _PLAIN or text in self._words):
            return text
        return (self._shift.year(text) if self._is_birth else self._shift.text(text)) or REMOVED

    def _interval(self, between: IntervalDocument | None) -> IntervalDocument | None:
        if between is None:
            return None
        return IntervalDocument(
            low=self._value(between.low),
            high=self._value(between.high),
            low_open=between.low_open,
            high_open=between.high_open,
        )

    def result(self, entry: ResultDocument) -> ResultDocument:
        if self.hides_age and (self.definition is None or self._is_birth):
            return _of_birth(entry, self._pseudonyms)
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
            course=self._course(entry.course),
            source=self._pseudonyms.source(entry.source),
            status=entry.status if entry.status in _STATUSES else None,
            attested=entry.attested,
            reasons=[reason for reason in entry.reasons if reason in _REASONS],
            details=self._sentences.details(entry.details, self.definition),
            note=None,
        )

    def _course(self, course: CourseDocument | None) -> CourseDocument | None:
        if course is None:
            return None
        begins, ends = (
            None if text is None else UNDATED if text == UNDATED else self._shift.text(text)
            for text in (course.begins, course.ends)
        )
        return CourseDocument(begins=begins, ends=ends, end=course.end)

    def _of_fact(self, text: str | None) -> str | None:
        """The value of an entry: it has the type of the fact, which a computed value need not have."""
        if text is None or self._type == "text" or (self.definition is not None and self.definition.type == "text"):
            return None if text is None else REMOVED
        return self._value(text)

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


def _of_birth(entry: ResultDocument, pseudonyms: Pseudonyms) -> ResultDocument:
    """The entry with an age above 89 or a birth date that would tell it: that there is one."""
    return ResultDocument(
        reported=REMOVED,
        value=None if entry.value is None else REMOVED,
        interval=None,
        time=None,
        age_days=None,
        source=pseudonyms.source(entry.source),
        status=None,
        attested=entry.attested,
        reasons=[reason for reason in entry.reasons if reason in _REASONS],
        details=[],
        note=None,
    )


def _ninety_or_more(youngest: str | None) -> IntervalDocument:
    """Completed years, of which the least that they may be is given: an age above 89 is told as 90 or more."""
    low = None if youngest is None else min(Decimal(youngest), Decimal(OLDEST_TOLD + 1))
    return IntervalDocument(low=None if low is None else str(low), high=None, low_open=False, high_open=False)
