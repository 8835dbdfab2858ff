"""Findings about an input without its names: what was found, and in which input, but not what stands there."""

from __future__ import annotations

from guidelang.diagnostics import Diagnostic
from guidelang.trace.redact.pseudonyms import Pseudonyms

_MESSAGES = {
    "G600": "a file or folder of patients cannot be read",
    "G601": "the input is not the JSON, YAML or CSV that it should be",
    "G602": "there is no patient in the input",
    "G603": "there is no patient of that name in the input",
    "G604": "the input is no patient",
    "G605": "the input looks like a FHIR Bundle and does not say so",
    "G606": "the input has several patients, where one is meant",
    "G607": "a file of patients is too large to be read",
    "G608": "a request names no patient",
    "G620": "the table lacks a column for a fact of the guideline",
    "G621": "a row of the table has too many or too few cells",
    "G622": "a patient has two rows in the table",
    "G623": "a column of the table names nothing that the guideline knows",
    "G624": "a patient is in two inputs, which are not put together",
    "G640": "an attestation is incomplete, or no list",
    "G641": "an attestation has an unknown key",
    "G642": "an attestation names an unknown fact",
    "G643": "an attested value cannot be read",
    "G650": "what is declared complete is no type of record and no fact",
    "G660": "a part of the input belongs to no patient, or was not read",
    "G670": "the guideline asks for histories, which a table with one row a patient does not hold",
    "G672": "the input is none that Spark reads",
    "G673": "the cohort could not be run on Spark",
    "G680": "what is to be otherwise cannot be read",
    "G701": "the map is not in the form of a map",
    "G702": "the map and the table of expected results do not fit together",
    "G703": "the map names something that the guideline does not have",
    "G704": "there is nothing to compare",
    "G705": "the table of expected results cannot be read, or a cell holds what no outcome can be",
    "G706": "nothing says for which day to evaluate the cases",
}
_OTHER = "something about the input, which is not told when identifiers are left out"


def redacted_finding(finding: Diagnostic, pseudonyms: Pseudonyms) -> Diagnostic:
    """A finding about an input, in the words of its code alone."""
    return Diagnostic(
        code=finding.code,
        severity=finding.severity,
        message=_MESSAGES.get(finding.code, _OTHER),
        file=None if finding.file is None else pseudonyms.of("input", finding.file),
    )
