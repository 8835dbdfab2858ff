"""Each rule seen to apply, not to apply, to be undecided and to be overridden; the scope true, false and undecided."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.testing.coverage.item import Item
from guidelang.testing.coverage.places import Decision
from guidelang.testing.coverage.questions import Questions


def scope_items(decision: Decision, questions: Questions) -> Iterator[Item]:
    """What the scope should be seen to be."""
    network = questions.network
    told = {
        True: ("for this patient", "in scope"),
        False: ("not for this patient", "not for this patient"),
        None: ("undecided", "scope undecided"),
    }
    for truth, (asks, title) in told.items():
        node = questions.is_(network.scope, truth)
        yield Item("rule", decision.statement, decision.span, "scope", asks, title, node, (network.scope, truth))


def rule_items(decision: Decision, questions: Questions) -> Iterator[Item]:
    """What a rule should be seen to be; overridden only where another rule says that it overrides it."""
    network = questions.network
    rule = network.rules[decision.statement.name]
    in_scope = questions.is_(network.scope, True)
    refused = questions.is_(rule.base, False)
    asked = [
        ("applied", f"{rule.name} applies", questions.is_(rule.applies, True), True),
        ("not applicable", f"{rule.name} does not apply", refused, False),
        ("undecided", f"{rule.name} undecided", questions.is_(rule.applies, None), None),
    ]
    if rule.overridden_by:
        replaced = questions.all_of(questions.is_(rule.applies, False), questions.no(refused))
        asked.append(("overridden", f"{rule.name} overridden by {' or '.join(rule.overridden_by)}", replaced, False))
    for asks, title, node, truth in asked:
        yield Item(
            "rule",
            decision.statement,
            decision.span,
            rule.name,
            asks,
            title,
            questions.all_of(in_scope, node),
            (rule.applies, truth),
        )
