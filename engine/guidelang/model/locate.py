"""Where the text of a guideline is found.

A guideline is named by the path of its file, by its folder, or by the name of a shipped one. It is always loaded whole:
files of the same folder that say `part of NAME` belong to it, and naming such a part loads the guideline. Of several
editions `NAME@MARK` names one, and the name alone the one in force. Vocabularies are looked up in the guideline's
folder, in a folder `vocabulary` inside or beside it, then among the shipped ones.

A part whose file is called `*.examples.guide` holds examples only, so whoever just runs a guideline does without it.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from guidelang.diagnostics import Report, did_you_mean
from guidelang.model.editions import Edition, editions_in, is_version, named_so, newest_effective, version_of
from guidelang.resources import folder
from guidelang.source import Source

if TYPE_CHECKING:
    from guidelang.terminology import ValueSets

MAXIMUM_BYTES = 20_000_000
"""A guideline file larger than this is refused before it is read: no guideline is, and a mistyped path may be."""

EXAMPLES_END = ".examples.guide"
"""How the names of files with examples end."""

MAP_NAMES = ("{name}.map.yaml", "map.yaml")
"""Files in a guideline's folder that say how a deck of patients is held against it."""

_DECLARED = re.compile(r"^(?:fact|parameter|define|intervention)[ \t]+(\w+)", re.MULTILINE)
_BETWEEN = r"(?:[\s\ufeff]|#[^\n\r]*)+"
_USE = re.compile(rf"\buse{_BETWEEN}vocabulary{_BETWEEN}([^\W\d][^\s\ufeff#\"(),:\[\]{{}}/\\]*)")

_ADAPT = re.compile(rf"\badapt{_BETWEEN}([^\W\d]\w*){_BETWEEN}version{_BETWEEN}([\w.+-]+)")

_SHIPPED_HEAD = re.compile(
    r"^(?P<sort>guideline|vocabulary) (?P<name>\w+) version (?P<version>\S+)\n"
    r' +title "(?P<title>[^"\\]*)"',
    re.MULTILINE,
)
_HEAD = re.compile(r"^[ \t]*(guideline|vocabulary|part[ \t]+of)[ \t]+([^\W\d]\w*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says it is, read without parsing: `guideline`, `vocabulary` or `part` (of the guideline `name`)."""

    sort: str
    name: str


def head_of(source: Source) -> Head | None:
    """The first line that says what the file is; comments are no lines of the language."""
    found = _HEAD.search(source.text)
    if found is None:
        return None
    return Head("part" if found[1].startswith("part") else found[1], found[2])


def read_source(path: Path, report: Report) -> Source | None:
    """The text of a file, or an error in the report (G001 missing, G002 not a text in UTF-8, G003 too large)."""
    name = _shown(path)
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            report.error("G003", f"{name} is larger than {MAXIMUM_BYTES // 1_000_000} MB; no guideline is", file=name)
            return None
        data = path.read_bytes()
    except OSError as error:
        report.error("G001", f"cannot read {name}: {(error.strerror or str(error)).lower()}", file=name)
        return None
    try:
        return Source(name, data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        report.error(
            "G002",
            f"{name} is not a text in UTF-8: byte {error.start + 1} (line {line}) cannot be read",
            file=name,
            suggestion="save the file with the encoding UTF-8",
        )
        return None


def _shown(path: Path) -> str:
    """A path as a reader finds it again: from the working folder where it lies below it."""
    absolute, here = path.absolute(), Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)


def shipped_guidelines() -> dict[str, Path]:
    """Name to folder of the guidelines that come with the package."""
    root = folder("guidelines")
    return {
        path.name: path
        for path in sorted(root.iterdir())
        if path.is_dir() and path.name != "vocabulary" and (any(path.glob("*.guide")) or editions_in(path))
    }


def shipped_editions() -> dict[str, Path]:
    """Name to folder of what comes with the package, each edition by a name of its own: `ckd_mbd@2017`."""
    found: dict[str, Path] = {}
    for name, home in shipped_guidelines().items():
        some = editions_in(home)
        found |= {f"{name}@{each.mark}": each.folder for each in some} if some else {name: home}
    return found


@dataclass(frozen=True, slots=True)
class Shipped:
    """A guideline or vocabulary that comes with the package; `path` is the file with its head.

    `edition` is what names it behind `NAME@`, where the guideline has several editions.
    """

    sort: Literal["guideline", "vocabulary"]
    name: str
    edition: str | None
    version: str
    title: str
    path: Path


def shipped() -> list[Shipped]:
    """What comes with the package, read without parsing: guidelines first, each by name."""
    files = [
        (file, home.name if "@" in name else None)
        for name, home in shipped_editions().items()
        for file in sorted(home.glob("*.guide"))
    ]
    files += [(file, None) for file in sorted((folder("guidelines") / "vocabulary").glob("*.guide"))]
    found: list[Shipped] = []
    for file, edition in files:
        head = _SHIPPED_HEAD.search(file.read_text(encoding="utf-8"))
        if head is not None:
            sort: Literal["guideline", "vocabulary"] = "guideline" if head["sort"] == "guideline" else "vocabulary"
            found.append(Shipped(sort, head["name"], edition, head["version"], head["title"], file))
    return found


def sources_of(
    where: str | Path | Source | tuple[Source, ...],
    report: Report,
    day: dt.date | None = None,
    *,
    examples: bool = True,
) -> tuple[Source, ...]:
    """The files of one guideline, its head first; empty, with an error in the report, if there is none.

    Of several editions it is the one that `where` names behind an `@`, else the newest that is effective on `day`
    (default: today). A shipped vocabulary may be named too. A tuple of sources is what this function gave before.
    Without `examples` the files that hold nothing else are left out.
    """
    if isinstance(where, tuple):
        return where
    if isinstance(where, Source):
        return (where,)
    if str(where) == "-":
        return (Source("<stdin>", sys.stdin.read()),)
    path, mark = _place(where)
    if path is None:
        _tell_unknown(where, report)
        return ()
    if path.is_file():
        return _of_version(where, mark, _of_file(path, report, examples), report)
    some = editions_in(path)
    if not some:
        return _of_version(where, mark, _in_folder(path, None, report, examples), report)
    if len({edition.guideline for edition in some}) > 1:
        told = ", ".join(f"{edition.mark} ({edition.guideline})" for edition in some)
        report.error(
            "G005", f"several guidelines in the folders of {path}: {told}", file=str(path), suggestion="name one folder"
        )
        return ()
    if mark is not None:
        chosen = named_so(some, mark)
        if not chosen:
            _tell_other_edition(where, some, report)
            return ()
    edition = newest_effective(some if mark is None else chosen, day or dt.date.today())
    return _in_folder(edition.folder, edition.guideline, report, examples)


def editions_of(where: str | Path) -> tuple[Edition, ...]:
    """The editions of a guideline, the oldest first, or the one that is named; none where it has no editions."""
    path, mark = _place(where)
    some = () if path is None or not path.is_dir() else editions_in(path)
    return tuple(named_so(some, mark)) if mark is not None else some


def each_edition(where: str | Path | Source) -> tuple[str | Path | Source, ...]:
    """What to load so that every edition of a guideline is: a folder each, or what was given where it has none."""
    if isinstance(where, Source) or str(where) == "-" or _place(where)[1] is not None:
        return (where,)
    return tuple(Path(_shown(edition.folder)) for edition in editions_of(where)) or (where,)


def _place(where: str | Path) -> tuple[Path | None, str | None]:
    """The file or folder that is named, and the mark of an edition behind its last `@`, if there is one."""
    path = _path_of(str(where))
    base, _, mark = str(where).rpartition("@")
    if path is not None or not base or not mark:
        return path, None
    path = _path_of(base)
    return path, None if path is None else mark


def _path_of(name: str) -> Path | None:
    path = Path(name)
    if path.is_dir() or path.is_file():
        return path
    if name in (guidelines := shipped_guidelines()):
        return guidelines[name]
    if name in vocabulary_names():
        return folder("guidelines") / "vocabulary" / f"{name}.guide"
    return None


def _tell_unknown(where: str | Path, report: Report) -> None:
    guidelines = shipped_guidelines()
    report.error(
        "G001",
        f"there is no guideline `{where}`: no such file or folder, and no guideline of that name is shipped",
        file=str(where),
        expected=f"a path, or one of: {', '.join(guidelines)}",
        suggestion=did_you_mean(str(where).partition("@")[0], [*guidelines, *vocabulary_names()]),
    )


def _tell_other_edition(where: str | Path, some: Sequence[Edition], report: Report) -> None:
    base, _, mark = str(where).rpartition("@")
    told = (
        f"{base}@{each.mark} (version {each.version}" + (f", from {each.effective})" if each.effective else ")")
        for each in some
    )
    report.error(
        "G010",
        f"`{base}` has no edition `{mark}`",
        file=str(where),
        expected=f"one of: {', '.join(told)}",
        suggestion=did_you_mean(mark, [each.mark for each in some]),
    )


def _of_version(where: str | Path, mark: str | None, sources: tuple[Source, ...], report: Report) -> tuple[Source, ...]:
    """A guideline without editions, if it is of the version that was asked for."""
    version = version_of(sources[0].text) if sources and mark is not None else None
    if mark is None or not sources or version is None or is_version(mark, version):
        return sources
    base = str(where).rpartition("@")[0]
    report.error(
        "G010",
        f"`{base}` has no edition `{mark}`",
        file=str(where),
        expected=f"{base} or {base}@{version}: it has one version",
    )
    return ()


def vocabulary_source(name: str, user: Source, report: Report) -> Source | None:
    """The file of a vocabulary that `user` names, or None if there is none."""
    places = [folder("guidelines") / "vocabulary"]
    if not user.name.startswith("<"):
        home = Path(user.name).parent
        places = [home, home / "vocabulary", home.parent / "vocabulary", *places]
        if home.name[:1].isdecimal():  # an edition: what it shares with other guidelines lies beside their folder
            places.insert(-1, home.parent.parent / "vocabulary")
    for place in places:
        path = place / f"{name}.guide"
        if path.is_file():
            return read_source(path, report)
    return None


@dataclass(frozen=True, slots=True)
class Base:
    """What was found of a guideline that another one adapts.

    Attributes:
        sources: its files, the head first; empty if there is none of the version that was asked for.
        versions: those that there are, each with how it is named (`calciphylaxis 1.0.0`).
    """

    sources: tuple[Source, ...]
    versions: tuple[str, ...]


def base_of(name: str, version: str, user: Source, report: Report) -> Base:
    """The guideline that `user` adapts: in its folder, in a folder of that name there or beside it, else a shipped one.

    `version` is the whole version, or its beginning at a dot. The first of that version is taken.
    """
    versions: dict[str, None] = {}
    for sources in _bases(name, user, report):
        found = version_of(sources[0].text)
        if found is None:
            continue
        if is_version(version, found):
            return Base(sources, (found,))
        versions[found] = None
    return Base((), tuple(versions))


def _bases(name: str, user: Source, report: Report) -> Iterator[tuple[Source, ...]]:
    """Each guideline of a name that an adapting one may mean, nearest first; of editions the newest first."""
    folders = []
    if not user.name.startswith("<"):
        home = Path(user.name).parent
        yield from _own_file(home, name, user, report)
        above = [home.parent, *([home.parent.parent] if home.name[:1].isdecimal() else [])]
        folders = [home / name, *(place / name for place in above)]
    for place in (*folders, shipped_guidelines().get(name)):
        if place is None or not place.is_dir():
            continue
        some = [each for each in editions_in(place) if each.guideline == name]
        for edition in reversed(some):
            yield _in_folder(edition.folder, name, report, True)
        if not some and any(_is_head(file, name) for file in sorted(place.glob("*.guide"))):
            yield _in_folder(place, name, report, True)


def _own_file(home: Path, name: str, user: Source, report: Report) -> Iterator[tuple[Source, ...]]:
    for file in sorted(home.glob("*.guide")):
        if file.absolute() != Path(user.name).absolute() and _is_head(file, name):
            source = read_source(file, report)
            if source is not None:
                yield (source, *_parts(home, name, report, True))


def _is_head(file: Path, name: str) -> bool:
    source = read_source(file, Report())
    return source is not None and head_of(source) == Head("guideline", name)


def bases_of(files: Sequence[Source], report: Report) -> tuple[Source, ...]:
    """The files of the guidelines that files may adapt, and of those that these may adapt, found without parsing.

    Never one too few: an `adapt` in a comment counts too, and a name that leads to no file is passed over.
    """
    found: dict[str, Source] = {}
    waiting = list(files)
    while waiting:
        user = waiting.pop(0)
        for name, version in _ADAPT.findall(user.text):
            for source in base_of(name, version, user, report).sources:
                if source.name not in found:
                    found[source.name] = source
                    waiting.append(source)
    return tuple(found.values())


def vocabulary_names() -> list[str]:
    """The vocabularies that come with the package."""
    return sorted(path.stem for path in (folder("guidelines") / "vocabulary").glob("*.guide"))


def vocabulary_with(name: str) -> str | None:
    """The first shipped vocabulary that declares a name, or None."""
    return next((vocabulary for vocabulary in vocabulary_names() if name in _declared(vocabulary)), None)


@cache
def _declared(vocabulary: str) -> frozenset[str]:
    text = (folder("guidelines") / "vocabulary" / f"{vocabulary}.guide").read_text(encoding="utf-8")
    return frozenset(_DECLARED.findall(text))


def vocabularies_of(files: Sequence[Source], report: Report) -> tuple[Source, ...]:
    """The vocabularies that files may use, and those that these may use, found without parsing.

    Never one too few: a `use` in a comment counts too, and a name that leads to no file is passed over.
    """
    found: dict[str, Source | None] = {}
    waiting = list(files)
    while waiting:
        user = waiting.pop(0)
        for name in _USE.findall(user.text):
            if name not in found:
                source = found[name] = vocabulary_source(name, user, report)
                waiting.extend([source] if source is not None else [])
    return tuple(source for source in found.values() if source is not None)


def value_sets_of(
    files: Sequence[Source], named: Iterable[str | Path] = (), beside: Iterable[str | Path] = ()
) -> ValueSets:
    """The value sets that the lists of a guideline may name.

    Args:
        files: the files of the guideline, its head first.
        named: files and folders that somebody named; they go before all others.
        beside: folders with patients or expected results, which may bring the value sets they were made with.
    """
    from guidelang.terminology import ValueSets, places_of  # for guidelines that name some, and where one is compiled

    home = Path(files[0].name).parent if files and not files[0].name.startswith("<") else None
    bases = {Path(base.name).parent: None for base in bases_of(files, Report())}
    return ValueSets(places_of(home, named, (*beside, *bases)))


def name_value_sets(files: Iterable[Source]) -> bool:
    """Whether a file may name a value set, found without parsing."""
    return any("valueset" in file.text for file in files)


def _of_file(path: Path, report: Report, examples: bool) -> tuple[Source, ...]:
    source = read_source(path, report)
    if source is None:
        return ()
    head = head_of(source)
    if head is None or head.sort == "vocabulary":
        return (source,)
    if head.sort == "part":
        return _in_folder(path.parent, head.name, report, examples)
    return (source, *_parts(path.parent, head.name, report, examples))


def _in_folder(path: Path, wanted: str | None, report: Report, examples: bool) -> tuple[Source, ...]:
    heads = []
    for file in sorted(path.glob("*.guide")):
        source = read_source(file, report)
        head = head_of(source) if source else None
        if source and head and head.sort == "guideline" and wanted in (None, head.name):
            heads.append((source, head.name))
    if len(heads) == 1:
        source, name = heads[0]
        return (source, *_parts(path, name, report, examples))
    if not heads:
        message = f"no guideline `{wanted}` in {path}" if wanted else f"no guideline in the folder {path}"
        report.error(
            "G004", message, file=str(path), expected="a file *.guide that begins with `guideline NAME version V`"
        )
    else:
        names = ", ".join(Path(source.name).name for source, _ in heads)
        report.error(
            "G005", f"several guidelines in the folder {path}: {names}", file=str(path), suggestion="name one file"
        )
    return ()


def _parts(path: Path, name: str, report: Report, examples: bool) -> tuple[Source, ...]:
    parts, guidelines, others = [], {name}, []
    for file in sorted(path.glob("*.guide")):
        if not examples and file.name.endswith(EXAMPLES_END):
            continue
        source = read_source(file, report)
        head = head_of(source) if source else None
        if source and head == Head("part", name):
            parts.append(source)
        elif source and file.name.endswith(EXAMPLES_END):
            others.append((source, head))
        elif head is not None and head.sort == "guideline":
            guidelines.add(head.name)
    for source, head in others:
        _check_owner(source, head, guidelines, report)
    return tuple(parts)


def _check_owner(source: Source, head: Head | None, guidelines: Iterable[str], report: Report) -> None:
    """Reports a file with examples of no guideline in its folder: nobody would notice that they are never run."""
    if head is not None and (head.sort != "part" or head.name in guidelines):
        return
    names = sorted(guidelines)
    told = f"`{head.name}`, and no guideline here is called so" if head else "no guideline: it does not say of which"
    report.error(
        "G004",
        f"{source.name} is a part of {told}",
        expected=f"a first line `part of {names[0]}`",
        suggestion=did_you_mean(head.name, names) if head else None,
        file=source.name,
    )
