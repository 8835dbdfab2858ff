"""The Python interface: load a guideline, evaluate a patient, ask why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TypeAlias

from guidelang import cache
from guidelang.diagnostics import Diagnostic, GuidelineError, Report
from guidelang.facts import OnProgress, Reading, Whose
from guidelang.facts.inputs import named
from guidelang.model.locate import sources_of, value_sets_of
from guidelang.network.ir import FactDefinition, Network, RuleDefinition
from guidelang.result import Result
from guidelang.run import Engine
from guidelang.run import evaluate as run
from guidelang.run.evaluation import Evaluation
from guidelang.source import Source

if TYPE_CHECKING:
    from guidelang.lint import Level
    from guidelang.picture import Picture
    from guidelang.requirements import DataRequirements
    from guidelang.terminology import ValueSets

ENGINES: tuple[Engine, ...] = ("direct", "durable")

Facts: TypeAlias = Mapping[str, object] | Sequence[Mapping[str, object]] | str | Path
"""A plain fact set or FHIR resource as a mapping, several of them, or the path of a file or folder (`-`: stdin)."""

Attested: TypeAlias = str | Path | Sequence[object] | Mapping[str, object]
"""Attested values: the path of a file, or its content."""

ValueSetPaths: TypeAlias = str | Path | Iterable[str | Path]
"""A file or folder with value sets, or several of them."""

OUTSIDE_PATIENTS = "G660"
"""The code of warnings about parts of an input that belong to no patient: files not read, resources of nobody."""


def load(
    where: str | Path | Source,
    *,
    parameters: Mapping[str, str] | None = None,
    sources: Mapping[str, str | Path] | None = None,
    lints: Mapping[str, Level] | None = None,
    valuesets: ValueSetPaths = (),
    beside: ValueSetPaths = (),
    as_of: str | dt.date | None = None,
) -> Guideline:
    """Reads, checks and compiles a guideline, or takes it from the cache if it was compiled before.

    Args:
        where: the path of a file or folder, the name of a shipped guideline, or a `Source` with a text. An edition is
            named behind an `@`: `ckd_mbd@2017`.
        parameters: values a site sets, as the language writes them: `{"phosphorus_ceiling": "5.0 mg/dL"}`.
        sources: files with the text of cited documents, by the name of the source; citations are held against them.
        lints: the lints run as well if this is given; it may set how loud each of them is: `{"G921": Level.OFF}`.
            Files `*.examples.guide` are then read, too.
        valuesets: files or folders with the value sets that code lists name; looked in before a folder `valuesets`
            beside the guideline and the folder that `GUIDELANG_DATA` names.
        beside: folders of patients or expected results; a `valuesets.json` or folder `valuesets` there counts too.
        as_of: of a guideline with several editions, of which none is named, the newest that is effective on this day
            is loaded; default: today.

    Raises:
        GuidelineError: with every finding, if there is an error in the text or in a parameter, or a citation that its
            document does not bear out.
        ValueError: if `as_of` is no date.
    """
    report = Report()
    day = None if as_of is None else day_of(as_of, None)
    files = sources_of(where, report, day, examples=lints is not None)
    valuesets, beside = _paths(valuesets), _paths(beside)
    compiled_anew = bool(sources) or lints is not None or report.has_errors
    key = None if compiled_anew else cache.key_of(files, parameters or {}, valuesets, beside)
    kept = None if key is None else cache.kept(key)
    if kept is not None:
        return Guideline(*kept)
    return _compiled(files, parameters, sources, lints, value_sets_of(files, valuesets, beside), report=report, key=key)


def _paths(paths: ValueSetPaths) -> tuple[str | Path, ...]:
    return (paths,) if isinstance(paths, str | Path) else tuple(paths)


def _compiled(
    files: tuple[Source, ...],
    parameters: Mapping[str, str] | None,
    sources: Mapping[str, str | Path] | None,
    lints: Mapping[str, Level] | None,
    value_sets: ValueSets,
    *,
    report: Report,
    key: cache.Key | None,
) -> Guideline:
    """A guideline from its text. The parser and the checks are imported here: a kept guideline needs neither."""
    from guidelang.model import load as load_model
    from guidelang.model.citations import check_citations
    from guidelang.model.locate import read_source
    from guidelang.network import compile_network

    model = load_model(files, report, parameters, value_sets)
    if model is None:
        raise GuidelineError(_levelled(report.findings, lints))
    documents = {name: read_source(Path(path), report) for name, path in (sources or {}).items()}
    check_citations(model, {name: text.text for name, text in documents.items() if text is not None}, report)
    if report.has_errors:
        raise GuidelineError(_levelled(report.findings, lints))
    if lints is not None:
        from guidelang.lint import lint  # only `check` lints

        report = lint(model, report, lints)
    report.raise_errors()
    network, findings = compile_network(model), report.sorted()
    if key is not None and key.covers(file.span.source for file in model.files):
        cache.keep(key, network, findings)
    return Guideline(network, findings)


def _levelled(findings: Sequence[Diagnostic], lints: Mapping[str, Level] | None) -> Sequence[Diagnostic]:
    if not lints:
        return findings
    from guidelang.lint import with_levels

    return with_levels(findings, lints)


class Guideline:
    """A compiled guideline. Made by `load`; it holds no patient and may be used for any number of them."""

    def __init__(self, network: Network, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        self.network = network
        self.diagnostics = diagnostics
        """Warnings and hints that loading found."""

    @property
    def name(self) -> str:
        return self.network.name

    @property
    def version(self) -> str:
        return self.network.version

    @property
    def title(self) -> str | None:
        return self.network.title

    @property
    def hash(self) -> str:
        """SHA-256 of the meaning, parameters included: 64 hexadecimal digits."""
        return self.network.hash

    @property
    def rules(self) -> Mapping[str, RuleDefinition]:
        return self.network.rules

    @property
    def facts(self) -> Mapping[str, FactDefinition]:
        return self.network.facts

    @property
    def parameters(self) -> Mapping[str, str]:
        """Each parameter with its value as written."""
        return {p.name: p.text for p in self.network.parameters}

    def __repr__(self) -> str:
        return f"<Guideline {self.name} {self.version}, {len(self.rules)} rules, #{self.hash[:12]}>"

    def graph(self, rule: str | None = None) -> Picture:
        """The network as a picture, which notebooks show; `mermaid()`, `dot()` and `svg()` write it down.

        Args:
            rule: draws only this rule and what its outcome depends on.

        Raises:
            KeyError: if there is no such rule.
        """
        from guidelang.picture import draw

        return draw(self.network, rule=rule)

    def data_requirements(self) -> DataRequirements:
        """What data the guideline needs: its facts with codes, units, windows and the rules that read them."""
        from guidelang.requirements import data_requirements

        return data_requirements(self.network)

    def _repr_html_(self) -> str:
        from guidelang.trace.build import guideline_document
        from guidelang.trace.pages import guideline_fragment  # templates are for who shows them

        return guideline_fragment(guideline_document(self.network), self.network)

    def evaluate(
        self,
        facts: Facts,
        *,
        as_of: str | dt.date | None = None,
        engine: Engine = "durable",
        complete: Iterable[str] = (),
        attest: Attested | None = None,
        time_zone: str | dt.tzinfo | None = None,
        patient: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Result:
        """Evaluates exactly one patient.

        Args:
            facts: a plain fact set, a FHIR resource or Bundle as a mapping, or a path.
            as_of: the evaluation date, that whole day included; default: today.
            engine: `durable` or `direct`; the outcomes are the same.
            complete: record types (`medication`, …) that the input holds completely, so that none means no.
            attest: values outside their plausible range that somebody confirmed, or the path of a file with them.
            time_zone: where times without an offset were written (default UTC), and where `as_of` is today (default:
                the machine's zone).
            patient: which one, where the input has several.
            on_progress: is told how far reading is.

        Raises:
            GuidelineError: if the input cannot be read, or has no patient or several.
            ValueError: if `as_of`, `engine` or `time_zone` is not one.
        """
        own = Report()
        results = self.evaluate_all(
            facts,
            as_of=as_of,
            engine=engine,
            complete=complete,
            attest=attest,
            time_zone=time_zone,
            patient=patient,
            report=own,
            on_progress=on_progress,
        )
        some = list(islice(results, 6))
        if not some or patient is None:  # what is wrong with others does not stand in the way of who is named
            own.raise_errors()
        if len(some) != 1:
            names_of = [result.patient for result in some]
            names = ", ".join(names_of[:5]) + (", …" if len(some) > 5 else "")
            report = Report()
            report.error(
                "G606",
                f"the input has several patients: {names}",
                file=named(facts),
                suggestion=f"name one of them (`--patient {quote(names_of[0])}`), or evaluate all (`guidelang run`)",
            )
            raise GuidelineError(report.findings)
        some[0].diagnostics = own.sorted()  # with what was found after the patient
        return some[0]

    def evaluate_all(
        self,
        facts: Facts,
        *,
        as_of: str | dt.date | None = None,
        engine: Engine = "durable",
        complete: Iterable[str] = (),
        attest: Attested | None = None,
        time_zone: str | dt.tzinfo | None = None,
        patient: str | None = None,
        whose: Whose = "subject",
        report: Report | None = None,
        on_progress: OnProgress | None = None,
    ) -> Iterator[Result]:
        """Evaluates the patients of an input one after the other, in its order. The arguments are `evaluate`'s.

        A patient is read when it is asked for, so whoever keeps no results needs memory for one at a time. The
        `diagnostics` of a result are those found up to its patient.

        Args:
            whose: what a FHIR record is taken to be about: `subject`, the patient that it names; `input`, the one
                patient of its file, whoever it names. For test data only, where names were mixed up.
            report: takes what is wrong with the input, as it is found, instead of an exception after the last patient.

        Raises:
            GuidelineError: after the last patient that could be read, with all that could not; before the first, if
                `attest` or `complete` is wrong.
            ValueError: if `as_of`, `engine` or `time_zone` is not one.
        """
        zone = zone_of(time_zone)
        day, today = day_of(as_of, zone), dt.datetime.now(zone).date()
        if engine not in ENGINES:
            raise ValueError(f"unknown engine `{engine}`: direct or durable")
        own = Report()
        reading = Reading.of(
            self.network,
            facts,
            as_of=day,
            zone=zone or dt.UTC,
            complete=complete,
            attest=attest,
            patient=patient,
            whose=whose,
            today=today,
            report=own,
            on_progress=on_progress,
        )
        if own.has_errors:  # about `attest` and `complete`
            raise GuidelineError(own.findings)  # no result rather than one under other conditions than asked for
        found: tuple[Diagnostic, ...] = ()
        for fact_set in reading.patients():
            found = _hand_on(reading, own, report, found)
            yield Result(self._with_past(run(self.network, fact_set, engine), day < today), found)
        _hand_on(reading, own, report, found)
        if report is None:
            own.raise_errors()

    def _with_past(self, evaluation: Evaluation, past: bool) -> Evaluation:
        if not past:
            return evaluation
        day = evaluation.facts.as_of
        warning = f"evaluated for a past day: statuses are those in the record, not those of {day}"
        return evaluation.warned(warning)


def _hand_on(
    reading: Reading, own: Report, report: Report | None, found: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """All findings so far, sorted; `found` are those of before, and what is new goes to the user's report."""
    for problem in reading.problems:
        own.warning(OUTSIDE_PATIENTS, problem.message)
    reading.problems.clear()
    if len(found) == len(own.findings):
        return found
    if report is not None:
        report.findings.extend(own.findings[len(found) :])
    return own.sorted()


def zone_of(time_zone: str | dt.tzinfo | None) -> dt.tzinfo | None:
    """A time zone by its IANA name (`Europe/Berlin`, `UTC`). Raises ValueError for an unknown one."""
    if not isinstance(time_zone, str):
        return time_zone
    if time_zone.upper() in ("UTC", "Z"):
        return dt.UTC
    from zoneinfo import ZoneInfo  # the zone database is for who names a zone

    try:
        return ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder of the zone database
        raise ValueError(f"unknown time zone `{time_zone}`: an IANA name such as Europe/Berlin") from error


def day_of(as_of: str | dt.date | None, zone: dt.tzinfo | None) -> dt.date:
    """An evaluation date; None is today in the zone. Raises ValueError for a text that is no YYYY-MM-DD."""
    if as_of is None:
        return dt.datetime.now(zone).date()
    if isinstance(as_of, dt.datetime):
        return as_of.date()
    if isinstance(as_of, dt.date):
        return as_of
    try:
        if len(as_of) != 10:
            raise ValueError
        return dt.date.fromisoformat(as_of)
    except ValueError as error:
        raise ValueError(f"`{as_of}` is no date: YYYY-MM-DD, e.g. 2024-06-01") from error
