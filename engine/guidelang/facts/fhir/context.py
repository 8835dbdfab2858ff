"""What the readers of the single resource types are given beside the resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guidelang.facts.fhir.access import Element
from guidelang.facts.fhir.coded import Concept
from guidelang.facts.fhir.event import Event, Times
from guidelang.facts.fhir.filters import Filters
from guidelang.facts.fhir.links import Key, Resolve
from guidelang.facts.fhir.standing import Judge
from guidelang.facts.fhir.timing import Clock, When
from guidelang.terminology import DRAFTS_OF, RECORDS_OF, RecordType, TimeElement


@dataclass(frozen=True, slots=True)
class Context:
    """The evaluation day, and what references mean in this input."""

    clock: Clock
    resolve: Resolve
    key: Key

    def event(
        self,
        element: Element,
        concept: Concept,
        status: str | None,
        judge: Judge,
        times: Times,
        *,
        order: int,
        draft: bool = False,
        denies_all: bool = False,
    ) -> Event:
        """The event of a resource; its last change is one of its times."""
        kind = str(element.content.get("resourceType"))
        records: tuple[RecordType, ...] = (DRAFTS_OF[kind],) if draft else RECORDS_OF[kind]
        every: dict[TimeElement, Callable[[], tuple[When, ...]]] = {**times, "updated": lambda: self.updated(element)}
        filters = Filters(element, self.clock, self.resolve)
        return Event(records, element, concept, status, judge, every, filters, self.key, denies_all, order)

    def at(
        self, element: Element, *names: str, draft: bool = False, stands: bool = False
    ) -> Callable[[], tuple[When, ...]]:
        """A time that is the first of these fields; a draft without one is being written now.

        `stands`: its status says that it holds.
        """
        if draft:
            return lambda: (When(self.clock.moment(element, *names)),)
        return lambda: (When(self.clock.moment_or_undated(element, *names, stands=stands)),)

    def during(self, element: Element, name: str, *, ongoing: bool) -> Callable[[], tuple[When, ...]]:
        """A time that is the course of a Period."""
        return lambda: (self.clock.when(self.clock.course(element.element(name), ongoing=ongoing)),)

    def of(
        self,
        element: Element,
        stem: str,
        *,
        fallback: str | None = None,
        ongoing: bool = False,
        open_end: bool = False,
        stands: bool = False,
    ) -> Callable[[], tuple[When, ...]]:
        """A time that is `stem` + DateTime, Instant or Period, else a field; with the course of the Period.

        `ongoing`: its status says that it goes on; `open_end`: its status leaves it open; `stands`: it says
        that it holds, were there no date.
        """

        def found() -> tuple[When, ...]:
            moment = self.clock.of(element, stem, fallback=fallback, ongoing=ongoing, stands=stands)
            course = self.clock.course(element.element(f"{stem}Period"), ongoing=ongoing or open_end)
            return (When(moment, course),)

        return found

    def updated(self, element: Element) -> tuple[When, ...]:
        """When the resource was last changed."""
        meta = element.element("meta")
        moment = self.clock.moment_or_undated(meta, "lastUpdated") if meta is not None else self.clock.undated
        return (When(moment),)


def forbidden(element: Element) -> bool | None:
    """Whether a request says not to do it; None where what it says cannot be read."""
    if not element.has("doNotPerform"):
        return False
    return element.boolean("doNotPerform")
