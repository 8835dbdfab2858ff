"""Random guidelines that ask for histories: those of `tests.agreement`, with phrases about events beside them."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.agreement.guidelines import COMPARATORS, CONDITIONS, QUANTITIES, THRESHOLDS, guidelines
from tests.cohort.histories import Facts

DRAWN = Facts(
    quantities={
        "calcium": ((*THRESHOLDS["calcium"], "9.9", "11"), ("mg/dL",), ("mg/L", "mmol/L", "")),
        "albumin": ((*THRESHOLDS["albumin"], "3.2"), ("g/dL",), ("g/L",)),
        "phosphorus": ((*THRESHOLDS["phosphorus"], "5.6", "1.78"), ("mg/dL",), ("mmol/L", "mg")),
        "pth": ((*THRESHOLDS["pth"], "412"), ("pg/mL",), ("ng/L",)),
    },
    words={"stage": (("g3", "g4", "g5"), ("unknown", "g6"))},
    dates=(),
    answers=("dialysis", "warfarin", "bleeding", "allergy"),
    courses=("valve", "lesion"),
)
DURATIONS = ("10 days", "2 weeks", "1 month", "3 months", "92 days", "1 year")
TIMES = (
    "within {d}", "{n} to 90 days ago", "during quarter", "starts during quarter", "ends within {d}",
    "by end of quarter", "starts within {d}", "within {d} before quarter", "ends during quarter",
    "on the last day with {g}", "on the first day with {g} within {d}",
)  # fmt: skip
RELATIONS = (
    "during {g}", "overlaps {g}", "before {g}", "after {g}", "within {d} before {g}", "{n} to 60 days after {g}",
    "on a day of {g}", "in the same encounter as {g}", "by the same practitioner as {g}", "starts during {g}",
    "not during any {g}", "not within {d} before any {g}", "not on a day of any {g}",
    "not in the same encounter as any {g}", "after end of {g}", "within {d} after end of {g}", "before start of {g}",
    "{n} to 60 days before end of {g}", "within {d} after any {m}", "on a day of any {m}", "before any {m}",
    "not within {d} before any {m}", "together with {m}", "overlaps {g}",
)  # fmt: skip


@st.composite
def phrases(draw: st.DrawFn) -> str:
    """Which events are meant: by another fact, by time, or both."""
    words = []
    if draw(st.integers(0, 2)) == 0:
        words.append(draw(st.sampled_from(RELATIONS)))
    if not words or draw(st.booleans()):
        words.append(draw(st.sampled_from(TIMES)))
    other, duration = draw(st.sampled_from(CONDITIONS)), draw(st.sampled_from(DURATIONS))
    measured = draw(st.sampled_from(sorted(QUANTITIES)))
    passing = f"{measured} > {draw(st.sampled_from(THRESHOLDS[measured]))} {QUANTITIES[measured]}"
    return " ".join(words).format(g=other, d=duration, n=draw(st.integers(0, 9)), m=passing)


@st.composite
def questions(draw: st.DrawFn) -> str:
    """A condition about a history."""
    quantity = draw(st.sampled_from(sorted(QUANTITIES)))
    bound = f"{draw(st.sampled_from(THRESHOLDS[quantity]))} {QUANTITIES[quantity]}"
    compared = f"{draw(st.sampled_from(COMPARATORS))} {bound}"
    condition, duration = draw(st.sampled_from(CONDITIONS)), draw(st.sampled_from(DURATIONS))
    phrase, number = draw(phrases()), draw(st.integers(1, 3))
    how = draw(st.sampled_from(("highest", "lowest", "average", "latest", "earliest")))
    fact = draw(st.sampled_from((quantity, condition)))
    return draw(
        st.sampled_from(
            (
                f"last {number + 1} {quantity} within {duration} {compared}",
                f"any {quantity} {compared} {phrase}",
                f"every {quantity} {compared} {phrase}",
                f"at least {number} {quantity} {compared} {phrase}",
                f"at least {number} {quantity} {compared} within {duration} on different days",
                f"{condition} {phrase}",
                f"at least {number} {condition} {phrase}",
                f"any stage is g4 {phrase}",
                f"{how} {quantity} within {duration} {compared}",
                f"{how} {quantity} {phrase} {compared}",
                f"sum of {quantity} within {duration} {compared}",
                f"change in {quantity} over {duration} > 0.4 {QUANTITIES[quantity]}",
                f"count of {fact} {phrase} >= {number}",
                f"count of {fact} within {duration} = {number}",
                f"covered days of {condition} within {duration} >= 10",
                f"time since {fact} >= {duration}",
                f"{quantity} {compared} for at least {duration}",
                f"{fact} is stale",
            )
        )
    )


@st.composite
def phrased_guidelines(draw: st.DrawFn) -> str:
    text = [draw(guidelines()).text, "parameter quarter = 2024-01-01 to 2024-03-31\n"]
    for name in draw(st.sets(st.sampled_from((*QUANTITIES, "stage", "bleeding", "lesion")))):
        window = draw(st.sampled_from(DURATIONS))
        text[0] = text[0].replace(f"\nfact {name} is", f"\nfact {name} is", 1)
        head, _, rest = text[0].partition(f"\nfact {name} is")
        line, _, rest = rest.partition("\n")
        text[0] = f"{head}\nfact {name} is{line}\n    within {window}\n{rest}"
    for number, (first, second) in enumerate(
        draw(st.lists(st.tuples(questions(), questions()), min_size=3, max_size=9))
    ):
        between = draw(st.sampled_from((" and ", " or ", " and not ")))
        text.append(f"rule q{number}\n    when ({first}){between}({second})\n    conclude is_q{number}\n")
    return "\n".join(text)
