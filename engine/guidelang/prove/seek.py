"""What a person wants of a guideline for one patient, in words, and which change of facts would bring it about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guidelang.diagnostics import Report, did_you_mean
from guidelang.network.ir import Network
from guidelang.prove.whatif import Reached, smallest_change
from guidelang.run.evaluation import Evaluation
from guidelang.trace.hypothetical import CANNOT_BE
from guidelang.trace.whatif import AlternativeDocument, SoughtDocument


@dataclass(frozen=True, slots=True)
class Sought:
    """The change that does it, empty if there is none, and what is told of the search."""

    change: Mapping[str, str]
    document: SoughtDocument


def seek(evaluation: Evaluation, wanted: str | None, *, avoid: bool, seconds: float) -> Sought:
    """The smallest change of modifiable facts with which a rule applies or advice is given, or is certainly not.

    Raises:
        GuidelineError: there is no such rule or advice.
    """
    rules = rules_of(wanted or "", evaluation.network)
    reached = smallest_change(evaluation, rules, avoid=avoid, seconds=seconds)
    change, *others = reached.changes or ({},)
    document = SoughtDocument(
        wanted=wanted or "",
        avoid=avoid,
        answer=reached.answer,
        note=_note(reached, change, rules, evaluation),
        modifiable=list(reached.free),
        alternatives=[AlternativeDocument(set=dict(each)) for each in others],
    )
    return Sought(change, document)


def rules_of(wanted: str, network: Network) -> tuple[str, ...]:
    """The rules that `reduce phosphorus`, `against start warfarin`, or their own name speaks of.

    Raises:
        GuidelineError: there are none.
    """
    if wanted in network.rules:
        return (wanted,)
    words = " ".join(word for word in wanted.split() if word not in ("recommend", "suggest"))
    given: dict[str, list[str]] = {}
    for name, rule in sorted(network.rules.items()):
        for advice in rule.advice:
            against = "against " if advice.against else ""
            given.setdefault(f"{against}{advice.action} {advice.target}", []).append(name)
    if words in given:
        return tuple(dict.fromkeys(given[words]))
    report = Report()
    report.error(
        CANNOT_BE,
        f"no rule is called `{wanted}`, and none gives such advice",
        expected="a rule, or advice such as `reduce phosphorus` or `against start warfarin`",
        suggestion=did_you_mean(wanted, network.rules) or did_you_mean(words, given),
    )
    report.raise_errors()
    raise AssertionError("an error was raised")


def _note(reached: Reached, change: Mapping[str, str], rules: tuple[str, ...], evaluation: Evaluation) -> str:
    match reached.answer:
        case "already":
            return "it is so already"
        case "found":
            told = ", ".join(f"{name} = {value}" for name, value in change.items())
            fewest = "" if reached.fewest else "; fewer facts might do, which is undecided"
            return f"with {told}: run, not reckoned{fewest}"
        case "undecided":
            return "undecided: no change was found, and none was proved impossible"
    if not reached.free:
        return "the guideline says of no fact that can change that it is modifiable"
    open_ = {m.fact for o in evaluation.outcomes if o.rule in rules for m in o.missing} - set(reached.free)
    waits = f"; it needs {', '.join(sorted(open_))}, which nobody can change but find out" if open_ else ""
    return f"proved: no other value of modifiable facts does it{waits}"
