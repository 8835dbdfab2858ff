"""What the Python interface gives back: the result for one patient, and the answer to a why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from guidelang.diagnostics import Diagnostic, GuidelineError, Report, did_you_mean
from guidelang.facts.state import FactState, Problem
from guidelang.run import Engine
from guidelang.run import evaluate as run
from guidelang.run.evaluation import Evaluation
from guidelang.run.outcome import Advice, Conflict, Outcome, ScopeStatus, Stack, Status, Violation
from guidelang.trace import SCOPE, ExplainDocument, TraceDocument, explain_document, trace_document

if TYPE_CHECKING:
    from guidelang.picture import Picture
    from guidelang.trace.redact import Redaction
    from guidelang.trace.whatif import WhatIfDocument


@dataclass(frozen=True)
class Explanation:
    """Why a rule, a derived fact or the scope came out as it did. `str()` is the tree of why."""

    document: ExplainDocument

    @property
    def deciding(self) -> tuple[tuple[str, ...], ...]:
        """The smallest sets of facts that could decide, smallest first; empty for what is decided."""
        found = self.document.deciding
        return () if found is None else tuple(tuple(one.facts) for one in found.sets)

    def to_dict(self) -> dict[str, Any]:
        return self.document.model_dump(mode="json")

    def to_markdown(self) -> str:
        from guidelang.trace.pages import explain_markdown  # templates are for who wants pages

        return explain_markdown(self.document)

    def to_html(self) -> str:
        """One self-contained page."""
        from guidelang.trace.pages import explain_page

        return explain_page(self.document)

    def _repr_html_(self) -> str:
        from guidelang.trace.pages import explain_fragment

        return explain_fragment(self.document)

    def __str__(self) -> str:
        from guidelang.trace.page import as_string  # rich is for who prints
        from guidelang.trace.tree_text import tree

        return as_string(tree(self.document.why), width=100).rstrip("\n")

    def __repr__(self) -> str:
        return f"<Explanation {self.document.name}: {self.document.status or self.document.why.truth}>"


class Result:
    """What the guideline says about one patient."""

    def __init__(self, evaluation: Evaluation, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        self.evaluation = evaluation
        self.diagnostics = diagnostics
        """What reading the input found, errors of other patients aside."""

    @property
    def patient(self) -> str:
        return self.evaluation.facts.patient

    @property
    def as_of(self) -> dt.date:
        return self.evaluation.facts.as_of

    @property
    def engine(self) -> Engine:
        """The executor that ran: `direct` where `durable` was asked for and is not installed."""
        return self.evaluation.engine

    @property
    def scope(self) -> ScopeStatus:
        return self.evaluation.scope

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One for each rule, in the order of their names; empty unless the scope applies."""
        return self.evaluation.outcomes

    @property
    def applies(self) -> tuple[str, ...]:
        """The names of the rules that apply."""
        return self._with(Status.APPLIES)

    @property
    def undecided(self) -> tuple[str, ...]:
        return self._with(Status.UNDECIDED)

    @property
    def overridden(self) -> tuple[str, ...]:
        return self._with(Status.OVERRIDDEN)

    @property
    def not_applicable(self) -> tuple[str, ...]:
        return self._with(Status.NOT_APPLICABLE)

    @property
    def advice(self) -> tuple[Advice, ...]:
        """Each piece of advice once, with all rules that give it."""
        return self.evaluation.advice

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return self.evaluation.conflicts

    @property
    def stacks(self) -> tuple[Stack, ...]:
        return self.evaluation.stacks

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The invariants of the guideline that this patient refutes: a fault of the guideline, or of its invariant."""
        return self.evaluation.violations

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.evaluation.warnings

    @property
    def facts(self) -> Mapping[str, FactState]:
        return self.evaluation.facts.states

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What of the record could not be used, or is worth a look."""
        return self.evaluation.facts.problems

    def __getitem__(self, rule: str) -> Outcome:
        """The outcome of a rule. Raises KeyError where there is none, as for every rule outside the scope."""
        for outcome in self.outcomes:
            if outcome.rule == rule:
                return outcome
        suggestion = did_you_mean(rule, self.evaluation.network.rules)
        about = f"; {suggestion}" if suggestion else ""
        if rule in self.evaluation.network.rules:
            about = "; no rule has an outcome where the guideline is not for the patient"
        raise KeyError(f"no outcome of a rule `{rule}`{about}")

    def why(self, name: str, *, redaction: Redaction | None = None) -> Explanation:
        """Why a rule, a derived fact, a fact or the scope (`scope`) came out as it did; with a `redaction`, redacted.

        Raises:
            GuidelineError: if there is nothing of that name.
        """
        network = self.evaluation.network
        names = [*network.rules, *network.derived, *network.facts, SCOPE]
        if name not in names:
            report = Report()
            report.error(
                "G201",
                f"there is no rule, derived fact or fact `{name}` in {network.name}",
                suggestion=did_you_mean(name, names),
            )
            raise GuidelineError(report.findings)
        if redaction is not None:
            return Explanation(redaction.explain(self.evaluation, name))
        return Explanation(explain_document(self.evaluation, name))

    def what_if(
        self,
        changes: Mapping[str, str] | None = None,
        *,
        want: str | None = None,
        avoid: str | None = None,
        seconds: float = 10.0,
    ) -> WhatIfDocument:
        """What changes if some facts were otherwise, or the smallest change of modifiable facts that does something.

        Args:
            changes: values by fact, as they are typed: `{"phosphorus": "5.2 mg/dL", "warfarin": "no"}`.
            want, avoid: a rule, or advice such as `reduce phosphorus`, that the patient is to get, or not to get. Needs
                the extra `prove`. The search begins where `changes` leaves the patient.
            seconds: how long the solver may think about one question of the search.

        Raises:
            GuidelineError: of names and values that cannot be.
            ImportError: the solver is not installed, and `want` or `avoid` is given.
        """
        from guidelang.trace.hypothetical import with_changes
        from guidelang.trace.whatif import whatif_document

        before, names, sought = self.evaluation, list(changes or {}), None
        facts = with_changes(before.network, before.facts, changes or {})
        if want is not None or avoid is not None:
            from guidelang.prove.seek import seek  # the solver is for who asks it

            start = run(before.network, facts, before.engine)
            found = seek(start, want if avoid is None else avoid, avoid=avoid is not None, seconds=seconds)
            facts, sought = with_changes(before.network, facts, found.change), found.document
            names += [name for name in found.change if name not in names]
        return whatif_document(before, run(before.network, facts, before.engine), names, sought)

    def graph(self, rule: str | None = None, *, redaction: Redaction | None = None) -> Picture:
        """The run as a picture: the network with what is true, false, unknown, and what became of each rule.

        With a `redaction`, without what identifies the patient.

        Raises:
            KeyError: if there is no such rule.
        """
        from guidelang.picture import draw

        return draw(self.evaluation.network, self.evaluation, rule, redaction=redaction)

    def trace(self, *, redaction: Redaction | None = None) -> TraceDocument:
        """The published trace (`guidelang schema trace`), from which everything else is rendered.

        With a `redaction` it holds no identifier and no date of the record. Use one for all patients of a run.
        """
        return self._trace if redaction is None else redaction.trace(self.evaluation)

    def to_json(self, *, indent: int | None = 2, redaction: Redaction | None = None) -> str:
        """The trace as JSON: the same bytes for the same guideline, facts, date and executor."""
        return self.trace(redaction=redaction).model_dump_json(indent=indent)

    def to_markdown(self, *, redaction: Redaction | None = None) -> str:
        """The trace as Markdown (CommonMark, with one table)."""
        from guidelang.trace.pages import trace_markdown  # templates are for who wants pages

        return trace_markdown(self.trace(redaction=redaction))

    def to_html(self, *, redaction: Redaction | None = None) -> str:
        """The trace as one self-contained HTML page, without scripts."""
        from guidelang.trace.pages import trace_page

        return trace_page([self.trace(redaction=redaction)])

    def _repr_html_(self) -> str:
        from guidelang.trace.pages import trace_fragment

        return trace_fragment(self._trace)

    def __str__(self) -> str:
        from guidelang.trace.page import as_string
        from guidelang.trace.text import trace_text  # rich is for who prints

        return as_string(trace_text(self._trace), width=100).rstrip("\n")

    def __repr__(self) -> str:
        about = f"<Result {self.evaluation.network.name} for {self.patient} on {self.as_of}"
        if self.scope is not ScopeStatus.APPLIES:
            return f"{about}: {self.scope.value}>"
        counts = [
            f"{len(names)} {word}"
            for names, word in (
                (self.applies, "apply"),
                (self.undecided, "undecided"),
                (self.overridden, "overridden"),
                (self.not_applicable, "not applicable"),
            )
            if names
        ]
        return f"{about}: {', '.join(counts)}>"

    @cached_property
    def _trace(self) -> TraceDocument:
        return trace_document(self.evaluation)

    def _with(self, status: Status) -> tuple[str, ...]:
        return tuple(o.rule for o in self.outcomes if o.status is status)
