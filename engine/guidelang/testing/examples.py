"""Runs the examples of a guideline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Literal, TypeAlias

from guidelang.diagnostics import Report
from guidelang.model import Guideline, load
from guidelang.model.locate import sources_of, value_sets_of
from guidelang.network import Network, compile_network
from guidelang.run import Evaluation, evaluate
from guidelang.source import Source, Span
from guidelang.syntax import print_parameter_value, tree
from guidelang.testing.expect import failure, violated
from guidelang.testing.failure import Failure
from guidelang.testing.guidelines import guidelines_in
from guidelang.testing.patient import NoPatient, facts_of

Loader: TypeAlias = Callable[[Report, Mapping[str, str]], Guideline | None]
"""Loads the guideline of the examples with other parameters."""


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What one example gave. It passed if nothing failed; the evaluation is there to explain what did."""

    name: str
    span: Span
    failures: tuple[Failure, ...]
    evaluation: Evaluation
    seconds: float = 0.0
    adapted: str | None = None
    """The guideline whose example it is, where another one that adapts it is tested."""

    @property
    def passed(self) -> bool:
        return not self.failures


def run_examples(
    where: str | Path | Source,
    report: Report,
    *,
    engine: Literal["direct", "durable"] = "durable",
    select: str = "",
    valuesets: Iterable[str | Path] = (),
) -> list[ExampleResult]:
    """Runs every example of a guideline whose name contains `select`, in the order of the text.

    Of several editions of which none is named all are run, the oldest first; of a folder all guidelines in it.

    Faults of a guideline go to the report, and none of its examples is run. A wrong setting of one example is reported
    at that example, and the others run. `valuesets` names files or folders with value sets.
    """
    results: list[ExampleResult] = []
    for each in guidelines_in(where):
        files = sources_of(each, report)
        results += results_of(files, report, engine=engine, select=select, valuesets=valuesets)
    return results


def results_of(
    files: tuple[Source, ...],
    report: Report,
    *,
    engine: Literal["direct", "durable"] = "durable",
    select: str = "",
    valuesets: Iterable[str | Path] = (),
    part: tuple[int, int] = (0, 1),
) -> Iterator[ExampleResult]:
    """The results of one guideline's examples, one after the other; `part` (1, 4) is the second quarter of them."""
    value_sets = value_sets_of(files, valuesets)
    guideline = load(files, report, value_sets=value_sets) if files else None
    if guideline is None:
        return
    load_again = partial(load, files, value_sets=value_sets)
    examples = [e for e in guideline.symbols.examples if select.casefold() in e.name.text.casefold()]
    number, parts = part
    first, last = (len(examples) * n // parts for n in (number, number + 1))
    yield from _results(guideline, examples[first:last], report, engine, load_again)


def _results(
    guideline: Guideline,
    examples: Sequence[tree.Example],
    report: Report,
    engine: Literal["direct", "durable"],
    load_again: Loader,
) -> Iterator[ExampleResult]:
    networks: dict[tuple[object, ...], Network | None] = {}
    for example in examples:
        settings = {s.parameter.name: print_parameter_value(s.value) for s in example.settings}
        scope = guideline.for_example(example).symbols.head.applies_to
        key = (id(scope), *sorted(settings.items()))
        if key not in networks:
            network = _with_settings(load_again, example, settings, report) if settings else None
            networks[key] = network if settings else compile_network(guideline.for_example(example))
        network = networks[key]
        if network is not None:
            begun = perf_counter()
            result = run_example(example, network, engine)
            yield replace(result, seconds=perf_counter() - begun, adapted=_adapted(example, guideline))


def _adapted(example: tree.Example, guideline: Guideline) -> str | None:
    adaptation = guideline.adaptation
    is_own = adaptation is None or example.span.source.name in adaptation.own
    return None if adaptation is None or is_own else adaptation.base


def run_example(example: tree.Example, network: Network, engine: Literal["direct", "durable"]) -> ExampleResult:
    """Runs one example that has been checked, on a network with the example's settings."""
    assert example.on is not None  # the checks require a date
    as_of = dt.date.fromisoformat(example.on.text)
    failures: tuple[Failure, ...]
    try:
        facts = facts_of(example, network, as_of)
    except NoPatient as fault:
        assert example.patient is not None  # only a file can be wrong
        failures = (Failure("a file with one patient", str(fault), example.patient.span),)
        evaluation = evaluate(network, facts_of(replace(example, patient=None), network, as_of), engine)
    else:
        evaluation = evaluate(network, facts, engine)
        failures = tuple(found for e in example.expects if (found := failure(e, evaluation)) is not None)
        failures += tuple(violated(each, example.name.span) for each in evaluation.violations)
    return ExampleResult(example.name.text, example.name.span, failures, evaluation)


def _with_settings(
    load_again: Loader, example: tree.Example, settings: Mapping[str, str], report: Report
) -> Network | None:
    """The guideline as a site with these parameters has it. What is wrong with them is said at the example."""
    own = Report()
    guideline = load_again(own, settings)
    if guideline is not None:
        return compile_network(guideline.for_example(example))
    for finding in own.findings:
        if finding.severity == "error":
            report.error(
                finding.code,
                finding.message,
                example.settings[0].span.to(example.settings[-1].span),
                expected=finding.expected,
                suggestion=finding.suggestion,
            )
    return None
