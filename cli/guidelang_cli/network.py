"""`guidelang network`: the compiled rule network, for readers and programs."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from guidelang.network.ir import Network, RuleDefinition
from guidelang.trace.phrases import clean
from guidelang.trace.words import Words
from guidelang_cli import inputs, terminal
from guidelang_cli.options import (
    Format,
    FormatOption,
    GuidelineArgument,
    ParamOption,
    ValueSetsOption,
    parameters,
    value_sets,
)
from guidelang_cli.report import counted

NAME = "network"
EXAMPLES = (
    "guidelang network calciphylaxis",
    "guidelang network my_guideline.guide --format json",
)


def command(
    guideline: GuidelineArgument,
    format_: FormatOption = Format.TEXT,
    param: ParamOption = None,
    valuesets: ValueSetsOption = None,
) -> None:
    """Print the rule network that a guideline is compiled to, with its hash."""
    network = inputs.guideline(guideline, parameters(param), value_sets(valuesets)).network
    if format_ is Format.JSON:
        from guidelang.network.document import to_document  # builds its models when imported

        terminal.write_json(to_document(network).model_dump_json(indent=2))
    else:
        terminal.show_lines(Text(clean("\n".join(_lines(network)))))


def _lines(network: Network) -> Iterator[str]:
    words = Words(network)
    yield f"guideline {network.name} {network.version}"
    yield f"hash {network.hash}"
    yield f"applies to {words.name(network.scope)}"
    yield ""
    yield f"parameters ({len(network.parameters)})"
    for parameter in network.parameters:
        yield f"  {parameter.name} = {parameter.text}{'  (set by the site)' if parameter.set_by_site else ''}"
    if network.value_sets:
        yield f"value sets ({len(network.value_sets)})"
    for found in network.value_sets:
        title = f" {found.title}," if found.title else ""
        version = f"version {found.version}" if found.version else "no version"
        yield f"  {found.url}:{title} {version}, {counted(found.size, 'code')}"
    yield f"facts ({len(network.facts)})"
    for fact in network.facts.values():
        type_ = f"quantity in {fact.unit}" if fact.unit else fact.type.replace("_", " or ")
        window = f" within {fact.window_parameter or fact.window}" if fact.window else ""
        yield f"  {fact.name} is {type_}{window}"
    yield f"derived facts ({len(network.derived)})"
    for derived in network.derived.values():
        if derived.concluded_by:
            yield f"  {derived.name}: concluded by {', '.join(derived.concluded_by)}"
        else:
            yield f"  {derived.name} = {words.spelled(derived.node)}"
    yield f"rules ({len(network.rules)})"
    for rule in network.rules.values():
        yield from _rule(rule, words)
    if network.invariants:
        yield f"invariants ({len(network.invariants)})"
    for invariant in network.invariants:
        yield f"  {invariant.words}" if invariant.name == invariant.words else f"  {invariant.name}: {invariant.words}"
    conditions = sum(len(stratum) for stratum in network.strata)
    yield f"nodes {len(network.nodes)}, of them conditions {conditions} in strata {len(network.strata)}"


def _rule(rule: RuleDefinition, words: Words) -> Iterator[str]:
    yield f"  {rule.name}"
    yield f"    when {words.name(rule.when)}"
    for exception in rule.unless:
        yield f"    unless {words.name(exception)}"
    for advice in rule.advice:
        against = " against" if advice.against else ""
        to = f" to {advice.to}" if advice.to else ""
        yield f"    {advice.kind}{against} {advice.action} {advice.target}{to}"
    for name in rule.concludes:
        yield f"    conclude {name}"
    if rule.overrides:
        yield f"    overrides {', '.join(rule.overrides)}"
