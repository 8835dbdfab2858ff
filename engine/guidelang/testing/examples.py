"""Runs the examples of a guideline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from guidelang.diagnostics import Report
from guidelang.facts.plain import fact_set
from guidelang.facts.setting import Setting
from guidelang.model import Guideline, load
from guidelang.model.locate import each_edition, sources_of, value_sets_of
from guidelang.network import Network, compile_network
from guidelang.run import Evaluation, evaluate
from guidelang.source import Source, Span
from guidelang.syntax import print_parameter_value, tree
from guidelang.testing.expect import Failure, failure, violated
from guidelang.testing.given import fact_mapping

Loader: TypeAlias = Callable[[Report, Mapping[str, str]], Guideline | None]
"""Loads the guideline of the examples with other parameters."""


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What one example gave. It passed if nothing failed; the evaluation is there to explain what did."""

    name: str
    span: Span
    failures: tuple[Failure, ...]
    evaluation: Evaluation

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
    on_progress: Callable[[int, int, str], None] = lambda _done, _total, _unit: None,
) -> list[ExampleResult]:
    """Runs every example of a guideline whose name contains `select`, in the order of the text.

    Of several editions of which none is named all are run, the oldest first.

    Faults of the guideline go to the report; the list is then empty. A wrong setting of one example is reported at that
    example, and the others run. `valuesets` names files or folders with value sets. `on_progress` is told how many are
    done of how many.
    """
    results: list[ExampleResult] = []
    for edition in each_edition(where):
        results += _of_one(
            sources_of(edition, report),
            report,
            engine=engine,
            select=select,
            valuesets=valuesets,
            on_progress=on_progress,
        )
    return results


def _of_one(
    files: tuple[Source, ...],
    report: Report,
    *,
    engine: Literal["direct", "durable"],
    select: str,
    valuesets: Iterable[str | Path],
    on_progress: Callable[[int, int, str], None],
) -> list[ExampleResult]:
    value_sets = value_sets_of(files, valuesets)
    guideline = load(files, report, value_sets=value_sets)
    if guideline is None:
        return []
    load_again = partial(load, files, value_sets=value_sets)
    examples = [e for e in guideline.symbols.examples if select.casefold() in e.name.text.casefold()]
    results = []
    for number, result in enumerate(_results(guideline, examples, report, engine, load_again), start=1):
        on_progress(number, len(examples), "examples")
        results.append(result)
    return results


def _results(
    guideline: Guideline,
    examples: Sequence[tree.Example],
    report: Report,
    engine: Literal["direct", "durable"],
    load_again: Loader,
) -> Iterator[ExampleResult]:
    networks: dict[tuple[tuple[str, str], ...], Network | None] = {(): compile_network(guideline)}
    for example in examples:
        settings = {s.parameter.name: print_parameter_value(s.value) for s in example.settings}
        key = tuple(sorted(settings.items()))
        if key not in networks:
            networks[key] = _with_settings(load_again, example, settings, report)
        network = networks[key]
        if network is not None:
            yield run_example(example, network, engine)


def run_example(example: tree.Example, network: Network, engine: Literal["direct", "durable"]) -> ExampleResult:
    """Runs one example that has been checked, on a network with the example's settings."""
    assert example.on is not None  # the checks require a date
    as_of = dt.date.fromisoformat(example.on.text)
    mapping = fact_mapping(example, as_of)
    facts = fact_set(Setting(network, as_of), mapping, example.name.text, f'example "{example.name.text}"')
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
        return compile_network(guideline)
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
