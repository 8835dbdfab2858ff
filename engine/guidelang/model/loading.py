"""From the name of a guideline to the checked guideline: read, parse, gather, resolve, check.

Every stage adds to one report and goes on as far as it can, so that one run shows all errors of all files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from guidelang.diagnostics import Note, Report, Severity, did_you_mean
from guidelang.model import cycles, examples, growth, invariants, rules
from guidelang.model.adaptation import Adaptation
from guidelang.model.changes import adapted
from guidelang.model.declare import declare
from guidelang.model.infer import Inference
from guidelang.model.levels import levels_of
from guidelang.model.locate import head_of, sources_of, value_sets_of, vocabulary_names, vocabulary_source
from guidelang.model.symbols import Guideline
from guidelang.model.unread import drop_consequences, stand_in_head
from guidelang.source import Source, Span
from guidelang.syntax import parse, tree
from guidelang.terminology import ValueSets


def load(
    where: str | Path | Source | tuple[Source, ...],
    report: Report,
    parameters: Mapping[str, str] | None = None,
    value_sets: ValueSets | None = None,
    *,
    against: tuple[Source, ...] = (),
) -> Guideline | None:
    """Reads and checks a guideline.

    Args:
        where: a file, a folder, the name of a shipped guideline, `-` for standard input, a text, or the files as
            `locate.sources_of` found them. A vocabulary is accepted too and checked as a guideline without rules.
        report: takes every finding; nothing is raised for a wrong text.
        parameters: values that a site sets, as the language writes them ("5.0 mg/dL").
        value_sets: those that code lists may name; default: `locate.value_sets_of` the files.
        against: files that stand in place of the guideline that this one adapts, whatever their version.

    Returns:
        The guideline, or None if the report has an error.
    """
    sources = sources_of(where, report)
    if not sources:
        return None
    value_sets = value_sets or value_sets_of(sources)
    for file, problem in value_sets.named_problems():
        report.error("G008", f"the value sets of {file} cannot be read: {problem}", file=file)
    read = read_files(sources, report, against)
    return None if read is None else resolve(list(read.files), report, parameters, value_sets, read.adaptation)


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """The files of a guideline as trees, its head first, then the vocabularies that they use, each once.

    Of one that adapts another, the files of that other stand between, with all changes made in them.
    """

    files: tuple[tree.File, ...]
    adaptation: Adaptation | None


def read_files(sources: tuple[Source, ...], report: Report, against: tuple[Source, ...] = ()) -> ReadFiles | None:
    """Reads what `sources` name and need; None, with an error, if what they adapt is not there. See `load`."""
    files = [parse(source, report) for source in sources]
    levels = levels_of(_head(files[0], report), files, report, against)
    if levels is None:
        return None
    whole = adapted(levels, _vocabularies([file for level in levels for file in level.files], report), report)
    return ReadFiles(tuple(whole.files), whole.adaptation)


def resolve(
    files: list[tree.File],
    report: Report,
    parameters: Mapping[str, str] | None = None,
    value_sets: ValueSets | None = None,
    adaptation: Adaptation | None = None,
) -> Guideline | None:
    """Checks files that have been read, as `read_files` hands them on.

    Who changes a statement and checks the rest again reads nothing twice. Arguments and result are those of `load`.
    """
    value_sets = value_sets or value_sets_of([file.span.source for file in files])
    head = _head(files[0], report)
    symbols = declare(head, files, parameters or {}, value_sets, report)
    inference = Inference(symbols, report)
    inference.infer_all()
    rules.check(symbols, report)
    cycles.check(symbols, report)
    growth.check(symbols, report)
    invariants.check(symbols, report)
    examples.check(symbols, inference, report)
    drop_consequences(files, _unresolved(files, inference), report)
    if adaptation is not None:
        _tell_of_changes(adaptation, report)
    if report.has_errors:
        return None
    own = frozenset(
        statement.name.name
        for file in files
        if not any(isinstance(s, tree.Vocabulary) for s in file.statements)
        for statement in file.statements
        if isinstance(statement, tree.Define | tree.Score | tree.Table)
    )
    return Guideline(
        symbols,
        inference.types,
        inference.meeting_point.types,
        tuple(files),
        inference.define_types,
        own,
        inference.scores.cells,
        adaptation,
    )


def _tell_of_changes(adaptation: Adaptation, report: Report) -> None:
    """Says of errors in what is adapted that changes are made there: whoever reads them sees another file."""
    touched = {each.name: each.span for change in adaptation.changes for each in change.touched}
    for number, finding in enumerate(report.findings):
        if finding.severity is not Severity.ERROR or finding.span is None or finding.span.source.name in adaptation.own:
            continue
        by = touched.get(finding.span.text.strip("{}"))
        note = Note("it is adapted here", adaptation.span) if by is None else Note("changed here", by)
        report.findings[number] = replace(finding, notes=(*finding.notes, note))


def _unresolved(files: list[tree.File], inference: Inference) -> frozenset[str]:
    """Parameters and derived facts whose declaration has a fault."""
    parameters = {s.name.name for file in files for s in file.statements if isinstance(s, tree.Parameter)}
    symbols = inference.symbols
    return frozenset(parameters - set(symbols.parameters)) | (set(symbols.defines) - set(inference.define_types))


def _head(file: tree.File, report: Report) -> tree.Guideline:
    """The statement that says what the file is; a vocabulary alone stands for a guideline without rules.

    Where none could be read, the report has an error, and the rest of the file is checked all the same.
    """
    for statement in file.statements:
        if isinstance(statement, tree.Guideline):
            return statement
        if isinstance(statement, tree.Vocabulary):
            return tree.Guideline(
                span=statement.span,
                name=statement.name,
                version=statement.version,
                title=statement.title,
                effective=statement.effective,
                retired=statement.retired,
                sources=statement.sources,
            )
    misspelled = any("`guideline`" in (finding.suggestion or "") for finding in report.findings)
    if head_of(file.span.source) is None and not misspelled:
        source = file.span.source
        span = Span(source, 0, source.text.find("\n") if "\n" in source.text else len(source.text))
        adapts = next((each for each in file.statements if isinstance(each, tree.Adapt)), None)
        also = "" if adapts is None else f", and after it `adapt {adapts.base.name} version {adapts.version}`"
        report.error(
            "G004",
            "the file does not say what it is",
            span if span.end > span.start else None,
            expected=f"a first line such as `guideline NAME version 1.0.0`{also}",
            suggestion=None
            if adapts is None
            else "what adapts a guideline is one itself, and has a name and a version of its own",
            file=source.name,
        )
    return stand_in_head(file.span.source)


def _vocabularies(files: list[tree.File], report: Report) -> list[tree.File]:
    """The vocabularies that the files use, and those that these use, each once."""
    found: dict[str, tuple[tree.File, str | None]] = {}
    for file in files:  # a vocabulary that is itself the file to check
        for statement in file.statements:
            if isinstance(statement, tree.Vocabulary):
                found[statement.name.name] = (file, statement.version)
    loaded: list[tree.File] = []
    waiting = [use for file in files for use in file.statements if isinstance(use, tree.Use)]
    while waiting:
        use = waiting.pop(0)
        name = use.vocabulary.name
        if name not in found:
            source = vocabulary_source(name, use.span.source, report)
            if source is None:
                report.error(
                    "G206",
                    f"there is no vocabulary `{name}`",
                    use.vocabulary.span,
                    expected=f"a file {name}.guide in the guideline's folder, in a folder `vocabulary` inside or "
                    f"beside it, or a shipped vocabulary: {', '.join(vocabulary_names())}",
                    suggestion=did_you_mean(name, vocabulary_names()),
                )
                found[name] = (files[0], None)
                continue
            file = parse(source, report)
            heads = [s for s in file.statements if isinstance(s, tree.Vocabulary)]
            if not heads or heads[0].name.name != name:
                report.error(
                    "G004",
                    f"{source.name} is not the vocabulary `{name}`",
                    use.vocabulary.span,
                    expected=f"a first line `vocabulary {name} version …` in that file",
                )
            found[name] = (file, heads[0].version if heads else None)
            loaded.append(file)
            waiting += [s for s in file.statements if isinstance(s, tree.Use)]
        version = found[name][1]
        if use.version is not None and version is not None and use.version != version:
            report.error(
                "G207",
                f"the vocabulary `{name}` found is version {version}, not {use.version}",
                use.span,
                suggestion=f"write `use vocabulary {name} version {version}` after reading what changed",
            )
    return loaded
