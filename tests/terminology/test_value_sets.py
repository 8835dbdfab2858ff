"""Value sets in files: whole or not at all, from the first place that has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guidelang.terminology import Code, Lack, Place, ValueSet, ValueSets, places_of

from ..shared_data import shared_data

SNOMED = "http://snomed.info/sct"
URL = "http://example.org/ValueSet/a"
OTHER = "http://example.org/ValueSet/b"


def concepts(*codes: str, **more: Any) -> list[dict[str, Any]]:
    return [{"system": SNOMED, "code": code, "display": f"concept {code}", **more} for code in codes]


def expanded(contains: list[dict[str, Any]], url: str = URL, version: str | None = None, **expansion: Any) -> Any:
    about = {"version": version} if version else {}
    return {"resourceType": "ValueSet", "url": url, **about, "expansion": {"contains": contains, **expansion}}


def composed(*include: Any, exclude: tuple[Any, ...] = (), url: str = URL) -> Any:
    compose = {"include": list(include), **({"exclude": list(exclude)} if exclude else {})}
    return {"resourceType": "ValueSet", "url": url, "compose": compose}


def enumerated(*codes: str) -> Any:
    return {"system": SNOMED, "concept": [{"code": code} for code in codes]}


def sets(folder: Path, **files: Any) -> ValueSets:
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name.replace("_csv", ".csv").replace("_json", ".json")).write_text(text, encoding="utf-8")
    return ValueSets([Place(folder)])


def codes(found: ValueSet | Lack) -> list[str]:
    assert isinstance(found, ValueSet), found
    return [listed.code.code for listed in found.codes]


def lack(found: ValueSet | Lack) -> tuple[str, str]:
    assert isinstance(found, Lack)
    return found.what, found.detail


@pytest.mark.parametrize(
    "content",
    [
        expanded(concepts("2", "1")),
        composed(enumerated("2", "1")),
        composed(enumerated("1"), enumerated("2", "1")),
        composed(enumerated("1", "2", "3"), exclude=(enumerated("3"),)),
        composed(
            enumerated("1", "2"),
            {"system": "http://loinc.org", "concept": [{"code": "9-1"}]},
            exclude=({"system": "http://loinc.org"},),
        ),
        {"resourceType": "Bundle", "entry": [{"resource": expanded(concepts("1", "2"))}]},
        [expanded(concepts("9"), url=OTHER), expanded(concepts("1", "2"))],
        {"valuesets": {URL: {"title": "A", "version": None, "codes": concepts("1", "2")}}},
        {**composed({"system": SNOMED, "filter": [{}]}), **expanded(concepts("1", "2"))},
        {**composed(enumerated("1", "2")), **expanded(concepts("1"), total=2)},
    ],
    ids=[
        "expansion", "compose", "two includes", "exclude", "exclude a system", "bundle", "list", "collected",
        "expansion before a filter", "compose before part of an expansion",
    ],
)  # fmt: skip
def test_forms_of_json(content: Any, tmp_path: Path) -> None:
    found = sets(tmp_path, a_json=content).find(URL)
    assert codes(found) == ["1", "2"]
    assert isinstance(found, ValueSet)
    assert found.codes[0].code == Code(SNOMED, "1")


def test_csv_with_names_of_systems(tmp_path: Path) -> None:
    text = f"valueset;system;code;display;version\n{URL};SNOMED CT;2;Two;5\n{URL};{SNOMED};1;;5\n"
    found = sets(tmp_path, a_csv=text).find(URL)
    assert codes(found) == ["1", "2"]
    assert isinstance(found, ValueSet)
    assert (found.version, found.codes[1].label) == ("5", "Two")


def test_nested_entries_count_abstract_ones_group_and_inactive_ones_stay(tmp_path: Path) -> None:
    tree = concepts("1", abstract=True, contains=concepts("2", inactive=True, contains=concepts("3")))
    grouped = [{"display": "a group", "contains": concepts("4")}]
    assert codes(sets(tmp_path, a_json=expanded(tree + grouped, total=4)).find(URL)) == ["2", "3", "4"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (expanded(concepts("1"), total=2), "lists 1 of 2"),
        (expanded(concepts("1"), offset=100), "one page"),
        (expanded([]), "no codes"),
        (expanded(concepts("1"), parameter=[{"name": "filter", "valueString": "x"}]), "limited"),
        (
            expanded(
                concepts("1"),
                extension=[{"url": "http://hl7.org/fhir/StructureDefinition/valueset-toocostly", "valueBoolean": True}],
            ),
            "cut off",
        ),
        (expanded([{"code": "1"}]), "no code system"),
        (expanded("all"), "no list"),  # type: ignore[arg-type]  # what a file may hold
        (composed({"system": SNOMED}), "all codes of"),
        (composed({"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "1"}]}), "filter"),
        (composed(enumerated("1"), exclude=({"system": SNOMED, "filter": [{}]},)), "filter"),
        (composed({"valueSet": [OTHER]}), f"codes of {OTHER}"),
        (composed({"valueSet": [OTHER], "system": SNOMED}), f"codes of {OTHER}"),
        (composed({"valueSet": [URL]}), "leads back to itself"),
        (composed(enumerated("1"), exclude=(enumerated("1"),)), "no codes"),
        ({"resourceType": "ValueSet", "url": URL}, "neither"),
        ({"valuesets": {URL: {"codes": []}}}, "no codes"),
        ({"valuesets": {URL: {"codes": [{"system": SNOMED}]}}}, "no code"),
    ],
)
def test_a_part_of_a_set_is_no_set(content: Any, why: str, tmp_path: Path) -> None:
    what, detail = lack(sets(tmp_path, a_json=content).find(URL))
    assert what == "incomplete"
    assert "a.json: " in detail
    assert why in detail


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"valuesets": {URL: {"codes": [{"system": "snomed", "code": "1"}]}}}, "`snomed` is no code system"),
        (expanded([{"system": "RxNrom", "code": "1"}]), "did you mean `RxNorm`?"),
        (composed({"system": "loinc.org", "concept": [{"code": "9-1"}]}), "no URI"),
        (composed(enumerated("1"), exclude=({"system": "Loinc"},)), "no URI"),
        (expanded(concepts("1002.0")), "spreadsheet"),
        (expanded(concepts("1.8E+05")), "spreadsheet"),
        (expanded([{"system": "http://www.ama-assn.org/go/cpt", "code": "99213.0"}]), "spreadsheet"),
        (expanded(concepts("1", "2"), parameter=[{"name": "count", "valueInteger": 2}]), "count 2"),
        (expanded(concepts("1", "1"), total=2), "lists 1 of 2"),
    ],
)
def test_codes_that_nobody_can_match_and_expansions_that_may_go_on(content: Any, why: str, tmp_path: Path) -> None:
    what, detail = lack(sets(tmp_path, a_json=content).find(URL))
    assert what == "incomplete"
    assert why in detail


def test_codes_that_look_like_numbers_and_are_none_stay(tmp_path: Path) -> None:
    icd9, pcs = "http://hl7.org/fhir/sid/icd-9-cm", "http://www.cms.gov/Medicare/Coding/ICD10"
    listed = [{"system": icd9, "code": "250.00"}, {"system": pcs, "code": "3E03317"}, {"system": "CVX", "code": "08"}]
    asked = [{"name": "count", "valueInteger": 1000}]
    found = sets(tmp_path, a_json=expanded(listed, parameter=asked)).find(URL)
    assert sorted(codes(found)) == ["08", "250.00", "3E03317"]


@pytest.mark.parametrize(
    ("row", "why"),
    [("Snomed;1", "line 2: `Snomed` is no code system"), (f"{SNOMED};1002.0", "line 2: the code `1002.0`")],
)
def test_a_row_that_nobody_can_match_leaves_the_set_out(row: str, why: str, tmp_path: Path) -> None:
    what, detail = lack(sets(tmp_path, a_csv=f"valueset;system;code\n{URL};{row}\n{URL};{SNOMED};2\n").find(URL))
    assert (what, why in detail) == ("incomplete", True)


def test_an_expansion_without_codes_of_its_own_definition_is_in_doubt(tmp_path: Path) -> None:
    both = {**composed(enumerated("1", "2")), **expanded(concepts("1"))}
    what, detail = lack(sets(tmp_path / "a", a_json=both).find(URL))
    assert what == "ambiguous"
    assert "lacks 1 of the codes that its definition lists, such as 2" in detail
    active = {**both, **expanded(concepts("1"), parameter=[{"name": "activeOnly", "valueBoolean": True}])}
    found = sets(tmp_path / "b", a_json=active).find(URL)
    assert codes(found) == ["1"]
    assert isinstance(found, ValueSet)
    assert "inactive" in found.notes[0]
    taken_out = {**expanded(concepts("1")), **composed(enumerated("1", "2"), exclude=(enumerated("2"),))}
    assert codes(sets(tmp_path / "c", a_json=taken_out).find(URL)) == ["1"]


def test_urls_that_are_nearly_the_same_are_told(tmp_path: Path) -> None:
    found = sets(tmp_path / "a", a_json=expanded(concepts("1"), url="https://example.org/ValueSet/a/"))
    assert lack(found.find(URL)) == ("missing", "there is https://example.org/ValueSet/a/, which is another URL")
    found = sets(tmp_path / "b", a_json=expanded(concepts("1"), url=f"{URL}|2"))
    assert lack(found.find(f"{URL}|2")) == ("missing", f"there is {URL}|2, which is another URL")


def test_a_table_that_lacks_a_column_is_told(tmp_path: Path) -> None:
    found = sets(
        tmp_path,
        a_csv=f"valueset;code\n{URL};1\n",
        valuesets_csv="code;display\n1;One\n",
        other_csv="name;code\nx;1\n",
        broken_json='{"valuesets": ',
    )
    assert lack(found.find(URL)) == ("missing", "")
    problems = {Path(file).name: why for file, why in found.problems}
    assert sorted(problems) == ["a.csv", "broken.json", "valuesets.csv"]
    assert problems["a.csv"] == "it has no column `system`"


def test_sets_of_sets(tmp_path: Path) -> None:
    inner = expanded(concepts("1", "2"), url=OTHER, version="3")
    union = composed({"valueSet": [f"{OTHER}|3"]}, enumerated("7"))
    both = composed({**enumerated("2", "7"), "valueSet": [OTHER]}, url="http://example.org/ValueSet/c")
    found = sets(tmp_path, a_json=[inner, union, both])
    assert codes(found.find(URL)) == ["1", "2", "7"]
    assert codes(found.find("http://example.org/ValueSet/c")) == ["2"]
    loinc = {"system": "http://loinc.org", "code": "9-1"}
    of_system = composed({"valueSet": [OTHER], "system": SNOMED}, enumerated("7"), exclude=({"valueSet": [URL]},))
    mixed = sets(tmp_path / "b", a_json=[expanded([*concepts("1", "2"), loinc], url=OTHER), of_system])
    assert lack(mixed.find(URL))[0] == "incomplete"  # it excludes itself
    of_system["compose"]["exclude"] = [{"valueSet": [OTHER], "system": "http://loinc.org"}]
    assert codes(sets(tmp_path / "c", a_json=[expanded([*concepts("1"), loinc], url=OTHER), of_system]).find(URL)) == [
        "1", "7",
    ]  # fmt: skip


def test_which_version(tmp_path: Path) -> None:
    found = sets(tmp_path, a_json=[expanded(concepts("1"), version="1"), expanded(concepts("2"), version="2")])
    assert codes(found.find(URL, "2")) == codes(found.find(f"{URL}|2")) == ["2"]
    assert lack(found.find(URL)) == ("ambiguous", "a.json: versions 1, 2; name the one you mean")
    assert lack(found.find(URL, "3")) == ("missing", "there is only 1, 2")


def test_the_same_set_twice_is_one_and_a_different_one_is_none(tmp_path: Path) -> None:
    same = sets(tmp_path / "same", a_json=expanded(concepts("1", "2")), b_json=composed(enumerated("2", "1")))
    assert codes(same.find(URL)) == ["1", "2"]
    other = sets(tmp_path / "other", a_json=expanded(concepts("1")), b_json=expanded(concepts("2")))
    assert lack(other.find(URL)) == ("ambiguous", "a.json, b.json list different codes for one version")


def test_the_first_place_that_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, code in (("named.json", "1"), ("home/valuesets/a.json", "2"), ("data/deep/er/valuesets.json", "3")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps({"valuesets": {URL: {"codes": concepts(code)}}}))
    (tmp_path / "data" / "elsewhere.json").write_text(json.dumps(expanded(concepts("4"), url=OTHER)))
    monkeypatch.setenv("GUIDELANG_DATA", str(tmp_path / "data"))
    home = tmp_path / "home"
    assert codes(ValueSets(places_of(home, [tmp_path / "named.json"])).find(URL)) == ["1"]
    assert codes(ValueSets(places_of(home)).find(URL)) == ["2"]
    assert codes(ValueSets(places_of(None)).find(URL)) == ["3"]
    assert lack(ValueSets(places_of(None)).find(OTHER)) == ("missing", "")  # not in a file named for value sets


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    found = sets(tmp_path, a_json='{"valuesets": ', b_json=expanded(concepts("1")), c_json={"resourceType": "Patient"})
    assert codes(found.find(URL)) == ["1"]
    assert [Path(file).name for file, _ in found.problems] == ["a.json"]
    named = ValueSets(places_of(None, [tmp_path / "c.json", tmp_path / "d.json", tmp_path / "b.json"]))
    assert [(Path(file).name, why) for file, why in named.named_problems()] == [
        ("d.json", "there is no such file or folder"),
        ("c.json", "it holds no value sets"),
    ]


def test_systems_are_compared_by_their_one_uri(tmp_path: Path) -> None:
    content = {"valuesets": {URL: {"codes": [{"system": "urn:oid:2.16.840.1.113883.6.96", "code": "1"}]}}}
    found = sets(tmp_path, a_json=content).find(URL)
    assert isinstance(found, ValueSet)
    assert found.codes[0].code == Code(SNOMED, "1")


@pytest.mark.parametrize("deck", ["cms347", "opioid"])
def test_the_value_sets_of_the_shared_decks_are_whole(deck: str) -> None:
    path = shared_data("decks", deck, "valuesets.json")
    content = json.loads(path.read_text(encoding="utf-8"))["valuesets"]
    found = ValueSets(places_of(None, beside=[path.parent]))
    for url, one in content.items():
        assert len(codes(found.find(url))) == len({(each["system"], each["code"]) for each in one["codes"]})
