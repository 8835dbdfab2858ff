"""Every example of README.md and docs/ is run; what the documents list is held against the sources.

`pytest --record` writes the output of commands anew where it differs; read the diff before you commit it.
"""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from guidelang import load
from guidelang.diagnostics import Report, Severity
from guidelang.explanations import groups
from guidelang.lint import Level, lint
from guidelang.model import load as load_model
from guidelang.run import OPPOSED_ACTIONS, OPPOSED_TO_ADVICE_AGAINST
from guidelang.source import Source
from guidelang.syntax.grammar import reserved_words
from guidelang.testing import run_examples

from .documents import (
    PAGES,
    ROOT,
    SPECIFICATION,
    Block,
    Row,
    all_blocks,
    anchors,
    blocks,
    guide_before,
    guide_text,
    links,
    preamble,
    rows,
)
from .terminal import Shell, matches, recorded, session, working_folder

_CONDITIONS = ("given", "condition", "is")
_DATA = ("yaml", "json", "ndjson", "csv")
_NO_LINTS = dict.fromkeys(
    ("G920", "G921", "G924", "G942"), Level.OFF
)  # of a guideline as a whole; blocks show one thing at a time
_SHOWN_ONLY = ("sh", "text", "lark")


def test_every_block_says_what_it_is() -> None:
    known = ("guide", "console", "python", "ndjson", *_DATA, *_SHOWN_ONLY)
    assert [str(b) for page in PAGES for b in blocks(page) if b.language not in known] == []


@pytest.mark.parametrize("block", [b for b in all_blocks("guide") if "saved" not in b.words], ids=str)
def test_guideline(block: Block, tmp_path: Path) -> None:
    report = Report()
    with working_folder(block.page, tmp_path):
        where = Path(block.file) if block.file is not None else Source(str(block), guide_text(block))
        loaded = load_model(where, report)
        if loaded is not None:
            report = lint(loaded, report, _NO_LINTS)
        found = {finding.code for finding in report.findings}
        errors = {finding.code for finding in report.findings if finding.severity is Severity.ERROR}
        if "error" in block.words:
            assert errors == block.codes, report.findings
            return
        assert errors == set(), report.findings
        assert found == block.codes, report.findings
        assert loaded is not None
        failed = [f"{r.name}: {failure}" for r in run_examples(where, Report()) for failure in r.failures]
    assert failed == []


@pytest.mark.parametrize("row", [row for page in PAGES for row in rows(page, *_CONDITIONS)], ids=str)
def test_condition_in_a_table(row: Row) -> None:
    """`given | condition | is`: the condition or value, on 2024-06-01, of who has these facts."""
    given, condition, outcome = row.cells
    expect = {"true": "it", "false": "not it", "unknown": "unknown it"}.get(outcome, f"it {outcome}")
    text = f'{preamble(row.page)}\ndefine it = {condition}\nexample "row"\n    on 2024-06-01\n'
    text += f"    given {given}\n" if given and given != "nothing" else ""
    report = Report()
    results = run_examples(Source(str(row), f"{text}    expect {expect}\n"), report)
    assert not report.has_errors, report.findings
    assert [str(failure) for result in results for failure in result.failures] == []


@pytest.mark.parametrize("block", [b for b in all_blocks(*_DATA) if not {"saved", "record"} & {*b.words}], ids=str)
def test_facts(block: Block, tmp_path: Path) -> None:
    guideline = load(_reader_of_all_facts() if block.page == SPECIFICATION else "calciphylaxis")
    path = tmp_path / (block.file or f"facts.{block.language}")
    path.write_text(block.text, encoding="utf-8")
    report = Report()
    results = list(guideline.evaluate_all(path, as_of="2024-06-01", report=report))
    assert report.findings == []
    assert results
    assert [problem for result in results for problem in result.problems if problem.kind != "note"] == []


@pytest.mark.parametrize("block", [b for b in all_blocks(*_DATA) if "record" in b.words], ids=str)
def test_record(block: Block, tmp_path: Path) -> None:
    """`json record yes F`: what the guide block before it makes of this patient on 2024-06-01."""
    _, _, answer, name = block.words
    guide = tmp_path / "record.guide"
    guide.write_text(f"{guide_text(guide_before(block))}\nrule it when {name} recommend discuss it\n", encoding="utf-8")
    path = tmp_path / f"record.{block.language}"
    path.write_text(_of_a_patient(block), encoding="utf-8")
    report = Report()
    with working_folder(block.page, tmp_path):
        (result,) = load(guide).evaluate_all(path, as_of="2024-06-01", report=report)
    assert report.findings == []
    assert result["it"].status.value == {"yes": "applies", "no": "not_applicable", "unknown": "undecided"}[answer]


def _of_a_patient(block: Block) -> str:
    """Resources of a record with their Patient; what tells whose it is by itself, as it stands."""
    if block.language != "json" or '"hook"' in block.text:
        return block.text
    return f'[{{"resourceType": "Patient", "id": "p1"}}, {block.text.strip().removeprefix("[").removesuffix("]")}]'


def _reader_of_all_facts() -> Source:
    """The preamble with a rule that reads each of its facts; what no rule reads is no fact of a guideline."""
    known = " or ".join(f"{name} is known" for name in re.findall(r"^fact (\w+)", preamble(), re.MULTILINE))
    return Source("preamble", f"{preamble()}\nrule any_fact when {known} recommend discuss dialysis\n")


@pytest.mark.parametrize("block", all_blocks("console"), ids=str)
def test_commands(block: Block, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    shell = Shell()
    with working_folder(block.page, tmp_path):
        ran = [(written, expected, shell.run(written)) for written, expected in session(block)]
    if request.config.getoption("--record", default=False):
        new = "".join(w + (e if matches(e, got) else recorded(got)) for w, e, got in ran)
        text = block.page.read_text(encoding="utf-8")
        block.page.write_text(text.replace(f"```console\n{block.text}", f"```console\n{new}"), encoding="utf-8")
        return
    for written, expected, got in ran:
        if not matches(expected, got):
            assert written + recorded(got) == written + expected


@pytest.mark.parametrize("page", [page for page in PAGES if any(b.language == "python" for b in blocks(page))])
def test_python(page: Path, tmp_path: Path) -> None:
    text = "".join(block.text for block in blocks(page) if block.language == "python")
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    said: list[str] = []
    with working_folder(page, tmp_path):
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for line, target in links(page):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(f"{page.name}:{line}: {target}")
    assert lost == []


def test_diagnostics_are_told_as_check_explains_them(request: pytest.FixtureRequest) -> None:
    page = ROOT / "docs" / "diagnostics.md"
    text = page.read_text(encoding="utf-8")
    own, mark, told = text.partition("<!-- From here on: grammar/diagnostics, put in by `pytest --record`. -->\n")
    assert mark
    if request.config.getoption("--record", default=False):
        page.write_text(f"{own}{mark}{_diagnostics()}", encoding="utf-8")
        return
    assert told == _diagnostics()


def _diagnostics() -> str:
    """Each group of diagnostics with a table of its codes, and each code with its explanation."""
    parts = []
    for group in groups():
        parts.append(f"\n## {group.title}\n")
        parts += [f"{group.text}\n"] if group.text else []
        listed = "".join(f"| {e.code} | {e.title} |\n" for e in group.explanations)
        parts.append(f"| code | what it says |\n| --- | --- |\n{listed}")
        parts += [f"### {e.code} {e.title}\n\n{e.text}\n" for e in group.explanations]
    return "\n".join(parts)


def test_every_reserved_word_is_listed() -> None:
    (block,) = [b for b in blocks(SPECIFICATION) if b.words == ("text", "reserved")]
    assert sorted(block.text.split()) == sorted(reserved_words())


def test_opposed_actions_are_published() -> None:
    pairs = {frozenset(row.cells) for row in rows(SPECIFICATION, "action", "opposed to")}
    assert pairs == OPPOSED_ACTIONS
    against = {r.cells[0]: set(r.cells[1].split(", ")) for r in rows(SPECIFICATION, "advice against", "is opposed to")}
    assert against == {f"{action}": set(opposed) for action, opposed in OPPOSED_TO_ADVICE_AGAINST.items()}


def test_every_option_of_every_command_is_told() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    shell = Shell()
    commands = re.findall(r"^  (\w+) +[A-Z]", shell.run("$ guidelang --help"), re.MULTILINE)
    assert commands
    for command in commands:
        section = text.partition(f"\n## {command}\n")[2].partition("\n## ")[0]
        options = set(re.findall(r"^  (?:-\w, )?(--?[\w-]+)", shell.run(f"$ guidelang {command} --help"), re.MULTILINE))
        shared = text.partition("\n## Options that several commands take\n")[2].partition("\n## ")[0]
        missing = [option for option in sorted(options - {"--help"}) if f"`{option}" not in section + shared]
        assert section, f"no section about {command}"
        assert missing == [], f"{command} takes {missing}, which docs/cli.md does not tell"


def test_every_key_of_a_trace_is_told() -> None:
    from guidelang.trace import TraceDocument

    text = (ROOT / "docs" / "traces.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", text))
    schema = TraceDocument.model_json_schema()
    keys = set(schema["properties"]).union(*(d.get("properties", {}) for d in schema["$defs"].values()))
    assert sorted(keys - told) == []
