"""What the examples of a guideline cover, said of patients and not of lines.

A guideline is short, and every line of it is run by the first example. What matters is for whom: whether a rule was
seen to apply, not to apply and to wait for a fact; whether each of its conditions was seen true, false and unknown, and
to make the difference; whether somebody stood at each threshold and just beside it.

    places       which condition stands where in the text
    item         one thing to be covered; each is a question to an evaluation
    questions    these questions as conditions of the network, beside those of the guideline
    statuses, conditions, decisions, thresholds, tables, units    the items of a guideline
    plan         all of them, with the network that examples are run on
    measure      which of them evaluations cover
    missing      the rest, asked of the solver: nobody can cover it, or an example that does, written down and run
    report       the numbers; text, lcov, document and page print them
    deck         a deck of boundary patients from nothing

An item is a condition, made of the guideline's own. So an evaluation answers it like any other condition, and so does
the solver; neither knows what it stands for.
"""

from guidelang.testing.coverage.item import Item, Kind
from guidelang.testing.coverage.plan import Plan, plan_of

__all__ = ["Item", "Kind", "Plan", "plan_of"]
