"""Patients as `example` blocks: written, read back, and run before anybody is shown them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from guidelang.diagnostics import Report
from guidelang.model import load
from guidelang.prove.written import example_block
from guidelang.source import Source
from guidelang.syntax import format_source, tree
from guidelang.terminology import ValueSets
from guidelang.testing.coverage.expected import expectations
from guidelang.testing.coverage.item import Item
from guidelang.testing.coverage.missing import Found
from guidelang.testing.coverage.plan import Plan
from guidelang.testing.coverage.reasons import reasons
from guidelang.testing.examples import run_example

MOST_REASONS = 6
"""How many reasons of an example are told in its comment; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An example that would cover something: its name, its text with the reasons as comments, and what it covers.

    Attributes:
        files: what stands in the files that it takes its patient from, by their names beside it.
    """

    name: str
    text: str
    items: tuple[Item, ...]
    files: Mapping[str, str] = field(default_factory=dict)


def offers(
    plan: Plan, found: Sequence[Found], files: tuple[Source, ...], value_sets: ValueSets
) -> tuple[list[Offer], list[Found]]:
    """The patients as examples, and those who are none: whose example cannot be read, fails, or does not cover."""
    taken = {example.name.text for example in plan.guideline.symbols.examples}
    written = {name: each for each in found if (name := _name(each.items, taken))}
    texts = {name: _formatted(_block(plan, each, name), plan) for name, each in written.items()}
    while True:
        examples, faulty = _read(texts, files, value_sets)
        if not faulty:
            break
        texts = {name: text for name, text in texts.items() if name not in faulty}
    good = [
        Offer(name, texts[name], written[name].items)
        for name, example in examples.items()
        if name in texts and _covers(plan, example, written[name].items)
    ]
    names = {offer.name for offer in good}
    return good, [each for name, each in written.items() if name not in names]


def _covers(plan: Plan, example: tree.Example, items: Iterable[Item]) -> bool:
    result = run_example(example, plan.network, "direct")
    return result.passed and all(plan.is_covered(item, result.evaluation) for item in items)


_NAMED_AFTER = ("rule", "threshold", "row", "unit", "decision", "condition")


def _name(items: Sequence[Item], taken: set[str]) -> str:
    """A name that no other example has, after what is plainest to say of those that it covers."""
    item = min(items, key=lambda each: _NAMED_AFTER.index(each.kind))
    wanted = name = item.title.partition(";")[0].replace('"', "'").replace("\\", "/")
    number = 1
    while name in taken:
        number += 1
        name = f"{wanted} ({number})"
    taken.add(name)
    return name


def _block(plan: Plan, found: Found, name: str) -> str:
    told = reasons(found.items)
    more = len(told) - MOST_REASONS
    if more > 1:
        told = [*told[:MOST_REASONS], f"and {more} more reasons"]
    comment = "".join(f"# {reason}\n" for reason in told)
    expects = expectations(plan, found.items, found.evaluation)
    return comment + example_block(found.draft, name=name, expects=expects)


def _formatted(text: str, plan: Plan) -> str:
    """The text as `guidelang fmt` lays it out."""
    head = f"part of {plan.guideline.name}\n\n"
    printed = format_source(Source("<example>", head + text), Report())
    return text if printed is None else printed.removeprefix(head).strip("\n") + "\n"


def _read(
    texts: Mapping[str, str], files: tuple[Source, ...], value_sets: ValueSets
) -> tuple[dict[str, tree.Example], set[str]]:
    """The examples, read as a part of the guideline; and the names of those with errors, if there are any."""
    ranges, text = {}, "\n"
    for name, each in texts.items():
        ranges[name] = range(len(files[0].text) + len(text), len(files[0].text) + len(text) + len(each) + 1)
        text += each + "\n"
    report = Report()
    head = replace(files[0], text=files[0].text + text)
    guideline = load((head, *files[1:]), report, value_sets=value_sets)
    if guideline is not None:
        return {e.name.text: e for e in guideline.symbols.examples if e.name.text in texts}, set()
    places = [finding.span.start for finding in report.findings if finding.span is not None]
    faulty = {name for name, each in ranges.items() if any(place in each for place in places)}
    return {}, faulty or set(texts)


def deck_text(plan: Plan, made: Iterable[Offer], title: str) -> Iterator[str]:
    """The lines of a file that is part of the guideline."""
    yield f"# {title}\n\npart of {plan.guideline.name}\n"
    for offer in made:
        yield f"\n{offer.text}"
