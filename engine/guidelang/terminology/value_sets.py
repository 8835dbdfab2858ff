"""The value sets that a guideline may name: looked up by URL in files, and whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from guidelang.terminology.code import Code, ListedCode
from guidelang.terminology.value_set import Definition, Lack, Part, ValueSet, unique
from guidelang.terminology.value_set_files import Content, Place, content_of, files_of

VARIABLE = "GUIDELANG_DATA"
_DEEPEST = 50  # of sets that name sets


def places_of(
    guideline: Path | None, named: Iterable[str | Path] = (), beside: Iterable[str | Path] = ()
) -> tuple[Place, ...]:
    """Where the value sets of a guideline are looked for, first to last.

    Args:
        guideline: the folder of the guideline; a folder `valuesets` in it counts.
        named: files or folders that somebody named.
        beside: folders whose `valuesets.json`, `valuesets.csv` and folder `valuesets` count, and nothing else in them.
    """
    places = [Place(Path(path), named=True) for path in named]
    if guideline is not None:
        places.append(Place(guideline / "valuesets"))
    for folder in beside:
        places += [Place(Path(folder) / name) for name in ("valuesets.json", "valuesets.csv", "valuesets")]
    data = os.environ.get(VARIABLE, "").strip()
    if data:
        places.append(Place(Path(data), whole=False))
    return tuple(dict.fromkeys(places))


class ValueSets:
    """The value sets of some places. Files are read when a set is first asked for, each place once."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        self._content: dict[Place, Content] = {}

    def find(self, url: str, version: str | None = None) -> ValueSet | Lack:
        """A value set by its URL (a version may follow after `|`), from the first place that has it.

        A version that is asked for has to be the one that a file states. Without one, a place that has several
        versions, or several sets of codes for one version, leaves open which is meant.
        """
        return self._find(url, version, ())

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """Files that could not be read, with the reason, of the places that were read so far."""
        return tuple(problem for content in self._content.values() for problem in content.problems)

    def named_problems(self) -> tuple[tuple[str, str], ...]:
        """What is wrong with places that somebody named: nothing is there, or it cannot be read."""
        named = [place for place in self.places if place.named]
        gone = [(str(place), "there is no such file or folder") for place in named if not place.path.exists()]
        return (*gone, *(problem for place in named for problem in self._of(place).problems))

    def fingerprint(self) -> list[tuple[str, int, int]]:
        """The files that may take part, by path, size and time of their last change."""
        found = []
        for place in self.places:
            for path in files_of(place):
                status = path.stat()
                found.append((str(path), status.st_size, status.st_mtime_ns))
        return found

    def _of(self, place: Place) -> Content:
        content = self._content.get(place)
        if content is None:
            content = self._content[place] = content_of(place)
        return content

    def _find(self, url: str, version: str | None, within: tuple[str, ...]) -> ValueSet | Lack:
        name, _, pinned = url.partition("|")
        version = version or pinned or None
        others: set[str] = set()
        for place in self.places:
            known = self._of(place).definitions.get(name, [])
            wanted = [each for each in known if version in (None, each.version)]
            if wanted:
                return self._settled(name, version, wanted, within)
            others |= {each.version or "without a version" for each in known}
        detail = f"there is only {', '.join(sorted(others))}" if others else self._near(name)
        return Lack(name, version, "missing", detail)

    def _near(self, url: str) -> str:
        """URLs that differ from one by their scheme, a slash at the end or a version, so that they are other sets."""
        near = {
            other for place in self.places for other in self._of(place).definitions if _loosely(other) == _loosely(url)
        }
        return f"there is {', '.join(sorted(near))}, which is another URL" if near else ""

    def _settled(
        self, url: str, version: str | None, known: Sequence[Definition], within: tuple[str, ...]
    ) -> ValueSet | Lack:
        """One value set of the definitions that one place has for it."""
        versions = sorted({each.version or "without a version" for each in known})
        if len(versions) > 1:
            files = ", ".join(sorted({each.file for each in known}))
            return Lack(url, version, "ambiguous", f"{files}: versions {', '.join(versions)}; name the one you mean")
        told = [(each, self._codes(each, within)) for each in known]
        whole = [(each, codes) for each, codes in told if not isinstance(codes, str)]
        if not whole:
            each, problem = told[0]
            return Lack(url, version, "incomplete", f"{each.file}: {problem}")
        for each, _ in whole:
            if each.contradiction is not None:
                return Lack(url, version, "ambiguous", f"{each.file}: {each.contradiction}")
        first, codes = whole[0]
        if any({c.code for c in others} != {c.code for c in codes} for _, others in whole[1:]):
            files = ", ".join(sorted({each.file for each, _ in whole}))
            return Lack(url, version, "ambiguous", f"{files} list different codes for one version")
        return ValueSet(url, first.version, first.title, codes, first.notes)

    def _codes(self, definition: Definition, within: tuple[str, ...]) -> tuple[ListedCode, ...] | str:
        """All codes of a definition, or why they cannot be told."""
        if definition.codes is not None:
            return definition.codes
        if not definition.include:
            return definition.problem or "it defines nothing"
        if definition.url in within or len(within) > _DEEPEST:
            return f"its definition leads back to itself: {' -> '.join((*within, definition.url))}"
        inside = (*within, definition.url)
        found: list[ListedCode] = []
        for part in definition.include:
            told = self._part(part, inside)
            if isinstance(told, str):
                return definition.problem or told
            found += told
        systems = {part.system for part in definition.exclude if part.system is not None and not part.sets}
        excluded: set[Code] = set()
        for part in definition.exclude:
            told = self._part(part, inside)
            if isinstance(told, str):
                return definition.problem or told
            excluded |= {listed.code for listed in told}
        left = [listed for listed in found if listed.code not in excluded and listed.code.system not in systems]
        return unique(tuple(left)) if left else "it lists no codes"

    def _part(self, part: Part, within: tuple[str, ...]) -> tuple[ListedCode, ...] | str:
        if part.problem is not None:
            return part.problem
        found = part.codes
        for url in part.sets:
            inner = self._find(url, None, within)
            if isinstance(inner, Lack):
                why = inner.detail or "which is nowhere to be found"
                return f"its definition takes the codes of {inner.name}, {why}"
            if found is None:
                found = inner.codes
            else:
                both = {listed.code for listed in inner.codes}
                found = tuple(listed for listed in found if listed.code in both)
        if part.sets and part.system is not None:
            found = tuple(listed for listed in found or () if listed.code.system == part.system)
        return found or ()


def _loosely(url: str) -> str:
    """A URL without its scheme, its version and a slash at its end, in small letters."""
    return url.partition("|")[0].rpartition("://")[2].rstrip("/").lower()
