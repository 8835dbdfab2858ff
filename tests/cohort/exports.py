"""Random exports: patients with records as they are, and now and then as they should not be."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

Resource: TypeAlias = dict[str, Any]

DAY = dt.date(2024, 6, 1)

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
HL7 = "http://terminology.hl7.org/CodeSystem/"
UCUM = "http://unitsofmeasure.org"

OUT_OF_ORDER = 0.03
"""How often an element is not as it should be."""


def concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": f"code {code}"}]}


class Export:
    """Draws the resources of some patients."""

    def __init__(self, seed: int, patients: int, records: int, *, oddness: float = OUT_OF_ORDER) -> None:
        self.random = Random(seed)
        self.oddness = oddness
        self.lines: list[Resource] = [
            {"resourceType": "Medication", "id": "m1", "code": concept(RXNORM, "11289")},
            {"resourceType": "Medication", "id": "m2", "code": concept(RXNORM, "99999")},
            {"resourceType": "Organization", "id": "o1"},
        ]
        kinds: list[Callable[[], Resource]] = [
            *[self._laboratory] * 4, *[self._observation] * 3, *[self._order] * 4, self._statement, self._dispense,
            self._administration, *[self._condition] * 5, *[self._encounter] * 4, *[self._event] * 6,
        ]  # fmt: skip
        for patient in range(patients):
            self.patient = f"p{patient}"
            self.lines.append(self._person())
            for _ in range(self.random.randrange(records)):
                self._add(self.random.choice(kinds)())
        self.random.shuffle(self.lines)

    def _add(self, resource: Resource) -> None:
        number = len(self.lines)
        again = f"r{self.random.randrange(3, number)}" if self._odd() and number > 4 else f"r{number}"
        subject = "patient" if resource["resourceType"] in ("AllergyIntolerance", "Immunization") else "subject"
        whose: Resource = {"reference": f"Patient/{self.patient}"}
        if self._odd():
            whose = self.random.choice(
                [
                    {"reference": f"http://host/fhir/Patient/{self.patient}", "display": "somebody"},
                    {"reference": f"Patient/{self.patient}/_history/2"},
                    {"reference": "Patient/gone"},
                    {"identifier": {"system": "urn:mrn", "value": self.patient}},
                ]
            )
        self.lines.append({**resource, "id": again, subject: whose})

    # ---- elements ---------------------------------------------------------------------------------------------------

    def _odd(self) -> bool:
        return self.random.random() < self.oddness

    def _word(self, *words: str) -> object:
        if self._odd():
            return self.random.choice(["unknown", "entered-in-error", "nonsense", 5, None])
        return self.random.choice(words)

    def _code(self, *codes: tuple[str, str]) -> Resource:
        if self._odd():
            return self.random.choice([concept(SNOMED, "1234567"), {"coding": [{"code": "1"}], "text": "words"}, {}])
        return concept(*self.random.choice(codes))

    def _date(self, farthest: int = 500) -> object:
        if self._odd():
            return self.random.choice(["2024", "2024-05", "2023-02-30", "yesterday", "2024-05-30T08:30", 2024, None])
        ahead = 40 if self._odd() else 0
        day = DAY - dt.timedelta(days=self.random.randrange(-ahead, self.random.choice([3, 40, farthest])))
        time = self.random.choice(["", "", "T08:30:00Z", "T23:30:00-05:00", "T00:10:00.250+02:00"])
        return day.isoformat() + time

    def _period(self) -> Resource:
        start, end = self._date(), self._date()
        if isinstance(start, str) and isinstance(end, str) and start > end and not self._odd():
            start, end = end, start
        return self.random.choice(
            [{"start": start, "end": end}, {"start": start, "end": end}, {"start": start}, {"end": end}]
        )

    def _times(self, stem: str) -> Resource:
        if self._odd():
            words = {"performedString": "in words"} if stem == "performed" else {f"{stem}Timing": {}}
            twice = {f"{stem}DateTime": self._date(), **words}
            return self.random.choice([{}, {f"{stem}Instant": self._date(), f"{stem}Period": {}}, twice])
        if self.random.random() < 0.4:
            return {f"{stem}Period": self._period()}
        return {f"{stem}DateTime": self._date()}

    def _some(self, share: float, **elements: object) -> Resource:
        return {name: element for name, element in elements.items() if self.random.random() < share}

    # ---- resources --------------------------------------------------------------------------------------------------

    def _person(self) -> Resource:
        death = {"deceasedDateTime": self.random.choice(["2024-05-01", "2024-07-01T10:00:00Z", "2024"])}
        return {
            "resourceType": "Patient",
            "id": self.patient,
            "identifier": [{"system": "urn:mrn", "value": self.patient}],
            **self._some(0.9, gender=self._word("female", "male")),
            **self._some(0.9, birthDate=self.random.choice(["1950-03-01", "1959-06-01", "2001-12-31"])),
            **(death if self._odd() else {}),
            **({"birthDate": self.random.choice(["1959", "nonsense"])} if self._odd() else {}),
            **self._some(0.2, deceasedBoolean=False),
        }  # fmt: skip

    def _laboratory(self) -> Resource:
        """A number with a unit."""
        code, unit, low, high = self.random.choice(
            [
                ("2777-1", "mg/dL", 1, 9),
                ("2777-1", "mmol/L", 0.5, 3),
                ("8480-6", "mm[Hg]", 90, 190),
                ("72514-3", "{score}", 0, 10),
            ]
        )
        value: Resource = {
            "value": round(self.random.uniform(low, high), self.random.randrange(3)),
            "unit": unit,
            "system": UCUM,
            "code": unit,
        }
        if self.random.random() < 0.2:
            value["value"] = {"mg/dL": 5.5, "mm[Hg]": 140, "mmol/L": 1.78}.get(unit, 5)
        if self._odd():
            value = self.random.choice(
                [
                    {**value, "comparator": "<"}, {**value, "comparator": ">="}, {**value, "comparator": "?"},
                    {**value, "value": "6"}, {**value, "value": 999}, {**value, "code": "furlong"},
                    {**value, "system": "urn:other"}, {"value": 6}, {"value": 6, "unit": unit}, {"unit": unit}, {},
                    {**value, "value": 5.5000000000000018}, {**value, "extension": [{"valueQuantity": {"value": 1}}]},
                ]
            )  # fmt: skip
        return self._observed(concept(LOINC, code), {"valueQuantity": value})

    def _observation(self) -> Resource:
        """An answer, a choice, a text, or a panel with components."""
        yes = concept(SNOMED, self.random.choice(["373066001", "373067005"]))
        stage = concept(SNOMED, self.random.choice(["700378005", "700379002"]))
        pressure = {"value": self.random.randrange(100, 190), "unit": "mm[Hg]", "system": UCUM, "code": "mm[Hg]"}
        code, value = self.random.choice(
            [
                ("72166-2", {"valueBoolean": self._odd()}), ("72166-2", {"valueCodeableConcept": yes}),
                ("69405-9", {"valueCodeableConcept": stage}), ("34109-9", {"valueString": "words of a person"}),
                ("72514-3", {"valueInteger": self.random.randrange(11)}), ("frail", {"valueCodeableConcept": yes}),
                ("85354-9", {"component": [{"code": concept(LOINC, "8480-6"), "valueQuantity": pressure}]}),
                ("8480-6", {"component": [{"code": concept(LOINC, "8480-6"), "valueQuantity": pressure}]}),
            ]
        )  # fmt: skip
        if self._odd():
            value = self.random.choice(
                [{"dataAbsentReason": concept("x", "unknown")}, {}, {"valueString": "6.1 mg/dL"}]
            )
        return self._observed(concept(SNOMED, "248279007") if code == "frail" else concept(LOINC, code), value)

    def _observed(self, code: Resource, value: Resource) -> Resource:
        return {
            "resourceType": "Observation",
            "status": self._word("final", "final", "final", "amended", "corrected", "preliminary"),
            "code": code,
            **value,
            **self._times("effective"),
            **self._some(0.8, issued=self._date()),
            **self._some(0.5, encounter={"reference": f"Encounter/r{self.random.randrange(60)}"}),
            **self._some(0.5, performer=[{"reference": f"Practitioner/{self.random.randrange(3)}"}]),
        }

    def _medicine(self) -> Resource:
        if self.random.random() < 0.7:
            return {"medicationCodeableConcept": self._code((RXNORM, "11289"), (RXNORM, "83367"), (RXNORM, "7804"))}
        named = self._word("Medication/m1", "Medication/m1", "Medication/m2") if not self._odd() else "#inside"
        return {"medicationReference": {"reference": named}}

    def _order(self) -> Resource:
        dosage: Resource = {
            "doseAndRate": [
                {"doseQuantity": {"value": self.random.randrange(1, 20), "unit": "mg", "system": UCUM, "code": "mg"}}
            ]
        }
        repeat = {
            **self._some(0.7, boundsPeriod=self._period()),
            **self._some(0.7, frequency=2, period=1, periodUnit="d"),
        }
        dosage["timing"] = {"repeat": repeat}
        return {
            "resourceType": "MedicationRequest",
            "status": self._word("active", "active", "completed", "stopped"),
            "intent": self._word("order", "order", "plan"),
            **self._medicine(),
            **self._some(0.9, authoredOn=self._date(), category=[concept(SNOMED, "3001")]),
            **self._some(0.1, doNotPerform=self.random.choice([True, False])),
            **self._some(0.6, dosageInstruction=[dosage] * self.random.randrange(1, 3)),
            **self._some(0.3, reasonReference=[{"reference": "Condition/r7"}]),
        }  # fmt: skip

    def _statement(self) -> Resource:
        status = self._word("active", "completed", "not-taken")
        return {"resourceType": "MedicationStatement", "status": status, **self._medicine(), **self._times("effective")}

    def _dispense(self) -> Resource:
        supply = {"daysSupply": {"value": 30, "unit": "days", "code": "d", "system": UCUM}}
        handed = self._some(0.9, whenHandedOver=self._date())
        status = self._word("completed", "declined")
        return {"resourceType": "MedicationDispense", "status": status, **self._medicine(), **handed, **supply}

    def _administration(self) -> Resource:
        status = self._word("completed", "in-progress", "not-done")
        medicine = {"medicationCodeableConcept": self._code((RXNORM, "7804"))}
        return {"resourceType": "MedicationAdministration", "status": status, **medicine, **self._times("effective")}

    def _condition(self) -> Resource:
        begun, over = self._date(), self._date(60)
        if isinstance(begun, str) and isinstance(over, str) and begun > over and not self._odd():
            begun, over = over, begun
        rare = [{"onsetAge": {"value": 60, "unit": "a"}}, {"onsetString": "long ago"}, {"onsetPeriod": self._period()}]
        rare += [{"abatementString": "by now"}, {"abatementPeriod": self._period()}]
        clinical = [(f"{HL7}condition-clinical", word) for word in ("active", "active", "resolved")]
        verified = [(f"{HL7}condition-ver-status", word) for word in ("confirmed",) * 4 + ("refuted",)]
        return {
            "resourceType": "Condition",
            "code": self._code((SNOMED, "44054006"), (SNOMED, "363346000"), (SNOMED, "105502003")),
            **self._some(0.9, clinicalStatus=self._code(*clinical)),
            **self._some(0.7, verificationStatus=self._code(*verified)),
            **self._some(0.8, onsetDateTime=begun, recordedDate=self._date()),
            **self._some(0.2, abatementDateTime=over),
            **(self.random.choice(rare) if self._odd() else {}),
        }  # fmt: skip

    def _encounter(self) -> Resource:
        return {
            "resourceType": "Encounter",
            "status": self._word("finished", "finished", "in-progress", "planned"),
            "class": {"system": ACT, "code": self.random.choice(["IMP", "AMB"])},
            "type": [self._code((SNOMED, "185349003"), (SNOMED, "185349003"), (SNOMED, "308335008"))],
            "period": self._period(),
        }

    def _event(self) -> Resource:
        done = {"status": self._word("completed", "completed", "not-done")}
        ordered = {"status": self._word("active", "completed"), "intent": self._word("order", "plan")}
        active = {"clinicalStatus": concept(f"{HL7}allergyintolerance-clinical", "active")}
        penicillin = self._code((SNOMED, "91936005"), (SNOMED, "716186003"))
        kind, elements = self.random.choice(
            [
                ("Procedure", {**done, "code": self._code((SNOMED, "302497006")), **self._times("performed")}),
                ("Immunization", {**done, "vaccineCode": self._code((CVX, "140")), "occurrenceDateTime": self._date()}),
                ("Communication", {**done, "topic": self._code((SNOMED, "225323000")), "sent": self._date()}),
                ("ServiceRequest", {**ordered, "code": self._code((SNOMED, "306206005")), "authoredOn": self._date()}),
                ("DeviceRequest", {**ordered, "codeCodeableConcept": self._code((SNOMED, "702172008"))}),
                ("CarePlan", {**ordered, "category": [self._code((SNOMED, "736366004"))], "period": self._period()}),
                ("AdverseEvent", {"actuality": self._word("actual"), "event": self._code((SNOMED, "131148009"))}),
                ("AllergyIntolerance", {**active, "code": penicillin, "recordedDate": self._date()}),
            ]
        )
        return {"resourceType": kind, **elements}


def write(folder: Path, lines: Sequence[Resource]) -> None:
    """The resources as files of NDJSON, one for each type; what was there before is gone."""
    folder.mkdir(exist_ok=True)
    for each in folder.iterdir():
        each.unlink()
    by_kind: dict[str, list[str]] = {}
    for line in lines:
        by_kind.setdefault(str(line.get("resourceType")), []).append(json.dumps(line))
    for kind, texts in by_kind.items():
        (folder / f"{kind}.ndjson").write_text("\n".join(texts) + "\n", encoding="utf-8")
