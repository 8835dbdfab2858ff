"""Random guidelines as text, and random patients for them.

A guideline is drawn over a fixed set of facts; its derived facts and rules refer to earlier ones only, so it has no
cycle. Patients miss values, hit thresholds exactly, and carry numbers whose binary sums are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

QUANTITIES = {"calcium": "mg/dL", "albumin": "g/dL", "phosphorus": "mg/dL", "pth": "pg/mL"}
CONDITIONS = ("dialysis", "warfarin", "bleeding", "valve", "lesion", "allergy")
ABSENT_MEANS_NO = ("warfarin", "valve")
STAGES = ("g3", "g4", "g5")

HEAD = """guideline random version 1

fact calcium is quantity in mg/dL
    plausible 4 to 18 mg/dL
fact albumin is quantity in g/dL
    plausible 0.5 to 7 g/dL
fact phosphorus is quantity in mg/dL
    plausible 0.5 to 20 mg/dL
    convert 1 mmol/L = 3.0974 mg/dL
fact pth is quantity in pg/mL
    plausible 1 to 10000 pg/mL
fact stage is one of g3, g4, g5
fact dialysis is yes or no
fact warfarin is yes or no
    absent means no
fact bleeding is yes or no
fact valve is yes or no
    absent means no
fact lesion is yes or no
fact allergy is yes or no

fact ldl is quantity in mg/dL
    plausible 10 to 400 mg/dL
fact visit is yes or no
    absent means no
fact stay is yes or no
    absent means no
fact treated is yes or no
fact diagnosed is date

parameter ceiling = 10.2 mg/dL
parameter period = 2024-01-01 to 2024-04-30

define corrected = calcium + 0.8 * (4.0 - albumin)
    with calcium in mg/dL, albumin in g/dL, result in mg/dL

score points
    1 when dialysis
    2 when phosphorus >= 5.5 mg/dL and not allergy
    -1 when warfarin
    add weight
    missing bounds
score strict_points
    1 when dialysis or bleeding
    3 when stage is g5
    missing unknown
score lenient_points
    2 when bleeding
    2 when corrected > 10.2 mg/dL
    missing zero
table weight is number
    by pth in pg/mL, stage
    row < 150, any gives 0
    row 150 to 300, g3 or g4 gives 1
    row 150 to 300, g5 gives 4
    row above 300 to 10000, any gives 2.5
"""

THRESHOLDS = {
    "calcium": ("8.4", "9.8", "10.2"),
    "albumin": ("3.5", "4.0"),
    "phosphorus": ("2.5", "5.5"),
    "pth": ("150", "300"),
    "corrected": ("8.4", "10.2"),
    "points": ("-1", "0", "1", "2.5", "3"),
    "strict_points": ("1", "3", "4"),
    "lenient_points": ("0", "2", "4"),
    "weight": ("0", "1", "2.5", "4"),
}
UNITS = {**QUANTITIES, "corrected": "mg/dL"}
COMPARATORS = ("<", "<=", ">", ">=", "=", "!=")

LINE_BREAKS = "\n\r\x85\u2028\u2029\x0b\x0c\x1c\x1d\x1e"
WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="{}" + LINE_BREAKS, exclude_categories=("Cs", "Cc")), max_size=12
)


@dataclass(frozen=True)
class Drawn:
    """A guideline's text with what the test needs to know of it; `events` are derived facts that ask about events."""

    text: str
    rules: tuple[str, ...]
    events: tuple[str, ...] = ()


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(sorted(THRESHOLDS)))
    form = draw(st.integers(0, 9))
    bounds = THRESHOLDS[name]
    if form == 0:
        return f"{name} between {bounds[0]} and {bounds[-1]} {UNITS.get(name, '')}"
    if form == 1 and name == "corrected":
        return f"corrected {draw(st.sampled_from(COMPARATORS))} ceiling"
    if form == 2:
        return f"{name} is {draw(st.sampled_from(('known', 'missing')))}"
    if form == 3:
        return "calcium * phosphorus > 55 mg2/dL2"
    return f"{name} {draw(st.sampled_from(COMPARATORS))} {draw(st.sampled_from(bounds))} {UNITS.get(name, '')}"


def conditions(names: tuple[str, ...], advised: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Conditions over facts, earlier derived names, and advice that earlier rules give."""
    leaves = st.one_of(
        comparisons(),
        st.sampled_from(CONDITIONS),
        st.sampled_from(STAGES).map(lambda stage: f"stage is {stage}"),
        st.sampled_from((*CONDITIONS, *names)).map(lambda name: f"{name} is known"),
        *([st.sampled_from(names)] if names else []),
        *([st.sampled_from(advised).map(lambda target: f"recommended start {target}")] if advised else []),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(lambda c: f"not ({c})"),
            inner.map(lambda c: f"certainly ({c})"),
            st.lists(inner, min_size=2, max_size=4).map(lambda cs: "(" + " and ".join(f"({c})" for c in cs) + ")"),
            st.lists(inner, min_size=2, max_size=4).map(lambda cs: "(" + " or ".join(f"({c})" for c in cs) + ")"),
            st.lists(inner, min_size=2, max_size=3).map(lambda cs: f"first known of ({', '.join(cs)})"),
            st.tuples(st.integers(1, 3), st.lists(inner, min_size=3, max_size=4)).map(
                lambda pair: f"at least {pair[0]} of ({', '.join(pair[1])})"
            ),
        ),
        max_leaves=6,
    )


EVENTS = ("visit", "stay", "treated")
TIMES = (
    "within 90 days", "1 to 90 days ago", "since 2024-03-01", "by 2024-02-29", "before 2024-02-29", "after 2024-02-29",
    "during period", "overlaps period", "starts during period", "ends during period", "since diagnosed",
    "within 31 days after diagnosed", "1 to 60 days before diagnosed", "since start of period",
)  # fmt: skip
RELATIONS = (
    "during stay", "overlaps treated", "within 14 days before stay", "1 to 31 days after visit", "on a day of stay",
    "not during any stay", "not on a day of any visit", "starts during treated", "ends before stay",
)  # fmt: skip
OF_LDL = (
    "any ldl > 130 mg/dL {}", "every ldl > 130 mg/dL {}", "at least 2 ldl > 130 mg/dL {}",
    "at least 2 ldl > 130 mg/dL {} on different days", "count of ldl {} >= 2", "highest ldl {} >= 190 mg/dL",
    "lowest ldl {} < 100 mg/dL", "average ldl {} > 130 mg/dL", "latest ldl {} > 130 mg/dL",
)  # fmt: skip
OTHERS = (
    "last 2 ldl > 130 mg/dL", "ldl > 130 mg/dL for at least 3 months", "change in ldl over 3 months > 10 mg/dL",
    "covered days of stay during period >= 5", "covered days of treated within 90 days >= 90",
    "time since visit > 30 days", "time since treated <= 3 months", "diagnosed > 2024-03-01", "diagnosed is known",
    "age at diagnosed >= 40 years", "age at start of period >= 40 years", "diagnosed <= end of period",
    "sum of ldl within 90 days > 300 mg/dL",
)  # fmt: skip


@st.composite
def event_phrases(draw: st.DrawFn) -> str:
    """A condition about when something was: of one event, of values, or of how events lie to each other."""
    form = draw(st.integers(0, 9))
    where = draw(st.sampled_from(TIMES))
    if form <= 3:
        event = draw(st.sampled_from(EVENTS))
        related = draw(st.sampled_from([each for each in RELATIONS if event not in each]))
        return f"{event} {draw(st.sampled_from((where, related, f'{related} {where}')))}"
    if form <= 7:
        return draw(st.sampled_from(OF_LDL)).format(where)
    if form == 8:
        return f"count of {draw(st.sampled_from(EVENTS))} {where} >= {draw(st.integers(1, 3))}"
    return draw(st.sampled_from(OTHERS))


@st.composite
def guidelines(draw: st.DrawFn, most_events: int = 0) -> Drawn:
    """A guideline with up to so many derived facts that ask about events, dates and histories."""
    text = [HEAD]
    names: tuple[str, ...] = ()
    advised: tuple[str, ...] = ()
    rules: list[str] = []
    for number in range(draw(st.integers(0, most_events))):
        text.append(f"define e{number} = {draw(event_phrases())}\n")
        names = (*names, f"e{number}")
    events = names
    if draw(st.booleans()):
        first = "guideline random version 1\n"
        text[0] = text[0].replace(first, f"{first}    applies to {draw(conditions((), ()))}\n")
    for number in range(draw(st.integers(1, 9))):
        if draw(st.integers(0, 3)) == 0:
            text.append(f"define d{number} = {draw(conditions(names, advised))}\n")
            names = (*names, f"d{number}")
            continue
        rule = f"rule r{number}\n    when {draw(conditions(names, advised))}\n"
        for _ in range(draw(st.integers(0, 2))):
            rule += f"    unless {draw(conditions(names, advised))}\n"
        # a rule that depends on another cannot be overridden by it, so only rules that nothing uses yet are overridden
        free = [name for name in rules if draw(st.integers(0, 4)) == 0 and name in _unused(rules, text)]
        if free:
            rule += f"    overrides {', '.join(free)}\n"
        kind = draw(st.sampled_from(("start", "conclude", "both", "against")))
        # several rules may give one piece of advice, but none after a rule has asked whether it is given
        target = f"t{number % 3}"
        if any(f"recommended start {target}" in part for part in (*text, rule)):
            target = f"t{number + 10}"
        if kind in ("start", "both"):
            rule += f"    recommend start {target} {quoted(draw(WORDS))}\n"
        if kind == "against":
            rule += f"    suggest against {target}\n"
        if kind in ("conclude", "both"):
            rule += f"    conclude c{number}\n"
        text.append(rule)
        rules.append(f"r{number}")
        if kind in ("conclude", "both"):
            names = (*names, f"c{number}")
        if kind in ("start", "both"):
            advised = tuple(sorted({*advised, target}))
    return Drawn("\n".join(text), tuple(rules), events)


def _unused(rules: list[str], text: list[str]) -> set[str]:
    """Rules whose conclusion and advice no later text can depend on: those that only advise against."""
    return {
        name
        for name in rules
        for part in text
        if part.startswith(f"rule {name}\n") and "conclude" not in part and "recommend start" not in part
    }


@st.composite
def patients(draw: st.DrawFn, has_history: bool = False) -> dict[str, object]:
    """A plain fact set in which about a third of the facts is missing; with events and dates if asked for."""
    facts: dict[str, object] = {}
    for name, unit in QUANTITIES.items():
        form = draw(st.integers(0, 9))
        if form <= 2:
            continue
        if form == 3:
            facts[name] = "unknown"
        elif form == 4:
            facts[name] = f"<{draw(st.sampled_from(THRESHOLDS[name]))} {unit}"
        else:
            value = draw(st.sampled_from((*THRESHOLDS[name], "9.8", "3.5", "4", "5.49", "5.51", "1.5", "410", "99999")))
            facts[name] = f"{value} {unit}"
    for name in CONDITIONS:
        answer = draw(st.sampled_from((True, False, None, "unknown")))
        if answer is not None:
            facts[name] = answer
    if has_history:
        facts |= draw(histories())
    stage = draw(st.sampled_from((*STAGES, None)))
    if stage is not None:
        facts["stage"] = stage
    return facts


DAYS = ("2023", "2023-12-31", "2024-02", "2024-02-29", "2024-03-01", "2024-04-20", "2024-05-31T22:30:00-05:00")


@st.composite
def histories(draw: st.DrawFn) -> dict[str, object]:
    """What has a time: events, some with a course that is open or contradicts itself, values, and the birth date."""
    facts: dict[str, object] = {}
    day = st.sampled_from(DAYS)
    for name in EVENTS:
        told = [draw(occasions(day)) for _ in range(draw(st.integers(0, 3)))]
        if told:
            facts[name] = told
    values = [
        {
            "value": draw(st.sampled_from(("90", "130", "131", "<100", "190", "9999"))),
            "unit": "mg/dL",
            "time": draw(day),
        }
        for _ in range(draw(st.integers(0, 4)))
    ]
    if values:
        facts["ldl"] = values
    for name, days in (("diagnosed", DAYS[:-1]), ("birth_date", ("1984-02-29", "1984", "1964-05-31"))):
        found = draw(st.sampled_from((None, *days)))
        if found is not None:
            facts[name] = found
    return facts


@st.composite
def occasions(draw: st.DrawFn, day: st.SearchStrategy[str]) -> dict[str, object]:
    form = draw(st.integers(0, 4))
    if form == 0:
        return {"value": draw(st.booleans()), "time": draw(day)}
    if form == 1:
        return {"value": True, "start": draw(day)}
    if form == 2:
        return {"value": True, "start": draw(day), "end": draw(day)}
    return {"value": True, "time": draw(day)}
