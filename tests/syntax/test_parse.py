"""What the forms of the language mean, as trees."""

from __future__ import annotations

import pytest

from guidelang.diagnostics import Report
from guidelang.source import Source
from guidelang.syntax import parse, parse_expression, parse_parameter_value, print_expression, print_file, tree

from .strategies import NOWHERE

GUIDELINE = """\
guideline hyperkalemia version 0.3.1
    title "High potassium in people on dialysis"
    effective 2023-05
    source handbook "A handbook"
    applies to dialysis and age >= 18 years          # everybody else: not for this patient
use vocabulary nephrology
parameter potassium_ceiling "Ceiling" = 5.5 mmol/L   # a site may change it
    plausible 4 to 7 mmol/L
    cite handbook 12
parameter resins = codes ATC V03AE01 "polystyrene sulfonate", RxNorm 9238, 9239 unconfirmed
parameter watched = no codes
define gap = sodium - (chloride + bicarbonate) with sodium in mmol/L, chloride in mmol/L, result in mmol/L
define high = potassium ≥ potassium_ceiling
rule lower "Lower it"
    recommend reduce potassium "Potassium is {potassium}."
    suggest switch calcium_resin to sodium_zirconium
    recommend reduce dialysate_potassium to 2 mmol/L
    suggest against potassium_supplement
    when high and not potassium is stale
    unless certainly hemolyzed_sample unless recommended stop resin
    overrides watch, wait
    strength conditional certainty very   low grade 2D urgency soon
    caution "Recheck." cite handbook "table 3" fingerprint 0a1b2c3d
    evidence handbook 14 "A small trial." erratum "The handbook prints mmol/dL."
    conclude potassium_treated
rule trend when last 2 potassium within 90 days > 5 mmol/L
    and highest potassium within lookback between 5 and 6.5 mmol/L
    or at least 2 of (ecg_changes, weakness, time since dialysis_session >= 3 days) recommend order ecg
example "high, sample fine" on 2024-02-01
    with potassium_ceiling = 5 mmol/L
    given dialysis, not hemolyzed_sample, unknown weakness, stage g4,
        potassium 6.1 mmol/L 40 days ago, 5.9 mmol/L on 2024-01,
        pth >2500 pg/mL attested, note "walks", transplant 2011-03-02, fall 3 days ago
    expect lower, not trend, unknown high, gap 12 mmol/L, undecided trend
    expect undecided scope needs only weakness expect in scope, not for this patient
    expect suggest against potassium_supplement, not recommend start resin, overridden watch by lower
    expect conflict potassium, no conflict, stack lowers potassium, no stack
"""

VOCABULARY = """\
vocabulary nephrology version 2
system clinic "urn:clinic:codes"
fact potassium "Potassium, serum" is quantity in mmol/L
    from observation LOINC 2823-3, 6298-4, in potassium_codes with status final, amended
    within 31 days plausible 1.5 to 10 mmol/L convert 1 mmol/L = 1 mEq/L = 3.91 mg/dL
    convert mmol/mol = 10.93 * % - 23.5
    ties highest kind potassium_serum effect lowers heart_rate
fact stage is one of g4 "Stage 4" (SNOMED CT 431857002), g5 (SNOMED 433146000, ICD-10-CM N18.5), none
    from condition in kidney_stages with status active with verification confirmed, unknown
fact dialysis is yes or no from procedure clinic:dialysis absent means no codes complete modifiable
fact sex is one of female, male from patient sex
fact onset is date
fact note is text
fact sessions is number
codes potassium_codes
    LOINC 2823-3 "Potassium", 6298-4
    clinic:potassium "Point of care" unconfirmed
    ICD-10-CM "AB"
intervention resin "Resin" ATC V03AE01, clinic:resin
    effect lowers potassium, raises sodium
part of hyperkalemia
"""


def read(text: str) -> tree.File:
    report = Report()
    file = parse(Source("test.guide", text), report)
    assert report.findings == []
    return file


def expression(text: str) -> tree.Expression:
    report = Report()
    found = parse_expression(Source("test", text), report)
    assert report.findings == []
    assert found is not None
    return found


@pytest.mark.parametrize("text", [GUIDELINE, VOCABULARY], ids=["guideline", "vocabulary"])
def test_every_form_is_read_and_printed(text: str) -> None:
    file = read(text)
    printed = print_file(file)
    assert read(printed) == file
    assert print_file(read(printed)) == printed


def test_the_shortest_rule_stands_on_one_line() -> None:
    file = read("guideline g version 1 use vocabulary v rule r when phosphorus > 5.5 recommend reduce phosphorus")
    rule = file.statements[2]
    assert isinstance(rule, tree.Rule)
    assert rule.when is not None
    assert print_expression(rule.when) == "phosphorus > 5.5"
    assert rule.when.span.text == "phosphorus > 5.5"
    assert (rule.advice[0].kind, rule.advice[0].action, rule.advice[0].target.name) == (
        "recommend",
        "reduce",
        "phosphorus",
    )
    assert rule.span.line == 1
    assert rule.span.column == 40


def test_clauses_come_in_any_order() -> None:
    one = read("rule r cite s 1 recommend start x when a overrides q")
    other = read("rule r overrides q when a recommend start x cite s 1")
    assert one == other


def test_values_of_one_fact_that_follow_each_other_are_one_history() -> None:
    example = read(
        'example "e" given potassium 6.1 mmol/L 40 days ago, 5.9 mmol/L 3 days ago, stage g4, stage g5, dialysis'
    ).statements[0]
    assert isinstance(example, tree.Example)
    assert [(given.fact.name, len(given.values)) for given in example.givens] == [
        ("potassium", 2), ("stage", 2), ("dialysis", 1),
    ]  # fmt: skip
    assert [value.when and value.when.ago and value.when.ago.number for value in example.givens[0].values] == [
        "40",
        "3",
    ]


def test_codes_after_a_comma_share_the_system() -> None:
    resin = read("intervention resin RxNorm 1, 2, clinic:a, LOINC 3-4, 5").statements[0]
    assert isinstance(resin, tree.Intervention)
    assert [(code.system, code.code) for code in resin.codes] == [
        ("RxNorm", "1"), ("RxNorm", "2"), ("clinic", "a"), ("LOINC", "3-4"), ("LOINC", "5"),
    ]  # fmt: skip
    assert "RxNorm 1, 2, clinic:a, LOINC 3-4, 5" in print_file(
        read("intervention resin RxNorm 1, 2, clinic:a, LOINC 3-4, 5")
    )


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a or (b and c)", "a or (b and c)"),
        ("(a or b) and c", "(a or b) and c"),
        ("not (a)", "not a"),
        ("not (a and b)", "not (a and b)"),
        ("(not a) and certainly (b = 3)", "not a and certainly b = 3"),
        ("(a and b) and c", "(a and b) and c"),
        ("a - (b - c) - d", "a - (b - c) - d"),
        ("(a + b) * c / (d * e)", "(a + b) * c / (d * e)"),
        ("-a ^ 2", "-a ^ 2"),
        ("(-a) ^ 2 ^ -b", "(-a) ^ 2 ^ -b"),
        ("phosphorus≥5.5mg/dL", "phosphorus >= 5.5 mg/dL"),
        ("x ≠ 1 and y≤2", "x != 1 and y <= 2"),
        ("stage is one of (g4)", "stage is g4"),
        ('stage is not one of (g4, "g 5")', 'stage is not one of (g4, "g 5")'),
        ("(a > 1) is known", "(a > 1) is known"),
        ("first known of (ionized, total) < 8.4", "first known of (ionized, total) < 8.4"),
        ("count of pth within 92 days >= 2", "count of pth within 92 days >= 2"),
        ("onset > 2024-06 and born < 2024-06-01", "onset > 2024-06 and born < 2024-06-01"),
        ("round(ln(x), 2) between 1 and 2 kg", "round(ln(x), 2) between 1 and 2 kg"),
    ],
)
def test_expressions_are_printed_with_the_fewest_parentheses(text: str, printed: str) -> None:
    assert print_expression(expression(text)) == printed


def test_power_binds_tighter_than_minus_and_to_the_right() -> None:
    minus = expression("-a ^ b ^ c")
    assert isinstance(minus, tree.Negate)
    assert isinstance(minus.operand, tree.Arithmetic)
    assert print_expression(minus.operand.right) == "b ^ c"


@pytest.mark.parametrize(
    "unit",
    [
        "mg/dL",
        "mm[Hg]",
        "mL/min/{1.73_m2}",
        "{#}/uL",
        "%",
        "10*3/uL",
        "10^9/L",
        "/uL",
        "[iU]/L",
        "kg/(m2.s)",
        "µmol/L",
        "days",
    ],
)
def test_a_unit_is_one_token_after_its_number(unit: str) -> None:
    for text in (f"(x > 5.5 {unit})", f"(x > 5.5 {unit}) # remark", f"(x > 5.5 {unit} and y)"):
        found = expression(text)
        comparison = found.operands[0] if isinstance(found, tree.And) else found
        assert isinstance(comparison, tree.Compare)
        assert comparison.right == tree.Quantity("5.5", unit, span=NOWHERE)


@pytest.mark.parametrize(
    "name", ["sex", "low", "high", "condition", "final", "innate", "android", "ordered", "increased", "notes",
             "whenever", "фосфор", "фосфор_2", "フォスフォラス", "फॉस्फोरस", "ฟอสฟอรัส", "_x", "patient", "min"]
)  # fmt: skip
def test_names_may_begin_like_a_word_of_the_language_and_come_from_any_script(name: str) -> None:
    file = read(f"fact {name} is yes or no rule {name} when {name} and not {name} = 3 recommend start {name}")
    rule = file.statements[1]
    assert isinstance(rule, tree.Rule)
    assert rule.name.name == rule.advice[0].target.name == name


def test_names_are_compared_in_one_normal_form() -> None:
    assert expression("ma\u0308dchen") == expression("m\u00e4dchen")


def test_texts_keep_what_was_escaped() -> None:
    title = read('guideline g version 1 title "a \\"b\\" \\\\ {c} # d"').statements[0]
    assert isinstance(title, tree.Guideline)
    assert title.title is not None
    assert title.title.text == 'a "b" \\ {c} # d'


def test_numbers_stay_as_written() -> None:
    assert print_expression(expression("x > 5.50 mg/dL")) == "x > 5.50 mg/dL"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("5.0 mg/dL", "5.0 mg/dL"),
        ("-3", "-3"),
        ("31 days", "31 days"),
        ('RxNorm 123 "x", RxNorm 456', 'codes RxNorm 123 "x", 456'),
        ("no codes", "no codes"),
    ],
)
def test_values_of_parameters_on_a_command_line(text: str, printed: str) -> None:
    report = Report()
    value = parse_parameter_value(text, report)
    assert report.findings == []
    assert value is not None
    assert (
        print_file(
            tree.File((tree.Parameter(tree.Identifier("p", span=NOWHERE), None, value, span=NOWHERE),), span=NOWHERE)
        )
        == f"parameter p = {printed}\n"
    )


@pytest.mark.parametrize("text", ["", "mg/dL", "5 mg/dL 6", "codes", "parameter p = 5"])
def test_other_texts_are_no_values_of_parameters(text: str) -> None:
    report = Report()
    assert parse_parameter_value(text, report, "--param p") is None
    assert report.has_errors
    assert report.findings[0].span is not None
    assert report.findings[0].span.source.name == "--param p"


def test_a_byte_order_mark_and_windows_line_ends_are_blanks() -> None:
    assert read("\ufeffuse vocabulary v # one\r\nuse vocabulary w\r\n") == read("use vocabulary v\nuse vocabulary w")
