"""The canonical text: layout and comments."""

from __future__ import annotations

from guidelang.diagnostics import Report
from guidelang.source import Source
from guidelang.syntax import format_source


def formatted(text: str) -> str:
    report = Report()
    found = format_source(Source("test.guide", text), report)
    assert report.findings == []
    assert found is not None
    assert format_source(Source("test.guide", found), report) == found
    return found


def test_clauses_stand_in_one_order_each_on_its_line() -> None:
    assert formatted('rule r cite s 1 recommend start x "Do." unless b when a conclude c overrides q') == (
        'rule r\n    when a\n    unless b\n    overrides q\n    recommend start x "Do."\n    conclude c\n    cite s 1\n'
    )


def test_long_conditions_are_broken_before_their_words() -> None:
    a, b, c, d, e = (f"{letter}_rather_long_name_of_a_fact_in_it" for letter in "abcde")
    assert formatted(f"rule r when {a} and {b} and ({c} or {d} or not {e}) recommend start x") == (
        "rule r\n"
        f"    when {a}\n"
        f"        and {b}\n"
        f"        and ({c}\n"
        f"            or {d}\n"
        f"            or not {e})\n"
        "    recommend start x\n"
    )
    assert formatted(f"define x = at least 2 of ({a}, {b}, {c})") == (
        f"define x = at least 2 of (\n        {a},\n        {b},\n        {c})\n"
    )


def test_long_lists_are_broken_after_commas() -> None:
    names = [f"a_rather_long_name_of_a_rule_{number}" for number in range(5)]
    assert formatted(f'example "e" expect {", ".join(names)}') == (
        f'example "e"\n    expect {", ".join(names[:3])},\n        {", ".join(names[3:])}\n'
    )


def test_runs_of_one_line_statements_keep_their_grouping() -> None:
    assert formatted("parameter a = 1\nparameter b = 2\n\n\n\nparameter c = 3\nfact d is date\nfact e is date\n") == (
        "parameter a = 1\nparameter b = 2\n\nparameter c = 3\n\nfact d is date\n\nfact e is date\n"
    )


def test_comments_stay_with_what_they_stand_beside() -> None:
    text = (
        "# The whole file.\n"
        "\n"
        "# About the rule.\n"
        "rule r  # its name\n"
        "    # why\n"
        "    when a and b  # the condition\n"
        "    recommend start x\n"
        "    # nothing follows\n"
        "\n"
        "# About the codes.\n"
        "codes c\n"
        "    RxNorm 1  # one\n"
        "    RxNorm 2\n"
        "\n"
        'example "e"\n'
        "    given a  # first\n"
        "    given b, not c\n"
        "    expect r\n"
        "\n"
        "# The end.\n"
    )
    assert formatted(text) == text


def test_a_comment_inside_a_clause_goes_before_it() -> None:
    assert formatted("rule r when a # first\n    and b # second\nrecommend start x") == (
        "rule r\n    # first\n    when a and b  # second\n    recommend start x\n"
    )


def test_a_file_of_comments_is_kept() -> None:
    assert formatted("# one\n\n\n# two\n") == "# one\n\n# two\n"
    assert formatted("") == ""


def test_the_parts_of_a_from_are_put_in_one_order() -> None:
    text = """fact long_supply is yes or no
    from draft   medication
        request in opioids timed by supply with supply>=28 days within 3 months with any status
        with category community:c1 with intent order
"""
    assert (
        formatted(text)
        == """fact long_supply is yes or no
    from draft medication request in opioids
        with any status
        with intent order
        with category community:c1
        with supply >= 28 days
        timed by supply
    within 3 months
"""
    )


def test_filters_that_fit_stay_on_the_line() -> None:
    text = """fact refused is yes or no
    from medication request in statins with negation with reason in medical_reason
    from encounter any with discharge in hospice
    from observation LOINC 45755-6 with value SNOMED CT 373066001, beginning "yes"
    from observation LOINC 71007-9 with any value
"""
    assert formatted(text) == text.replace(
        "with negation with reason in medical_reason", "with reason in medical_reason with negation"
    )


def test_choices_and_products_with_what_they_say_more() -> None:
    text = """codes oxycodone_products
    RxNorm 1049502 "oxycodone 10 MG" strength 10 mg

fact screen is one of positive (SNOMED CT 10828004, beginning "pos"), negative (beginning "neg")
    from observation LOINC 19261-7
"""
    assert formatted(text) == text
