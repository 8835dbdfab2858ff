"""Random trees of the language: every form, names of several scripts, texts with quotes, backslashes and braces.

A tree made here has an empty span everywhere. `files()` gives whole files; `expressions()` conditions and values.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from guidelang.source import Source, Span
from guidelang.syntax import tree
from guidelang.syntax.grammar import reserved_words
from guidelang.terminology import CODED_ELEMENTS, INTENTS, LENGTH_ELEMENTS, RECORD_TYPES, TIME_ELEMENTS

NOWHERE = Span(Source("<made>", ""), 0, 0)

_FIRST = "abcxyzABZ_äßñéλΩжЯ血圧透析あア한글עا"
_NEXT = _FIRST + "0129"
_PLAIN = [
    "phosphorus", "calcium", "pth", "dialysis", "warfarin", "sex", "low", "high", "condition", "routine", "albumin",
    "advice", "never", "always",
    "final", "min", "max", "increased", "orders", "android", "notes", "isolated", "innate", "day", "patient", "this",
    "फॉस्फोरस", "ฟอสฟอรัส", "калий",
]  # fmt: skip


def build(cls: Callable[..., Any], *args: Any, **named: Any) -> st.SearchStrategy[Any]:
    """A node of a class, from strategies for its fields."""
    return st.builds(cls, *args, **named, span=st.just(NOWHERE))


def names() -> st.SearchStrategy[str]:
    made = st.builds(lambda first, rest: first + rest, st.sampled_from(_FIRST), st.text(_NEXT, max_size=8))
    return st.one_of(st.sampled_from(_PLAIN), made.filter(lambda name: name not in reserved_words()))


identifiers = build(tree.Identifier, names())
numbers = st.one_of(
    st.integers(0, 100_000).map(str),
    st.builds(
        lambda whole, part: f"{whole}.{part}", st.integers(0, 999), st.text("0123456789", min_size=1, max_size=4)
    ),
)
positive_or_negative = st.builds(lambda sign, number: sign + number, st.sampled_from(["", "-"]), numbers)
units = st.sampled_from(
    ["mg/dL", "mm[Hg]", "mL/min/{1.73_m2}", "%", "10*3/uL", "10^9/L", "[iU]/L", "[pH]", "{score}", "{#}/uL", "/uL",
     "days", "month", "µmol/L", "kg/(m2)", "a", "[in_i]", "m-2", "°C", "mol/{a,b}"]
)  # fmt: skip
texts = st.one_of(
    st.sampled_from(
        ['say "yes"', "back\\slash", "{phosphorus} of {ceiling}", "# no comment", "", "\\", '"', "日本語 ünï"]
    ),
    st.text(st.characters(exclude_characters="\n\r", exclude_categories=("Cs",)), max_size=20),
)
labels = st.none() | texts
dates = st.one_of(st.dates().map(lambda day: day.isoformat()), st.dates().map(lambda day: day.isoformat()[:7]))
actions = st.sampled_from(tree.ACTION_WORDS)
text_nodes = build(tree.Text, texts)
date_nodes = build(tree.DateLiteral, dates)
quantities = build(tree.Quantity, numbers, st.none() | units)
signed_quantities = build(tree.Quantity, positive_or_negative, st.none() | units)
name_nodes = build(tree.Name, names())
durations = st.one_of(quantities, name_nodes)
comparators = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])


def several(strategy: st.SearchStrategy[Any], least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


# ---- expressions ----------------------------------------------------------------------------------------------------

_edges = st.none() | st.sampled_from(["starts", "ends"])
_of_names = build(tree.Name, names())


def _phrases(days: st.SearchStrategy[tree.Expression], least: int = 0) -> st.SearchStrategy[tuple[tree.Phrase, ...]]:
    """Event phrases whose days and facts are of a strategy."""
    anchors = st.one_of(days, build(tree.Period, days, days))
    near = st.sampled_from(["before", "after"])
    return several(
        st.one_of(
            build(tree.Within, durations, _edges),
            build(tree.Ago, quantities, _far, _edges),
            build(tree.Since, days, _edges),
            build(
                tree.Beside,
                st.sampled_from(["during", "overlaps", "before", "after", "by"]),
                anchors,
                _edges,
                negated=st.booleans(),
            ),
            build(tree.Beside, near, anchors, _edges, st.none(), durations, st.booleans()),
            build(tree.Beside, near, anchors, _edges, quantities, _far, st.booleans()),
            build(tree.Together, _shared, identifiers, st.booleans()),
        ),
        least,
        2,
    ).map(_in_order)


_shared = st.sampled_from(["encounter", "practitioner", "day", "reading"])


@st.composite
def _asked(draw: st.DrawFn, days: st.SearchStrategy[tree.Expression], least: int = 0) -> tuple[tree.Phrase, ...]:
    """The phrases of a question: the events of another fact may be asked about their value, and for their last day."""
    phrases = [_with_test(draw, phrase) if draw(st.booleans()) else phrase for phrase in draw(_phrases(days, least))]
    day = draw(st.none() | _days_with(days, tests=True))
    return tuple(phrases) if day is None else (*phrases, day)


def _with_test(draw: st.DrawFn, phrase: tree.Phrase) -> tree.Phrase:
    if isinstance(phrase, tree.Together):
        return dataclasses.replace(phrase, test=draw(_tests(phrase.fact, quantities)))
    if isinstance(phrase, tree.Beside) and isinstance(phrase.to, tree.Name):
        fact = tree.Identifier(phrase.to.name, span=NOWHERE)
        return dataclasses.replace(phrase, test=draw(_tests(fact, quantities)))
    return phrase


@st.composite
def _days_with(draw: st.DrawFn, days: st.SearchStrategy[tree.Expression], *, tests: bool = False) -> tree.OnDay:
    fact = draw(identifiers)
    test = draw(st.none() | _tests(fact, quantities)) if tests else None
    return tree.OnDay(draw(st.sampled_from(["last", "first"])), fact, test, draw(_phrases(days)), span=NOWHERE)


def _of_value(days: st.SearchStrategy[tree.Expression]) -> st.SearchStrategy[tuple[tree.Phrase, ...]]:
    """The phrases of a value: the day with events of a fact stands last."""
    return st.builds(
        lambda phrases, day: phrases if day is None else (*phrases, day), _phrases(days), st.none() | _days_with(days)
    )


def _tests(fact: tree.Identifier, inner: st.SearchStrategy[tree.Expression]) -> st.SearchStrategy[Any]:
    subject = st.just(tree.Name(fact.name, span=NOWHERE))
    return st.one_of(
        build(tree.Compare, comparators, subject, inner),
        build(tree.Between, subject, inner, inner),
        build(tree.IsOneOf, subject, several(st.one_of(identifiers, text_nodes), 1), st.booleans()),
    )


def _in_order(phrases: tuple[tree.Phrase, ...]) -> tuple[tree.Phrase, ...]:
    """`within 90 days before X` is one phrase, so these two never follow each other."""
    return phrases[::-1] if isinstance(phrases[0] if phrases else None, tree.Within) else phrases


_far = build(tree.Quantity, numbers, units)
_simple_days = st.one_of(_of_names, date_nodes, build(tree.Today))


_leaves = st.one_of(
    name_nodes,
    name_nodes,
    quantities,
    date_nodes,
    text_nodes,
    build(tree.Age),
    build(tree.Today),
    build(tree.TimeSince, identifiers),
    build(
        tree.Aggregate,
        st.sampled_from(["latest", "earliest", "highest", "lowest", "average", "count", "sum", "covered days"]),
        identifiers,
        _of_value(_simple_days),
    ),
    build(tree.Change, identifiers, durations),
    build(tree.Happened, identifiers, _asked(_simple_days, 1)),
    build(tree.Recommended, st.none() | actions, identifiers),
)


@st.composite
def _quantified(draw: st.DrawFn, inner: st.SearchStrategy[tree.Expression]) -> tree.Quantified:
    fact = draw(identifiers)
    quantifier = draw(st.sampled_from(["any", "every", "at least"]))
    tests = _tests(fact, inner)
    return tree.Quantified(
        quantifier,
        fact,
        draw(tests if quantifier == "every" else st.none() | tests),
        draw(_asked(inner)),
        draw(st.integers(1, 99).map(str)) if quantifier == "at least" else None,
        quantifier == "at least" and draw(st.booleans()),
        span=NOWHERE,
    )


def _larger(inner: st.SearchStrategy[tree.Expression]) -> st.SearchStrategy[tree.Expression]:
    return st.one_of(
        build(tree.And, several(inner, 2)),
        build(tree.Or, several(inner, 2)),
        build(tree.Not, inner),
        build(tree.Certainly, inner),
        build(tree.Compare, comparators, inner, inner),
        build(tree.Between, inner, inner, inner),
        build(tree.IsOneOf, inner, several(st.one_of(identifiers, text_nodes), 1), st.booleans()),
        build(tree.IsState, inner, st.sampled_from(["known", "missing", "stale"])),
        build(tree.LastN, st.integers(1, 9).map(str), identifiers, _of_value(inner), comparators, inner),
        build(
            tree.Aggregate, st.sampled_from(["latest", "count", "sum", "covered days"]), identifiers, _of_value(inner)
        ),
        build(tree.Happened, identifiers, _asked(inner, 1)),
        _quantified(inner),
        build(
            tree.Lasting,
            st.one_of(
                build(tree.Compare, comparators, inner, inner),
                build(tree.IsOneOf, inner, several(st.one_of(identifiers, text_nodes), 1, 1)),
            ),
            durations,
        ),
        build(tree.Arithmetic, st.sampled_from("+-*/^"), inner, inner),
        build(tree.Negate, inner),
        build(tree.Age, inner),
        build(tree.EndOf, st.sampled_from(["start", "end"]), inner),
        build(tree.Period, inner, inner),
        build(tree.TimeFrom, inner, inner),
        build(tree.DaysFrom, inner, inner),
        build(tree.Call, identifiers, several(inner, 1)),
        build(tree.AtLeast, st.integers(1, 9).map(str), several(inner, 1)),
        build(tree.FirstKnown, several(inner, 1)),
    )


def expressions(size: int = 12) -> st.SearchStrategy[tree.Expression]:
    return st.recursive(_leaves, _larger, max_leaves=size)


# ---- statements -----------------------------------------------------------------------------------------------------

_code_texts = st.one_of(
    st.sampled_from(["2777-1", "N18.6", "11289", "B01AA03", "46177005"]), texts.filter(lambda text: text != "")
)
strengths = st.none() | build(tree.Quantity, numbers, units)
system_codes = build(
    tree.CodeRef,
    st.sampled_from(["LOINC", "SNOMED CT", "RxNorm", "ICD-10-CM", "ATC", "CVX"]),
    _code_texts,
    labels,
    st.booleans(),
    strengths,
)
own_codes = build(
    tree.CodeRef,
    names(),
    st.sampled_from(["calciphylaxis", "low-bath", "a.1", "7"]),
    labels,
    st.booleans(),
    strengths,
)
codes = st.one_of(system_codes, own_codes)
value_sets = build(
    tree.ValueSetRef,
    st.one_of(st.sampled_from(["http://example.org/ValueSet/a", "urn:oid:2.16|3"]), texts),
    st.none() | st.one_of(st.sampled_from(["2", "2.0.1", "2024-03", "draft"]), texts),
)
code_items = st.one_of(codes, build(tree.ListRef, names()), value_sets)
code_literals = build(tree.CodeLiteral, several(codes))
parameter_values = st.one_of(signed_quantities, date_nodes, build(tree.Period, date_nodes, date_nodes), code_literals)
locators = st.one_of(st.sampled_from(["1", "4.1.2", "S12", "p.35"]), texts)
cites = build(tree.Cite, identifiers, locators, st.none() | st.sampled_from(["ab12cd", "sha256:" + "0f" * 32]))
plausibles = build(tree.Plausible, positive_or_negative, positive_or_negative, st.none() | units)
effects = build(tree.Effect, st.sampled_from(["lowers", "raises"]), identifiers)
versions = st.sampled_from(["1", "1.0.0", "2024.2", "1.0.0-rc.1"])
statuses = st.sampled_from(["final", "active", "entered-in-error", "unknown", "on-hold", "not-done"])

_head = (
    identifiers,
    versions,
    st.none() | text_nodes,
    st.none() | date_nodes,
    st.none() | date_nodes,
    several(build(tree.SourceDocument, identifiers, texts)),
)
choices = build(tree.Choice, identifiers, labels, several(codes), several(texts, 0, 2))
fact_types = st.one_of(
    build(tree.QuantityType, units),
    build(tree.NumberType),
    build(tree.YesNoType),
    build(tree.DateType),
    build(tree.TextType),
    build(tree.ChoiceType, several(choices, 1)),
)
codes_or_lists = st.one_of(codes, build(tree.ListRef, names()))
filter_words = several(statuses) | st.just(("any",))


@st.composite
def coded_filters(draw: st.DrawFn) -> tuple[tree.CodedFilter, ...]:
    """Filters on codes, in the order of the language; each element once."""
    made = []
    for element in CODED_ELEMENTS:
        if draw(st.booleans()):
            texts_of_values = draw(several(texts, 0, 2)) if element == "value" else ()
            least = 0 if element == "value" else 1  # `with any value`
            made.append(
                draw(
                    build(tree.CodedFilter, st.just(element), several(codes_or_lists, least), st.just(texts_of_values))
                )
            )
    return tuple(made)


length_filters = several(build(tree.LengthFilter, st.sampled_from(LENGTH_ELEMENTS), comparators, durations), 0, 2).map(
    lambda made: tuple(sorted(made, key=lambda each: LENGTH_ELEMENTS.index(each.element)))
)
readings = st.one_of(
    build(
        tree.FromRecord,
        st.sampled_from(RECORD_TYPES),
        several(codes_or_lists),
        filter_words,
        filter_words,
        st.none() | durations,
        several(st.sampled_from(INTENTS)),
        coded_filters(),
        length_filters,
        st.booleans(),
        st.booleans(),
        st.none() | st.sampled_from(TIME_ELEMENTS),
        st.booleans(),
    ),
    build(tree.FromPatient, st.sampled_from(["age", "sex", "deceased", "birth_date"])),
)
converts = st.one_of(
    build(tree.Convert, several(quantities, 2)),
    build(tree.ConvertAffine, units, numbers, units, positive_or_negative),
)
facts = build(
    tree.Fact,
    identifiers,
    labels,
    fact_types,
    several(readings),
    st.none() | durations,
    st.none() | plausibles,
    several(converts),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.none() | st.sampled_from(["lowest", "highest", "average"]),
    st.none() | identifiers,
    several(effects),
)
advice = st.builds(
    lambda kind, against, action, no_action, target, to, text: tree.Advice(
        kind, against, None if against and no_action else action, target, to, text, span=NOWHERE
    ),
    st.sampled_from(["recommend", "suggest"]),
    st.booleans(),
    actions,
    st.booleans(),
    identifiers,
    st.none() | identifiers | quantities,
    st.none() | text_nodes,
)
rules = st.builds(
    lambda says, *rest: tree.Rule(*rest[:4], *says, *rest[4:], span=NOWHERE),
    st.one_of(
        st.tuples(several(advice, 1), several(identifiers)),
        st.tuples(several(advice), several(identifiers, 1)),
    ),
    identifiers,
    labels,
    expressions(),
    several(expressions(6), 0, 2),
    several(identifiers),
    st.none() | st.sampled_from(["strong", "conditional"]),
    st.none() | st.sampled_from(["high", "moderate", "low", "very low"]),
    st.none() | st.one_of(st.sampled_from(["2C", "opinion", "when", "very good"]), texts),
    st.none() | st.sampled_from(["routine", "soon", "urgent"]),
    several(text_nodes, 0, 2),
    several(cites, 0, 2),
    several(build(tree.Evidence, identifiers, locators, texts), 0, 2),
    several(build(tree.Erratum, texts), 0, 2),
)

_days = st.one_of(
    build(tree.When, build(tree.Quantity, numbers, units)),
    build(tree.When, st.none(), st.one_of(dates, st.integers(1, 9999).map(lambda year: f"{year:04d}"))),
)
_at_times = build(tree.When, st.none(), st.just("2024-05-03"), st.sampled_from(["08:30", "23:59:59Z", "00:00+02:00"]))
_links = st.none() | identifiers
_times = st.none() | st.one_of(
    build(tree.When, build(tree.Quantity, numbers, units)),
    build(tree.When, st.none(), st.one_of(dates, st.integers(1, 9999).map(lambda year: f"{year:04d}"))),
    build(tree.Course, _days | _at_times, st.none() | _days | _at_times),
    _at_times,
)
given_values = st.one_of(
    build(tree.GivenValue, st.sampled_from([True, False, None]), st.none(), _times, st.just(False), _links, _links),
    build(tree.GivenValue, identifiers, st.none(), _times, st.just(False), _links, _links),
    build(tree.GivenValue, st.one_of(text_nodes, date_nodes), st.none(), _times),
    build(
        tree.GivenValue,
        signed_quantities,
        st.none() | st.sampled_from(["<", "<=", ">", ">="]),
        _times,
        st.booleans(),
        _links,
        _links,
    ),
)
expectations = st.one_of(
    build(tree.ExpectTruth, identifiers, st.sampled_from([True, False, None])),
    build(tree.ExpectTruth, identifiers, st.none(), st.sampled_from(["stale", "no unit", "recorded as unknown"])),
    build(tree.ExpectValue, identifiers, signed_quantities | date_nodes),
    build(tree.ExpectBetween, identifiers, build(tree.Quantity, numbers, st.none()), signed_quantities),
    build(tree.ExpectWord, identifiers, identifiers),
    build(
        tree.ExpectUndecided,
        st.none() | identifiers,
        st.none() | build(tree.Needs, several(identifiers, 1), st.booleans()),
    ),
    build(tree.ExpectOverridden, identifiers, st.none() | identifiers),
    build(
        tree.ExpectAdvice,
        st.sampled_from(["recommend", "suggest"]),
        st.booleans(),
        st.none() | actions,
        identifiers,
        st.booleans(),
        st.none() | identifiers | quantities,
        st.none() | st.sampled_from(["strong", "conditional"]),
        st.none() | st.sampled_from(["high", "moderate", "low", "very low"]),
        st.none() | st.sampled_from(["2C", "not graded", "B-NR"]),
        st.none() | st.sampled_from(["routine", "soon", "urgent"]),
    ),
    build(tree.ExpectScope, st.booleans()),
    build(tree.ExpectConflict, st.none() | identifiers),
    build(tree.ExpectStack, st.sampled_from(["lowers", "raises"]), identifiers),
    build(tree.ExpectStack, st.none(), st.none()),
)


def _apart(givens: tuple[tree.Given, ...]) -> bool:
    """Values of one fact that follow each other are one history, so neighbours have different names."""
    return all(first.fact != second.fact for first, second in pairwise(givens))


def _is_given(name: tree.Identifier) -> bool:
    """After `given`, `patient` names the file of the patient, and is no fact."""
    return name.name != "patient"


examples = build(
    tree.Example,
    text_nodes,
    st.none() | date_nodes,
    several(build(tree.Given, identifiers.filter(_is_given), several(given_values, 1))).filter(_apart),
    several(build(tree.Setting, identifiers, parameter_values), 0, 2),
    several(expectations, 0, 5),
    st.none() | text_nodes,
)
gives = st.none() | identifiers | signed_quantities
cells = st.one_of(
    build(tree.AnyCell),
    build(tree.YesNoCell, st.booleans()),
    build(tree.WordsCell, several(identifiers, 1)),
    build(tree.CompareCell, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), signed_quantities),
    build(tree.RangeCell, signed_quantities, signed_quantities, st.booleans(), st.booleans()),
)
choice_types = build(tree.ChoiceType, several(build(tree.Choice, identifiers, labels), 1))
tables = st.builds(
    lambda name, label, *rest: tree.Table(
        name, label, tree.TableLookup(name, *rest[:-1], span=NOWHERE), rest[-1], span=NOWHERE
    ),
    identifiers,
    labels,
    st.one_of(build(tree.QuantityType, units), build(tree.NumberType), choice_types),
    several(build(tree.Column, expressions(4), st.none() | units), 1),
    several(build(tree.Row, several(cells, 1), gives), 1),
    st.none() | build(tree.Otherwise, gives),
    several(cites, 0, 2),
)
points = st.none() | st.builds(lambda minus, number: ("-" if minus else "") + number, st.booleans(), numbers)
scores = build(
    tree.Score,
    identifiers,
    labels,
    build(
        tree.ScoreSum,
        several(build(tree.ScoreItem, points, expressions(4), labels), 1),
        st.sampled_from(["unknown", "zero", "bounds"]),
    ),
    several(cites, 0, 2),
)
invariants = build(
    tree.Invariant,
    st.none() | text_nodes,
    st.sampled_from(["never", "always"]),
    st.one_of(
        build(tree.ClaimedAdvice, st.sampled_from(["recommend", "suggest"]), st.just(False), actions, identifiers),
        build(
            tree.ClaimedAdvice,
            st.sampled_from(["recommend", "suggest"]),
            st.just(True),
            st.none() | actions,
            identifiers,
        ),
        build(tree.SomeAdvice),
        build(tree.ClaimedScope),
        expressions(),
    ),
    st.none() | expressions(),
)
parameters = build(tree.Parameter, identifiers, labels, parameter_values, st.none() | plausibles, several(cites, 0, 2))
replaced = st.one_of(
    build(tree.Codes, identifiers, labels, several(code_items, 1), several(code_items)),
    build(tree.Intervention, identifiers, labels, several(codes), several(effects)),
    facts,
    build(
        tree.Define,
        identifiers,
        labels,
        expressions(),
        several(build(tree.WithUnit, st.none() | identifiers, units)),
    ),
    scores,
    tables,
    rules,
    invariants,
    examples,
)
amended = st.builds(
    lambda name, only_when, rule: tree.Amend(
        name,
        only_when,
        rule.unless,
        rule.overrides,
        rule.strength,
        rule.certainty,
        rule.grade,
        rule.urgency,
        rule.cautions,
        rule.cites,
        rule.evidence,
        span=NOWHERE,
    ),
    identifiers,
    several(expressions(6), 1, 2),
    rules,
)
items = st.one_of(
    build(tree.SetParameter, parameters),
    build(tree.RemoveRules, several(identifiers, 1)),
    build(tree.RemoveTexts, st.sampled_from(["example", "invariant"]), several(text_nodes, 1)),
    build(tree.Replace, replaced),
    build(tree.Add, parameters | replaced),
    amended,
    build(tree.Narrow, expressions(6)),
)
_said = build(tree.Text, texts.filter(lambda text: bool(text.strip())))
statements = st.one_of(
    build(tree.Guideline, *_head, st.none() | expressions(6)),
    build(tree.Vocabulary, *_head),
    build(tree.Part, identifiers),
    build(tree.Use, identifiers, st.none() | versions),
    build(tree.System, identifiers, texts),
    parameters,
    replaced,
    build(tree.Adapt, identifiers, versions),
    build(tree.LocalChange, _said, _said, several(items, 1)),
)


def files(most: int = 4) -> st.SearchStrategy[tree.File]:
    return build(tree.File, several(statements, 0, most))
