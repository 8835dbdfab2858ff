"""Fields of a FHIR resource, each of the type that R4 gives it. A malformed field is a problem and reads as absent.

Nothing here raises on what a record contains: a text where an object is expected, a list where one value is, null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from guidelang.facts.state import Problem

Complain: TypeAlias = Callable[[Problem], None]


_TIMES = ("effective", "onset", "performed", "occurrence")
_CHOICES = (*_TIMES, "value", "medication")
"""The choice elements that are read. Ends are left out: several of them still say that it ended."""


def _is_form(name: str, stem: str) -> bool:
    return name.startswith(stem) and name[len(stem) : len(stem) + 1].isupper()


def cleaned(text: str) -> str | None:
    """A text without blanks around it and without zero-width characters; None for an empty one."""
    if not text.isascii():
        text = text.replace("\u200b", "").replace("\ufeff", "")
    return text.strip() or None


@dataclass(frozen=True, slots=True)
class Element:
    """An object of a resource, with its place for whoever has to find it again.

    Attributes:
        content: the fields.
        resource: the resource that it belongs to, e.g. "Observation/abc".
        path: where in the resource, e.g. "component[1].valueQuantity"; empty for the resource itself.
        patient: the patient whose record it is.
        complain: takes the problems.
    """

    content: Mapping[str, object]
    resource: str
    path: str
    patient: str | None
    complain: Complain

    def has(self, name: str) -> bool:
        return self.content.get(name) is not None

    def text(self, name: str) -> str | None:
        """A text without blanks around it and without zero-width characters; an empty one is absent."""
        value = self.content.get(name)
        if isinstance(value, str):
            return cleaned(value)
        self._malformed(name, value, "a text")
        return None

    def boolean(self, name: str) -> bool | None:
        value = self.content.get(name)
        if isinstance(value, bool):
            return value
        self._malformed(name, value, "true or false")
        return None

    def number(self, name: str) -> int | float | Decimal | None:
        value = self.content.get(name)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return value
        self._malformed(name, value, "a number")
        return None

    def element(self, name: str) -> Element | None:
        value = self.content.get(name)
        if value is None:
            return None
        if type(value) is dict or isinstance(value, Mapping):  # most often a dict, which is told sooner
            return self._inner(value, self._path(name))
        self._malformed(name, value, "an object")
        return None

    def elements(self, name: str) -> Iterator[Element]:
        """The objects of a list; members that are none are problems."""
        value = self.content.get(name)
        if not isinstance(value, list | tuple):
            self._malformed(name, value, "a list")
            return
        for index, item in enumerate(value):
            path = f"{name}[{index}]"
            if isinstance(item, Mapping):
                yield self._inner(item, self._path(path))
            else:
                self.problem(path, f"{path} is not an object")

    def several(self, name: str) -> Iterator[Element]:
        """The objects of an element that is a list in one resource type and a single object in another."""
        if isinstance(self.content.get(name), list | tuple):
            yield from self.elements(name)
        elif self.has(name):
            single = self.element(name)
            if single is not None:
                yield single

    def given(self, stem: str) -> list[str]:
        """The forms of a choice element (`value[x]`) that are there; FHIR allows one."""
        return [name for name in self.content if _is_form(name, stem) and self.content[name] is not None]

    def without_doubled(self) -> Element:
        """The object without choice elements of which it has several: nobody can say which of them is meant.

        A time that is given twice is there and cannot be read, which is less than no time at all.
        """
        names = [name for name in self.content if name.startswith(_CHOICES)]
        if len(names) < 2:
            return self
        gone: list[str] = []
        for stem in _CHOICES:
            forms = self.given(stem)
            if len(forms) > 1:
                self.problem(stem, f"it has both {' and '.join(forms)}, of which one is allowed; none is read")
                gone += forms
        if not gone:
            return self
        kept = {name: held for name, held in self.content.items() if name not in gone}
        unread = {f"{stem}DateTime": "" for stem in _TIMES if any(_is_form(name, stem) for name in gone)}
        return replace(self, content=kept | unread)

    def problem(self, field: str, message: str) -> None:
        path = self._path(field)
        self.complain(Problem(f"{self.resource}: {message}", self.patient, self.resource, path))

    def _inner(self, content: Mapping[str, object], path: str) -> Element:
        return Element(content, self.resource, path, self.patient, self.complain)

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _malformed(self, name: str, value: object, expected: str) -> None:
        if value is not None:
            self.problem(name, f"{self._path(name)} is not {expected}, and is not read")
