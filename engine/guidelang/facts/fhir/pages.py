"""What an input says that it lacks: further pages of a search, entries beyond those there, errors of a server.

What was not sent may be the record in question, so that absence of its type can no longer be trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from guidelang.terminology import RECORDS_OF


@dataclass(frozen=True, slots=True)
class _Page:
    """A Bundle: where it stands, its links, and how many matches it has of how many."""

    origin: str
    links: Mapping[str, str]
    total: int | None
    matches: int

    @property
    def type(self) -> str | None:
        """The type of resource that was searched for, where its own address says so."""
        parts = [part for part in urlsplit(self.links.get("self", "")).path.split("/") if part]
        return parts[-1] if parts and parts[-1] in RECORDS_OF else None


@dataclass(slots=True)
class Pages:
    """The Bundles of an input as pages of searches. A page that is linked to may be there as another Bundle."""

    _pages: list[_Page] = field(default_factory=list)

    def add(self, bundle: Mapping[str, object], origin: str) -> None:
        links, entries, total = bundle.get("link"), bundle.get("entry"), bundle.get("total")
        named: dict[str, str] = {}
        for link in links if isinstance(links, list | tuple) else ():
            relation, url = (link.get("relation"), link.get("url")) if isinstance(link, Mapping) else (None, None)
            if isinstance(relation, str) and isinstance(url, str):
                named["previous" if relation == "prev" else relation] = url
        counted = total if isinstance(total, int) and not isinstance(total, bool) else None
        matches = sum(map(_is_match, entries)) if isinstance(entries, list | tuple) else 0
        if counted is not None or named:
            self._pages.append(_Page(origin, named, counted, matches))

    def merge(self, other: Pages) -> None:
        self._pages.extend(other._pages)

    def missing(self) -> Iterator[tuple[str, str | None]]:
        """What is not there, in words, with the type of resource it must be of where that is known."""
        there = {page.links.get("self") for page in self._pages}
        linked = {page.links[name] for page in self._pages for name in ("next", "previous") if name in page.links}
        for page in self._pages:
            gone = [name for name in ("next", "previous") if name in page.links and page.links[name] not in there]
            if gone:
                yield f"{page.origin} is one page of several, and the {gone[0]} one is not in the input", page.type
            elif page.total is not None and page.total > page.matches:
                alone = page.links.get("self") not in linked and not linked.intersection(page.links.values())
                if alone:
                    yield f"{page.origin} has {page.matches} of {page.total} entries", page.type


def server_error(outcome: Mapping[str, object]) -> str | None:
    """What an OperationOutcome says went wrong (severity error or fatal); None for warnings and notes."""
    issues = outcome.get("issue")
    for issue in issues if isinstance(issues, list | tuple) else ():
        if isinstance(issue, Mapping) and issue.get("severity") in ("error", "fatal"):
            details = issue.get("details")
            text = details.get("text") if isinstance(details, Mapping) else None
            said = next(
                (each for each in (issue.get("diagnostics"), text, issue.get("code")) if each), "no reason given"
            )
            return str(said)[:200]
    return None


def _is_match(entry: object) -> bool:
    """Whether an entry is one that was searched for: not one that came along, and no word about the search."""
    if not isinstance(entry, Mapping):
        return False
    search, resource = entry.get("search"), entry.get("resource")
    mode = search.get("mode") if isinstance(search, Mapping) else None
    is_outcome = isinstance(resource, Mapping) and resource.get("resourceType") == "OperationOutcome"
    return mode == "match" or (mode is None and not is_outcome)
