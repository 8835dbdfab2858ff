"""Attestations: values that lie outside a fact's plausible range and that somebody has confirmed to be true.

In a fact set `attested: yes` stands beside the value. For other records, a file (JSON or YAML) lists them::

    - {patient: p1, fact: pth, value: 12000 pg/mL}        # the value as the record reports it
    - {fact: phosphorus, source: Observation/abc}         # that one resource

`fact` and one of `value` and `source` must be there; without `patient` the entry holds for every patient. An
attestation makes an implausible value usable and does nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from guidelang.diagnostics import Report, did_you_mean
from guidelang.facts.measured import Reported
from guidelang.facts.written import measure_text, text_of

_KEYS = ("patient", "fact", "value", "source")


@dataclass(frozen=True, slots=True)
class Attestation:
    fact: str
    patient: str | None = None
    value: Reported | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Attestations:
    entries: tuple[Attestation, ...] = ()

    def apply(self, patient: str, fact: str, source: str, reported: Reported) -> Reported:
        """The reported value, marked as attested if an entry names it."""
        for entry in self.entries:
            if (
                entry.fact == fact
                and entry.patient in (None, patient)
                and entry.source in (None, source)
                and entry.value in (None, reported)
            ):
                return replace(reported, attested=True)
        return reported


def read_attestations(content: object, facts: Mapping[str, object], report: Report, file: str) -> Attestations:
    """Attestations from the decoded content of a file; every fault in it is an error in the report."""
    if isinstance(content, Mapping):
        content = [content]
    if not isinstance(content, Sequence) or isinstance(content, str):
        report.error("G640", "attestations must be a list", file=file, expected="entries such as `fact`, `value`")
        return Attestations()
    entries = []
    for number, item in enumerate(content, start=1):
        entry = _entry(item, number, facts, report, file)
        if entry is not None:
            entries.append(entry)
    return Attestations(tuple(entries))


def _entry(item: object, number: int, facts: Mapping[str, object], report: Report, file: str) -> Attestation | None:
    where = f"attestation {number}"
    if not isinstance(item, Mapping):
        report.error("G640", f"{where} must be an object with `fact` and `value` or `source`", file=file)
        return None
    unknown = [str(key) for key in item if key not in _KEYS]
    for key in unknown:
        suggestion = did_you_mean(key, _KEYS)
        report.error("G641", f"{where} has the unknown key `{key}`", suggestion=suggestion, file=file)
    fact = text_of(item.get("fact", ""))
    if fact not in facts:
        suggestion = did_you_mean(fact, facts)
        report.error("G642", f"{where} names the unknown fact `{fact}`", suggestion=suggestion, file=file)
        return None
    if "value" not in item and "source" not in item:
        report.error("G640", f"{where} says neither which `value` nor which `source` is attested", file=file)
        return None
    value = None
    if "value" in item:
        try:
            value = measure_text(item["value"])
        except ValueError as error:
            report.error("G643", f"{where}: {error}", file=file)
            return None
    patient = text_of(item["patient"]) if "patient" in item else None
    source = text_of(item["source"]) if "source" in item else None
    return None if unknown else Attestation(fact, patient, value, source)
