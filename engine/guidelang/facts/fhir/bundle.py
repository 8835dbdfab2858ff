"""Which resources an input holds, what their references mean, and which of them belong to which patient.

A reference is a relative one (`Patient/p1`), a full URL, a `urn:uuid:` of the Bundle, a contained resource (`#m1`) or
an identifier. A resource that names no patient of the input belongs to nobody; it is reported, not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from guidelang.facts.fhir.pages import Pages, server_error
from guidelang.facts.fhir.versions import Versions
from guidelang.facts.lines import Stored
from guidelang.facts.state import Problem
from guidelang.terminology import DRAFTS_OF, RECORDS_OF, RecordType

_DEEPEST_BUNDLE = 8

Whose: TypeAlias = Literal["subject", "input"]
"""Whom a record is taken to be about: the patient that it names, or the one patient of its input."""

SUBJECTS = {kind: "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject" for kind in RECORDS_OF}
"""The resource types that are read, with the field that names the patient."""

_IDENTIFIED = frozenset({"Patient", "Group", "Device", "Location"})
"""What the subject of a record may be, and may be named by a business identifier."""

_EVERY = tuple(dict.fromkeys(each for kinds in RECORDS_OF.values() for each in kinds))
_SUPPORTING = frozenset({"Patient", "Medication"})
_REFERRED_TO = frozenset({"Device", "Practitioner", "PractitionerRole", "Organization", "Location", "CareTeam"})


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """A resource, with the full URL that its Bundle gives it and the reference in it to its patient.

    What stands in a file that can be read again is not held: `kept` then says where, and `content` reads it.
    """

    type: str
    id: str | None
    origin: str | None  # the file and place; None where type and id say it
    full_url: str | None
    subject: str | None
    kept: Mapping[str, object] | Stored
    draft: bool = False  # an order under review, and no part of the record

    @property
    def records(self) -> tuple[RecordType, ...]:
        """The kinds of record that it is."""
        return (DRAFTS_OF[self.type],) if self.draft else RECORDS_OF[self.type]

    @property
    def source(self) -> str:
        """The words to find it again."""
        return f"{self.type}/{self.id}" if self.id else f"{self.type} in {self.origin}"

    @property
    def content(self) -> Mapping[str, object]:
        """Raises Changed if its file is not there any more, or is another."""
        return self.kept.load() if isinstance(self.kept, Stored) else self.kept


@dataclass(slots=True)
class Pool:
    """The resources of one input; references are resolved within it.

    A line of a large export is kept as where it stands, so that the pool takes a fraction of what the export has.

    Attributes:
        resources: in the order of the input; each once, however often it is repeated word for word.
        problems: what could not be taken in, or belongs to no patient.
        damaged: record types of which something could not be read or given to a patient, with the reason.
        has_drafts: the input says which orders are under review, were there none.
        passed_over: record types of entries that are orders under review: they were there to be read.
    """

    resources: list[Located] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    damaged: dict[RecordType, str] = field(default_factory=dict)
    has_drafts: bool = False
    passed_over: set[RecordType] = field(default_factory=set)
    _pages: Pages = field(default_factory=Pages)
    _drafts: dict[str, Located] = field(default_factory=dict)
    _by_url: dict[str, Located] = field(default_factory=dict)
    _by_type: dict[str, dict[str, Located]] = field(default_factory=dict)
    _by_identifier: dict[tuple[str, str], Located] = field(default_factory=dict)
    _versions: Versions[Located] = field(default_factory=Versions)
    _contests: dict[int, Sequence[Located]] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)  # types and references, which many resources share

    def add(
        self,
        resource: object,
        origin: str,
        *,
        draft: bool = False,
        full_url: str | None = None,
        depth: int = 0,
        stored: Stored | None = None,
    ) -> None:
        """Takes in a resource, or all entries of a Bundle. `origin` names the file and place.

        `draft`: they are the orders under review, of which the record has none: an entry of the record of the same type
        and id is passed over. An empty Bundle of drafts says that there is none. What is no order among them, such as
        the Medication that one refers to, is taken in as ever.
        `stored`: where the resource can be read again. It is then not held in memory.
        """
        self.has_drafts = self.has_drafts or draft
        if not isinstance(resource, Mapping):
            self.unreadable(origin, "it is not an object", None)
            return
        kind = resource.get("resourceType")
        if kind is None and isinstance(resource.get("resource"), Mapping) and depth < _DEEPEST_BUNDLE:
            # a lone entry of a Bundle, as some servers answer a query
            self.add(resource["resource"], origin, draft=draft, full_url=full_url, depth=depth + 1)
            return
        if not isinstance(kind, str):
            self.unreadable(origin, "it has no resourceType", None)
            return
        if kind == "Bundle":
            self._add_bundle(resource, origin, draft, depth)
            return
        if kind == "OperationOutcome":
            self._failed(resource, origin)
            return
        given = resource.get("id")
        identity = given if isinstance(given, str) and given else None
        if draft and kind in RECORDS_OF and kind not in DRAFTS_OF:
            self.problems.append(Problem(f"{origin}: a {kind} is no order under review", resource=origin, kind="note"))
            return
        subject = _reference_in(resource, SUBJECTS[kind]) if kind in SUBJECTS else None
        located = Located(
            self._once(kind),
            identity,
            None if identity else origin,
            full_url,
            None if subject is None else self._once(subject),
            resource if stored is None else stored,
            draft and kind in DRAFTS_OF,
        )
        self._take(located, resource)

    def _once(self, word: str) -> str:
        return self._words.setdefault(word, word)

    def _take(self, located: Located, content: Mapping[str, object]) -> None:
        relative = f"{located.type}/{located.id}" if located.id else None
        name = relative or located.full_url
        if name is not None and not self._versions.add((name, located.draft), located, content):
            return
        self.resources.append(located)
        self._index(located, content)

    def _index(self, located: Located, content: Mapping[str, object]) -> None:
        if located.draft:  # nothing in a record refers to one
            for key in (located.full_url, f"{located.type}/{located.id}" if located.id else None):
                if key:
                    self._drafts.setdefault(key, located)
            return
        if located.full_url:
            self._by_url.setdefault(located.full_url, located)
        if located.id:
            self._by_type.setdefault(located.type, {}).setdefault(located.id, located)
        if located.type in _IDENTIFIED:
            for identifier in identifiers(content):
                self._by_identifier.setdefault(identifier, located)

    def settle(self) -> None:
        """Leaves out the resources that newer versions replace. To be done when all of the input is in."""
        replaced: set[int] = set()
        for things in self._versions.of_several():
            for thing in things:
                source, count = thing.left[0].source, len(thing.left)
                if thing.replaced:
                    replaced.update(map(id, thing.replaced))
                    message = (
                        f"{source} is in the input in {_versions(count + len(thing.replaced))}; the newer one is read"
                    )
                    self.problems.append(Problem(message, resource=source, kind="note"))
                if count > 1:
                    twice = (
                        "twice and differs; which of the two"
                        if count == 2
                        else f"{count} times and differs; which of them"
                    )
                    message = f"{source} is in the input {twice} counts is open"
                    self.problems.append(Problem(message, resource=source))
                    self._contests.update({id(each): thing.left for each in thing.left})
            if len(things) > 1:
                source = things[0].left[0].source
                how_often = _times(len(things))
                message = f"{source} is in the input {how_often}, as things of different codes or servers; each is read"
                self.problems.append(Problem(message, resource=source, kind="note"))
        self._versions = Versions()
        if not replaced:
            return
        self.resources = [each for each in self.resources if id(each) not in replaced]
        for index in (self._drafts, self._by_url, self._by_type, self._by_identifier):
            index.clear()
        for located in self.resources:
            self._index(located, located.content if located.type in _IDENTIFIED else {})

    def contest(self, located: Located) -> Sequence[Located]:
        """All versions of a resource of which the input does not say which counts; none where there is one alone."""
        return self._contests.get(id(located), ())

    def _known(self, key: str, draft: bool = False) -> Located | None:
        """The resource with a full URL, or of a type and id (`Patient/p1`); of the record, or under review."""
        if draft:
            return self._drafts.get(key)
        kind, _, identity = key.partition("/")
        return self._by_url.get(key) or self._by_type.get(kind, {}).get(identity)

    def _add_bundle(self, bundle: Mapping[str, object], origin: str, draft: bool, depth: int) -> None:
        if depth >= _DEEPEST_BUNDLE:
            self.unreadable(origin, "Bundles are nested too deeply", None)
            return
        self._pages.add(bundle, origin)
        entries = bundle.get("entry")
        if entries is None:
            return
        if not isinstance(entries, list | tuple):
            self.unreadable(origin, "the entries of the Bundle are not a list", None)
            return
        for index, entry in enumerate(entries):
            place = f"{origin} entry {index + 1}"
            if not isinstance(entry, Mapping):
                self.unreadable(place, "the entry is not an object", None)
                continue
            if "resource" in entry and entry["resource"] is None:
                self.unreadable(place, "its resource is empty", None)
                continue
            if "resource" not in entry:  # an entry may hold no more than a request or a response
                self._answered(entry.get("response"), place)
                continue
            full_url = entry.get("fullUrl")
            url = full_url if isinstance(full_url, str) and full_url else None
            self.add(entry["resource"], place, draft=draft, full_url=url, depth=depth + 1)

    def unreadable(self, origin: str, message: str, kind: str | None) -> None:
        """Notes a piece of the input that cannot be read; `kind` is the resource type it must have had, if known."""
        self.problems.append(Problem(f"{origin}: {message}; it is not read", resource=origin))
        every = [*_EVERY, *DRAFTS_OF.values()] if kind is None else RECORDS_OF.get(kind, ())
        for record_type in every:
            self.damaged.setdefault(record_type, f"{origin} could not be read and may be such a record")

    def _answered(self, response: object, place: str) -> None:
        """Takes note of a batch's answer without a resource: a request that failed has left its records out."""
        if not isinstance(response, Mapping):
            return
        outcome, status = response.get("outcome"), response.get("status")
        if isinstance(outcome, Mapping) and server_error(outcome) is not None:
            self._failed(outcome, place)
        elif isinstance(status, str) and status.startswith(("4", "5")):
            self._lacks(f"{place}: the server answered {status}", None)

    def _failed(self, outcome: Mapping[str, object], origin: str) -> None:
        said = server_error(outcome)
        if said is not None:
            self._lacks(f"{origin}: the server answered with an error ({said})", None)

    def _lacks(self, message: str, kind: str | None) -> None:
        """Notes that records are not in the input; `kind` is the resource type they must have, if known."""
        self.problems.append(Problem(f"{message}; records may be missing"))
        for record_type in _EVERY if kind is None else RECORDS_OF.get(kind, ()):
            self.damaged.setdefault(record_type, message)

    @property
    def has_patient(self) -> bool:
        return any(located.type == "Patient" for located in self.resources)

    def merge(self, other: Pool) -> None:
        """Takes in the resources of another pool."""
        for located in other.resources:
            self._take(located, located.content)
        self.has_drafts = self.has_drafts or other.has_drafts
        self._pages.merge(other._pages)
        self.problems.extend(other.problems)
        for record_type, reason in other.damaged.items():
            self.damaged.setdefault(record_type, reason)

    def resolve(self, reference: str, holder: Mapping[str, object]) -> Mapping[str, object] | None:
        """The resource that a reference names, seen from the resource that holds it; None if it is not there."""
        if reference.startswith("#"):
            contained = holder.get("contained")
            for item in contained if isinstance(contained, list | tuple) else ():
                if isinstance(item, Mapping) and item.get("id") == reference[1:]:
                    return item
            return None
        found = self._find(reference)
        return None if found is None else found.content

    def key(self, reference: str, holder: Mapping[str, object]) -> str:
        """What a reference names, in one form for all references to it, whether or not it is in the input."""
        if reference.startswith("#"):
            return f"{holder.get('resourceType')}/{holder.get('id')}{reference}"
        found = self._find(reference)
        if found is not None:
            return f"{found.type}/{found.id}" if found.id else found.full_url or found.source
        whole, without_version, relative = reference_forms(reference)
        return without_version if "://" in whole or whole.startswith("urn:") else relative

    def _find(self, reference: str) -> Located | None:
        for key in reference_forms(reference):
            found = self._known(key)
            # `http://a/Patient/p1` is not the Patient/p1 that another server's address is given for.
            if found is not None and (key in (reference, found.full_url) or not _elsewhere(reference, found)):
                return found
        return None

    def patients(self) -> dict[str, Located | None]:
        """Patients by identifier, in the order of the input. Where no Patient is there, those that records name."""
        self.settle()
        found: dict[str, Located | None] = {}
        for number, located in enumerate(self.resources):
            if located.type == "Patient":
                found.setdefault(located.id or located.full_url or f"patient {number + 1}", located)
        if found:
            return found
        for located in self.resources:
            if located.type in SUBJECTS:
                name = _named(located.subject)
                if name is not None:
                    found.setdefault(name, None)
        return found

    def not_read(self) -> tuple[str, ...]:
        """The types of resources that no fact reads, with their count: `Encounter (73)`."""
        read = {*SUBJECTS, *_SUPPORTING, *_REFERRED_TO}
        others = (each.type for each in self.resources if each.type not in read)
        return tuple(f"{kind} ({count})" for kind, count in sorted(Counter(others).items()))

    def by_patient(self, patients: Mapping[str, Located | None], whose: Whose = "subject") -> dict[str, list[Located]]:
        """The records of each patient. Those that belong to none of them become problems.

        `whose` is `input`: all records are those of the one patient of the pool, and a note says which name another.
        """
        self.settle()
        for message, kind in self._pages.missing():
            self._lacks(message, kind)
        names = {id(located): name for name, located in patients.items() if located is not None}
        owned: dict[str, list[Located]] = {name: [] for name in patients}
        for located in self.resources:
            if located.type not in SUBJECTS or self._is_under_review(located):
                continue
            owner = self._owner(located, names, patients, whose)
            if owner is not None:
                owned[owner].append(located)
        return owned

    def _is_under_review(self, located: Located) -> bool:
        """Whether a record entry is an order under review, as it was before."""
        under_review = not located.draft and located.id is not None and f"{located.type}/{located.id}" in self._drafts
        if under_review:
            message = f"{located.source} is an order under review; the entry of the record is not read"
            self.problems.append(Problem(message, resource=located.source, kind="note"))
            self.passed_over.update(located.records)
        return under_review

    def _owner(
        self, located: Located, names: Mapping[int, str], patients: Mapping[str, Located | None], whose: Whose
    ) -> str | None:
        reference = located.subject
        target = self._find(reference) if reference else self._by_subject_identifier(located)
        if target is not None and id(target) in names:
            return names[id(target)]
        if reference is not None and _named(reference) in patients and patients[_named(reference) or ""] is None:
            return _named(reference)
        field_name = SUBJECTS[located.type]
        may_be_anybodys = _names_nobody(reference) if target is None else target.type == "Group"
        if target is None and may_be_anybodys and located.draft and len(patients) == 1:
            return next(iter(patients))  # orders under review are those of one patient
        if whose == "input" and len(patients) == 1:
            (only,) = patients
            message = f"{located.source} names {reference or 'no patient'}; it is read as {only}'s, as was asked for"
            self.problems.append(Problem(message, resource=located.source, field=field_name, kind="note"))
            return only
        if located.draft:  # they are those of one patient, so that the input contradicts itself
            message = f"{located.source} is under review and belongs to {reference}, and not to {' or '.join(patients)}"
            self._leave_open(located, message)
            message = f"{message}; it is not used, and which orders are under review is open"
        elif may_be_anybodys:
            named = f" ({reference or 'no reference'})"
            self._leave_open(located, f"{located.source} names no patient of the input{named if reference else ''}")
            message = (
                f"{located.source} names no patient of this input{named}; it is not used, and as it may be anybody's, "
                f"no {located.type} counts as absent"
            )
        else:
            message = (
                f"{located.source} belongs to {reference or (target and target.source)}, which is no patient of this "
                "input; it is not used, and says nothing of the patients here"
            )
        self.problems.append(Problem(message, resource=located.source, field=field_name, kind="ignored"))
        return None

    def _leave_open(self, located: Located, reason: str) -> None:
        """Notes that a record may be anybody's, so that absence of its kinds says nothing."""
        for record_type in located.records:
            self.damaged.setdefault(record_type, reason)

    def _by_subject_identifier(self, located: Located) -> Located | None:
        subject = located.content.get(SUBJECTS[located.type])
        identifier = subject.get("identifier") if isinstance(subject, Mapping) else None
        for key in identifiers({"identifier": [identifier]}):
            return self._by_identifier.get(key)
        return None


def _versions(count: int) -> str:
    return "two versions" if count == 2 else f"{count} versions"


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _reference_in(resource: Mapping[str, object], field_name: str) -> str | None:
    """The reference in a field of a resource, if it holds one."""
    holder = resource.get(field_name)
    reference = holder.get("reference") if isinstance(holder, Mapping) else None
    return reference.strip() or None if isinstance(reference, str) else None


def identifiers(resource: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """System and value of the business identifiers of a resource that have both."""
    listed = resource.get("identifier")
    for item in listed if isinstance(listed, list | tuple) else ():
        if isinstance(item, Mapping):
            system, value = item.get("system"), item.get("value")
            if isinstance(system, str) and isinstance(value, str):
                yield system, value


def reference_forms(reference: str) -> Sequence[str]:
    """The keys under which a reference may be known: as written, without its version, and as `Type/id`."""
    without_version = reference.split("/_history/", 1)[0]
    parts = without_version.rsplit("/", 2)
    relative = "/".join(parts[-2:]) if len(parts) >= 2 else without_version
    return (reference, without_version, relative)


def _names_nobody(reference: str | None) -> bool:
    """Whether a reference that leads nowhere may mean anybody: a group may hold any patient, a search find any."""
    if reference is None or reference.startswith(("urn:", "#")) or "/" not in reference or "?" in reference:
        return True
    return reference_forms(reference)[2].startswith("Group/")


def _elsewhere(reference: str, found: Located) -> bool:
    """Whether a full address cannot mean a resource that has another full address."""
    web = ("http://", "https://")
    if not reference.startswith(web) or found.full_url is None or not found.full_url.startswith(web):
        return False
    return reference.split("/_history/", 1)[0] != found.full_url.split("/_history/", 1)[0]


def _named(reference: str | None) -> str | None:
    """The identifier in a reference to a patient."""
    if reference is None:
        return None
    if reference.startswith("urn:"):
        return reference
    kind, _, identity = reference_forms(reference)[2].partition("/")
    return identity if kind == "Patient" and identity else None
