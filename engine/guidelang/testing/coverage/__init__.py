"""What the examples of a guideline cover, said of patients and not of lines.

A guideline is short, and every line of it is run by the first example. What matters is for whom: whether a rule was
seen to apply, not to apply and to wait for a fact; whether each of its conditions was seen true, false and unknown, and
to make the difference; whether somebody stood at each threshold and just beside it.

    places       which condition stands where in the text
    item         one thing to be covered
    questions    these things as conditions of the network, beside those of the guideline
    statuses, decisions, thresholds, tables, units, codes    the items of a guideline
    plan         all of them, with the network that examples are run on
    coverage     which of them examples cover, and what became of the rest
    missing      the rest, asked of the solver: nobody can cover it, or a patient who does
    offers, expected, records    such patients as examples, which were run, and the records that some of them take
    reasons      items in few lines; text, document and page print the numbers
    deck         a deck of boundary patients from nothing

Most items are conditions, made of the guideline's own. So an evaluation answers them like any other condition, and so
does the solver; neither knows what they stand for. Units are seen in the results of an evaluation, codes in records.
"""

from guidelang.testing.coverage.item import Item, Kind
from guidelang.testing.coverage.plan import Plan, plan_of

__all__ = ["Item", "Kind", "Plan", "plan_of"]
