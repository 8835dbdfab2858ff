"""From the files of a bulk export to what its patients' records say.

Every line is read once, in columns. Who has a record that columns do not tell surely is odd, and is read from his or
her own lines. What cannot be read at all is rejected, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from guidelang.cohort.ndjson.export import File, open_files, refused
from guidelang.cohort.ndjson.keys import keys_of, subject_of
from guidelang.cohort.ndjson.lines import LineReader, Read, pieces_of
from guidelang.cohort.ndjson.moments import moments
from guidelang.cohort.ndjson.one import FILE, KEY, LINE, OWNER, hashed
from guidelang.cohort.ndjson.results import ODD, Results
from guidelang.cohort.ndjson.shapes import MEDICATION, NOT_THERE, Shapes
from guidelang.cohort.ndjson.store import NAME, Store
from guidelang.facts.decode import Unreadable
from guidelang.facts.fhir import Pool
from guidelang.facts.fhir.bundle import SUBJECTS
from guidelang.facts.setting import Setting

if TYPE_CHECKING:
    import polars as pl

_PERSON = ("gender", "birthDate", "deceasedBoolean", "deceasedDateTime")
_TEXT = r'^"([^"\\]+)"$'
_PATIENT = r"^\s*(?:[^#]*/)?Patient/([^/]*[^/\s])(?:/_history/.*)?\s*$"
_BESIDE = r'"(?:display|type)":"[^"\\]*"'
_MEDICATION = rf'^\{{(?:{_BESIDE},)*"reference":"(?:[^"\\ #]*/)?Medication/([^"\\/ ]+)"(?:,{_BESIDE})*\}}$'
_DATE = r'^"\d{4}(?:-\d\d(?:-\d\d(?:T[0-9:.+\-Z]+)?)?)?"$'
_HEAD = 1 << 20
PERSON, PRESENT = "person", "present"
PART = 4 << 30
"""Bytes of an export whose patients are gathered together in memory."""


@dataclass(slots=True)
class ExportScan:
    """What was read of an export so far.

    Attributes:
        store: beside what `results` puts there, `person` with the JSON texts of what is known of each patient, and
            `present` with the types of which somebody has a record.
        people: the names of all patients that have a Patient resource, as `one.hashed` has them.
        unnamed: where Patient resources without an id stand.
        lines: as `one.Lines` has them.
        strays: resources that name no patient in an ordinary way: type, place.
        pool: what could not be read, and whose absence can therefore not be trusted.
        counted: lines by what became of them.
    """

    setting: Setting
    files: list[File]
    results: Results
    store: Store
    people: list[pl.Series] = field(default_factory=list)
    lines: list[pl.DataFrame] = field(default_factory=list)
    strays: list[tuple[str, int, int]] = field(default_factory=list)
    unnamed: list[tuple[int, int]] = field(default_factory=list)
    pool: Pool = field(default_factory=Pool)
    read: int = 0
    _medications: list[pl.DataFrame] = field(default_factory=list)
    _waiting: list[tuple[str, pl.DataFrame]] = field(default_factory=list)

    @classmethod
    def of(cls, setting: Setting, path: Path, folder: Path, *, part: int = PART) -> ExportScan:
        """Reads an export.

        Args:
            folder: for what is unpacked, and for what does not fit into memory.
            part: bytes of an export whose patients are gathered together, about.

        Raises:
            GuidelineError: a file cannot be read.
        """
        files = open_files(path, folder)
        total = sum(file.plain.stat().st_size for file in files)
        store = Store(max(1, -(-total // part)), folder / "parts")
        scan = cls(setting, files, Results(Shapes(setting, keys_of(setting.network)), store), store)
        for number, file in enumerate(files):
            scan._file(number, file, folder)
        scan._with_medications()
        store.settle()
        return scan

    # ---- a file -----------------------------------------------------------------------------------------------------

    def _file(self, number: int, file: File, folder: Path) -> None:
        kinds = self._kinds(file.plain)
        try:
            for piece in pieces_of(file.plain):
                read = self._reader(kinds, folder).read(piece)
                there = set(read.frame["resourceType"].drop_nulls().unique())
                if not kinds.issuperset(there):  # rare: what comes later in the file is of another type
                    kinds |= there
                    read = self._reader(kinds, folder).read(piece)
                self._piece(number, read)
                self.store.settle()
        except OSError as error:
            raise refused(file.path, f"it cannot be read: {error.strerror or type(error).__name__}") from error
        except Unreadable as fault:
            raise refused(file.path, fault.message, fault.line) from fault

    def _kinds(self, path: Path) -> set[str]:
        """The types of resource that a file begins with."""
        with path.open("rb") as file:
            head = file.read(_HEAD)
        return {word.decode() for word in re.findall(rb'"resourceType"\s*:\s*"(\w+)"', head)}

    def _reader(self, kinds: set[str], folder: Path) -> LineReader:
        """What takes lines of these types apart."""
        names = ["id"]
        names += _PERSON if "Patient" in kinds else ()
        names += ("code",) if "Medication" in kinds else ()
        for kind in sorted(kinds):
            names += self.results.shapes.keys[kind].names if kind in self.results.shapes.keys else ()
        subjects = {subject_of(kind) for kind in kinds if kind in SUBJECTS}
        return LineReader(tuple(dict.fromkeys(names)), sorted(subjects), folder)

    # ---- a piece ----------------------------------------------------------------------------------------------------

    def _piece(self, number: int, read: Read) -> None:
        import polars as pl

        self.read += len(read.frame) + len(read.alone)
        for line, value in read.alone:
            self._alone(number, line, value)
        frame = read.frame.with_columns(
            _texts(read.frame["id"]).alias("identity"), pl.lit(number, pl.UInt16).alias(FILE)
        )
        by_kind = frame.partition_by("resourceType", as_dict=True) if frame["resourceType"].n_unique() > 1 else None
        if by_kind is None:
            by_kind = {(frame["resourceType"][0],): frame} if len(frame) else {}
        for (kind,), rows in by_kind.items():
            odd = rows["id"].is_not_null() & rows["identity"].is_null()
            if kind in {None, "Bundle", "OperationOutcome"}:
                odd = pl.repeat(True, len(rows), dtype=pl.Boolean, eager=True)
            for line in rows.filter(odd)[LINE]:
                self._alone(number, line, self.files[number].object(line))
            self._of_kind(kind, rows.filter(~odd))

    def _of_kind(self, kind: str, frame: pl.DataFrame) -> None:
        import polars as pl

        if kind not in SUBJECTS:
            if kind == "Patient":
                frame = frame.with_columns(pl.col("identity").alias(NAME))
                named = frame.filter(pl.col(NAME).is_not_null())
                self.people.append(hashed(named[NAME]))
                self.store.add(PERSON, named.select(NAME, *_PERSON, FILE, LINE))
                self.unnamed += frame.filter(pl.col(NAME).is_null()).select(FILE, LINE).rows()
            elif kind == "Medication":
                self._medications.append(frame.select("identity", "code"))
            self._note(kind, frame.with_columns(pl.lit(None, pl.String).alias(NAME)))
            return
        frame = frame.with_columns(_patients(frame[subject_of(kind)]).alias(NAME))
        self._note(kind, frame)
        without = frame.filter(pl.col(NAME).is_null())
        self.strays += [(kind, *place) for place in without.select(FILE, LINE).iter_rows()]
        self._present(kind, frame[NAME].drop_nulls())
        if kind not in self.results.shapes.keys:
            return
        frame = frame.filter(pl.col(NAME).is_not_null())
        if "medicationReference" in frame.columns:
            refers = pl.col("medicationReference").is_not_null() & pl.col("medicationCodeableConcept").is_null()
            waiting = frame.filter(refers)
            if len(waiting):
                self._waiting.append((kind, waiting))
            frame = frame.filter(~refers)
        self.results.add(kind, frame)

    def _present(self, kind: str, names: pl.Series) -> None:
        self.store.add(PRESENT, names.unique().to_frame(NAME).with_columns(_lit(kind)))

    def _note(self, kind: str, frame: pl.DataFrame) -> None:
        """Keeps where the resources stand."""
        import polars as pl

        keys = frame.select(pl.concat_str(pl.lit(f"{kind}/"), "identity")).to_series()
        self.lines.append(
            pl.DataFrame(
                [hashed(keys).set(keys.is_null(), None).alias(KEY), _owners(frame[NAME]), frame[FILE], frame[LINE]]
            )
        )

    def _alone(self, number: int, line: int, value: object) -> None:
        """A line that columns do not tell: its patient is odd, or nobody can read it."""
        import polars as pl

        file = self.files[number]
        place = f"{file.path}:{line}"
        named = re.match(r"[A-Z][A-Za-z]+", file.path.name)
        if isinstance(value, Unreadable):
            self.pool.unreadable(place, value.message, named[0] if named else None)
            return
        if not isinstance(value, Mapping):
            self.pool.unreadable(place, "it is not an object", named[0] if named else None)
            return
        kind, identity = value.get("resourceType"), value.get("id")
        if not isinstance(kind, str):
            self.pool.unreadable(place, "it has no resourceType", None)
            return
        if kind == "Bundle":
            self.pool.unreadable(place, "it is a Bundle, where an export has one resource a line", None)
            return
        if kind == "OperationOutcome":
            self.pool.add(value, place)
            return
        subject = value.get(SUBJECTS[kind]) if kind in SUBJECTS else None
        reference = subject.get("reference") if isinstance(subject, Mapping) else None
        name = None
        if isinstance(reference, str) and not reference.startswith("urn:"):
            found = re.match(_PATIENT, reference)
            name = found[1] if found else None
        identity = identity if isinstance(identity, str) and identity else None
        if kind == "Patient" and identity is not None:
            one = pl.DataFrame({NAME: [identity]})
            self.people.append(hashed(one[NAME]))
            blank = one.with_columns(*(pl.lit(None, pl.String).alias(each) for each in _PERSON))
            self.store.add(PERSON, blank.with_columns(_number(number, FILE, pl.UInt16), _number(line, LINE, pl.UInt32)))
            self.store.add(ODD, one)
        schema = {"identity": pl.String, NAME: pl.String, FILE: pl.UInt16, LINE: pl.UInt32}
        self._note(kind, pl.DataFrame([(identity, name, number, line)], schema=schema, orient="row"))
        if kind == "Medication":
            unread = {"identity": [identity], "code": [None]}
            self._medications.append(pl.DataFrame(unread, schema={"identity": pl.String, "code": pl.String}))
        if kind not in SUBJECTS:
            return
        if name is None:
            self.strays.append((kind, number, line))
            return
        names = pl.Series(NAME, [name], dtype=pl.String)
        self._present(kind, names)
        if kind in self.results.shapes.keys:
            self.store.add(ODD, names.to_frame())

    # ---- medications that are referred to ----------------------------------------------------------------------------

    def _with_medications(self) -> None:
        import polars as pl

        if not self._waiting:
            return
        known = pl.DataFrame(schema={"identity": pl.String, "code": pl.String})
        if self._medications:
            known = pl.concat(self._medications).filter(pl.col("identity").is_not_null())
        once = known.group_by(pl.col("identity").alias("medicine")).agg(
            pl.col("code").n_unique().alias("codes"), pl.col("code").first().alias("medicine_code")
        )
        medicine = pl.col("medicationReference").str.extract(_MEDICATION)
        odd = (
            pl.col("medicine").is_null()
            | (pl.col("codes") > 1).fill_null(False)
            | (pl.col("codes").is_not_null() & pl.col("medicine_code").is_null())
        )
        code = pl.when(pl.col("codes").is_null()).then(pl.lit(f'"{NOT_THERE}"')).otherwise("medicine_code")
        for kind, frame in self._waiting:
            joined = frame.with_columns(medicine.alias("medicine")).join(once, on="medicine", how="left")
            self.store.add(ODD, joined.filter(odd).select(NAME))
            rows = joined.filter(~odd).with_columns(
                code.alias(MEDICATION), pl.lit(None, pl.String).alias("medicationReference")
            )
            self.results.add(kind, rows.drop("medicine", "codes", "medicine_code"))
        self._waiting.clear()

    # ---- persons ----------------------------------------------------------------------------------------------------

    def person(self, part: int) -> pl.DataFrame:
        """`name`, `birth_date`, `sex` and `deceased` as cells of a fact set, and whether the person is `odd`."""
        import polars as pl

        schema = {**dict.fromkeys((NAME, *_PERSON), pl.String), FILE: pl.UInt16, LINE: pl.UInt32}
        people = pl.concat([pl.DataFrame(schema=schema), *self.store.get(PERSON, part)])
        sex = pl.col("gender").str.extract(r'^"(female|male|other|unknown)"$')
        dead = pl.col("deceasedDateTime")
        found = people.with_columns(
            moments(people["birthDate"], self.setting.zone)["first"].alias("born"),
            moments(people["deceasedDateTime"], self.setting.zone)["first"].alias("died"),
        )
        odd = (pl.col("gender").is_not_null() & sex.is_null()) | pl.col(NAME).is_duplicated()
        for name, day in (("birthDate", "born"), ("deceasedDateTime", "died")):
            fits = pl.col(name).str.contains(_DATE) & pl.col(day).is_not_null()
            odd = odd | (pl.col(name).is_not_null() & ~fits)
        odd = odd | (pl.col("deceasedBoolean").is_not_null() & ~pl.col("deceasedBoolean").is_in(["true", "false"]))
        said = pl.col("deceasedBoolean").replace_strict({"true": "yes", "false": "no"}, default=None)
        return found.select(
            NAME,
            pl.col("birthDate").str.extract(_TEXT).alias("birth_date"),
            sex.alias("sex"),
            pl.when(dead.is_not_null()).then(dead.str.extract(_TEXT)).otherwise(said).alias("deceased"),
            odd.fill_null(True).alias("odd"),
            FILE,
            LINE,
        )


def _number(value: int, name: str, dtype: type[pl.DataType]) -> pl.Expr:
    import polars as pl

    return pl.lit(value, dtype).alias(name)


def _texts(found: pl.Series) -> pl.Series:
    """What JSON texts without escapes say; NULL for others and for what is no text."""
    if found.str.starts_with('"').all() and not found.str.contains("\\", literal=True).any():
        return found.str.head(-1).str.tail(-1).replace("", None)
    return found.str.extract(_TEXT)


def _patients(references: pl.Series) -> pl.Series:
    """The names of patients in references; NULL for those that name no patient, or in no ordinary way."""
    import polars as pl

    names = references.str.strip_prefix("Patient/")
    if (references.str.starts_with("Patient/") & ~names.str.contains(r"[/\s]") & (names != "")).all():
        return names
    named = references.str.extract(_PATIENT)
    return pl.select(pl.when(~references.str.starts_with("urn:")).then(named)).to_series()


def _lit(kind: str) -> pl.Expr:
    import polars as pl

    return pl.lit(kind).alias("type")


def _owners(names: pl.Series) -> pl.Series:
    return hashed(names).set(names.is_null(), None).alias(OWNER)
