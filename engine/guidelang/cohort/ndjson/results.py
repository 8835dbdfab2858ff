"""From the rows of one type of resource to the rows of the facts, for all records of a piece at once.

Rows without a patient (`name`) are left out before. The tables are those of `cohort.history`, with the patient's name
in the place of the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guidelang.calendar import Moment
from guidelang.cohort.ndjson.keys import Keys
from guidelang.cohort.ndjson.moments import FIELDS, as_row, moments, schema
from guidelang.cohort.ndjson.shapes import AFTER, BEFORE, MEDICATION, NUMBER, TODAY, Drawn, Shape, Shapes, Slot, When
from guidelang.cohort.ndjson.store import NAME, Store
from guidelang.network.ir import ValueType

if TYPE_CHECKING:
    import polars as pl

_NUMBER = r'"value":(-?[0-9]+(?:\.[0-9]+)?)([,}])'
_MOST_CHARACTERS = 15
FACT, OPEN, ODD = "fact:", "open:", "odd"
_PERIOD = r'^\{(?:"start":(?P<start>"[^"\\]*"))?,?(?:"end":(?P<end>"[^"\\]*"))?\}$'
_ENCOUNTER = r'^\{"reference":"(Encounter/[A-Za-z0-9.\-]{1,64})"(?:,"(?:display|type)":"[^"\\]*")*\}$'
_SOMETHING = '[{"reference":"@"}]'
_ID = r'^"([A-Za-z0-9.\-]{1,64})"$'


@dataclass(slots=True)
class Results:
    """What the records of an export say, gathered piece by piece.

    Into the store go, by name of a fact, its rows (`fact`) and those of which it is open whether they are of the fact
    (`open`); and the names of patients with a record that the one-patient reader has to read (`odd`).
    """

    shapes: Shapes
    store: Store

    def add(self, kind: str, frame: pl.DataFrame) -> None:
        """Takes in records of one type: `name`, `id`, and the JSON text of each element of `Keys.names`."""
        keys = self.shapes.keys[kind]
        frame = self._asked_for(kind, _without_references(frame, keys), keys)
        if frame.is_empty():
            return
        frame, broken = _parted(frame, keys)
        self.store.add(ODD, broken)
        frame, names = self._described(frame, keys)
        self._draw(kind, frame, names, keys)

    def _asked_for(self, kind: str, frame: pl.DataFrame, keys: Keys) -> pl.DataFrame:
        """The rows with codes that some fact may be read from."""
        import polars as pl

        what = [*keys.what, *([MEDICATION] if MEDICATION in frame.columns else [])]
        frame = frame.with_columns(frame.select(what).hash_rows(1).alias("what"))
        distinct = frame.unique("what", keep="any").select("what", *what)
        asked = [row[0] for row in distinct.iter_rows() if self.shapes.is_asked_for(kind, what, row[1:])]
        if len(asked) == len(distinct):
            return frame.drop("what")
        return frame.filter(pl.col("what").is_in(asked)).drop("what")

    def _described(self, frame: pl.DataFrame, keys: Keys) -> tuple[pl.DataFrame, list[str]]:
        """The rows with the words of their shapes, and the names of these columns."""
        import polars as pl

        names = [name for name in (*keys.what, *keys.words, *keys.refused) if name in frame.columns]
        names += [*keys.named, *([MEDICATION] if MEDICATION in frame.columns else [])]
        frame = frame.with_columns(
            pl.when(pl.col(name).is_not_null()).then(pl.lit(_SOMETHING)).alias(name) for name in keys.named
        )
        names = [name for name in names if frame[name].null_count() < len(frame)]
        if "valueQuantity" in names:
            text = pl.col("valueQuantity")
            is_flat = ~text.str.contains(r'\\|":[\[{]')
            number = pl.when(is_flat).then(text.str.extract(_NUMBER))
            number = pl.when(number.str.len_bytes() <= _MOST_CHARACTERS).then(number)
            frame = frame.with_columns(number.cast(pl.Float64).alias(NUMBER))
            other = text.str.replace(_NUMBER, f'"value":"{NUMBER}"$2')
            frame = frame.with_columns(
                pl.when(pl.col(NUMBER).is_not_null()).then(other).otherwise(text).alias("valueQuantity")
            )
        else:
            frame = frame.with_columns(pl.lit(None, pl.Float64).alias(NUMBER))
        return frame, names

    def _draw(self, kind: str, frame: pl.DataFrame, names: list[str], keys: Keys) -> None:
        import polars as pl

        frame, slots = _placed(frame, keys, self.shapes)
        for how in ("placed", "text"):
            columns = {name: name for name in names} | {keys.moments[index]: f"{how}:{index}" for index in slots}
            frame, shapes = self._shaped(kind, frame, columns)
            by_date = [number for number, shape in shapes.items() if shape.by_date]
            odd = [number for number, shape in shapes.items() if shape.is_odd]
            if odd:
                self.store.add(ODD, frame.filter(pl.col("shape").is_in(odd)).select(NAME))
            self._filled(frame, shapes, slots, keys)
            if not by_date:
                return
            frame = frame.filter(pl.col("shape").is_in(by_date)).drop("shape")

    def _shaped(
        self, kind: str, frame: pl.DataFrame, columns: Mapping[str, str]
    ) -> tuple[pl.DataFrame, dict[int, Shape]]:
        """The rows with the number of their shape, and the shapes by number."""
        texts = frame.select(list(columns.values()))
        frame = frame.with_columns(texts.hash_rows(1).alias("h1"), texts.hash_rows(5).alias("h2"))
        distinct = frame.unique(["h1", "h2"], keep="any", maintain_order=True).with_row_index("shape")
        shapes = {
            row[0]: self.shapes.of(kind, list(columns), row[1:])
            for row in distinct.select("shape", *columns.values()).iter_rows()
        }
        numbered = distinct.select("h1", "h2", "shape")
        return frame.join(numbered, on=["h1", "h2"], how="left", maintain_order="left").drop("h1", "h2"), shapes

    def _filled(self, frame: pl.DataFrame, shapes: Mapping[int, Shape], slots: Sequence[int], keys: Keys) -> None:
        import polars as pl

        by_fact: dict[str, list[tuple[int, Drawn]]] = {}
        for number, shape in shapes.items():
            for drawn in shape.drawn:
                by_fact.setdefault(drawn.fact, []).append((number, drawn))
        for fact, members in by_fact.items():
            type_ = self.shapes.setting.network.facts[fact].type
            made = frame.join(_table(members, type_), on="shape", how="inner")
            made = made.select(NAME, "matters", *_columns(type_, slots, [drawn for _, drawn in members], keys))
            opened = made.filter(pl.col("matters") == "open")
            if len(opened):
                self.store.add(OPEN + fact, opened.drop("matters"))
                made = made.filter(pl.col("matters") == "result")
            if len(made):
                self.store.add(FACT + fact, made.drop("matters"))


# ---- elements as columns --------------------------------------------------------------------------------------------


def _without_references(frame: pl.DataFrame, keys: Keys) -> pl.DataFrame:
    """The rows with the encounter that they name, as `facts.state.Result` has it but for whether it is there."""
    import polars as pl

    if not keys.links:
        return frame.with_columns(pl.lit(None, pl.String).alias("of_encounter"), pl.lit(False).alias("vague"))
    if keys.what == ("type",):
        own = pl.concat_str(pl.lit("Encounter/"), pl.col("id").str.extract(_ID))
        return frame.with_columns(own.alias("of_encounter"), own.is_null().alias("vague"))
    named = pl.coalesce(pl.col("encounter"), pl.col("context"))
    found = named.str.extract(_ENCOUNTER)
    return frame.with_columns(found.alias("of_encounter"), (found.is_null() & named.is_not_null()).alias("vague"))


def _parted(frame: pl.DataFrame, keys: Keys) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with the text of each date in a column of its own, and the patients of rows that do not allow it."""
    import polars as pl

    broken = pl.col("vague")
    made: list[pl.Expr] = []
    for index, name in enumerate(keys.moments):
        outer, _, inner = name.partition(".")
        text = pl.col(outer)
        if not inner:
            made.append(text.alias(f"text:{index}"))
        elif outer == "meta":
            changed = text.str.extract(r'"lastUpdated":("[^"\\]*")')
            made.append(changed.alias(f"text:{index}"))
            mentions = text.str.count_matches('"lastUpdated"', literal=True)
            broken = broken | (mentions > 1) | ((mentions == 1) & changed.is_null())
        else:
            made.append(text.str.extract(_PERIOD, 1 if inner == "start" else 2).alias(f"text:{index}"))
            broken = broken | (text.is_not_null() & ~text.str.contains(_PERIOD)) | (text == "{}")
    frame = frame.with_columns(*made, broken.fill_null(False).alias("broken"))
    return frame.filter(~pl.col("broken")), frame.filter("broken").select(NAME)


def _placed(frame: pl.DataFrame, keys: Keys, shapes: Shapes) -> tuple[pl.DataFrame, list[int]]:
    """The rows with the moments of their dates, and how these lie to the evaluation day.

    Where a date is no whole day or the dates follow each other in no order that makes sense, their texts stand in.
    """
    import polars as pl

    as_of = shapes.setting.as_of.toordinal()
    slots = [index for index in range(len(keys.moments)) if frame[f"text:{index}"].null_count() < len(frame)]
    read = [
        moments(frame[f"text:{index}"], shapes.setting.zone).rename({name: f"{name}:{index}" for name in FIELDS})
        for index in slots
    ]
    frame = pl.concat([frame, *read], how="horizontal") if read else frame
    regular = pl.lit(True)
    for index in slots:
        first, last = pl.col(f"first:{index}"), pl.col(f"last:{index}")
        regular = regular & (pl.col(f"text:{index}").is_null() | (first == last).fill_null(False))
    course = [index for index in slots if index < len(keys.course)]
    for position, index in enumerate(course):
        for other in course[position + 1 :]:
            regular = regular & ~(pl.col(f"first:{index}") > pl.col(f"first:{other}")).fill_null(False)
    frame = frame.with_columns(regular.alias("regular"))
    for index in slots:
        day = pl.col(f"first:{index}")
        lies = pl.when(day < as_of).then(pl.lit(BEFORE)).when(day > as_of).then(pl.lit(AFTER)).otherwise(pl.lit(TODAY))
        text = pl.col(f"text:{index}")
        lies = pl.when(text.is_not_null()).then(pl.when("regular").then(lies).otherwise(text))
        frame = frame.with_columns(lies.alias(f"placed:{index}"))
    return frame, slots


# ---- what is drawn from them ----------------------------------------------------------------------------------------

_ENDS = {"when": "", "begins": "begins_", "ends": "ends_"}
_NO_MOMENT = (None,) * len(FIELDS)


def _dtype(type_: ValueType) -> pl.DataType:
    import polars as pl

    match type_:
        case "yes_no":
            return pl.Boolean()
        case "quantity" | "number":
            return pl.Float64()
        case "date":
            return pl.Int32()
        case _:
            return pl.String()


def _table(members: Iterable[tuple[int, Drawn]], type_: ValueType) -> pl.DataFrame:
    """What shapes say about one fact, a row each."""
    import polars as pl

    columns: dict[str, pl.DataType] = {
        "shape": pl.UInt32(),
        "matters": pl.String(),
        "value": _dtype(type_),
        "value_slot": pl.Int8(),
        "is_number": pl.Boolean(),
        "unit": pl.String(),
        "comparator": pl.String(),
        "since": pl.Int32(),
        "standing": pl.Boolean(),
        "corrected": pl.Boolean(),
        "course": pl.String(),
        "practitioners": pl.List(pl.String()),
    }
    for what in _ENDS:
        columns[f"{what}_slot"] = pl.Int8()
        columns.update({f"{what}:{name}": dtype for name, dtype in schema().items()})
    rows = []
    for number, drawn in members:
        end, begins, ends = drawn.course or (None, None, None)
        is_day = isinstance(drawn.value, Slot)
        row: list[object] = [
            number,
            drawn.matters,
            None if is_day else drawn.value,
            drawn.value.index if isinstance(drawn.value, Slot) else None,
            drawn.is_number,
            drawn.unit,
            drawn.comparator,
            drawn.since,
            drawn.standing,
            drawn.corrected,
            end,
            list(drawn.practitioners),
        ]
        for when in (drawn.when, begins, ends):
            row += _cells(when)
        rows.append(row)
    return pl.DataFrame(rows, schema=columns, orient="row")


def _cells(when: When) -> list[object]:
    if isinstance(when, Slot):
        return [when.index, *_NO_MOMENT]
    return [None, *(as_row(when) if isinstance(when, Moment) else _NO_MOMENT)]


def _columns(type_: ValueType, slots: Sequence[int], drawn: Sequence[Drawn], keys: Keys) -> list[pl.Expr]:
    """The columns of a fact, from the table and from what the rows themselves say; those alone that hold something."""
    import polars as pl

    value = pl.col("value")
    if type_ in ("quantity", "number"):
        value = pl.when("is_number").then(pl.col(NUMBER)).otherwise(value)
    if type_ == "date":
        value = _from_slots("value_slot", "first", value, slots)
    made = [value.alias("value")]
    lasts = any(each.course is not None for each in drawn)
    for what, prefix in _ENDS.items():
        if lasts or not prefix:
            made += [
                _from_slots(f"{what}_slot", name, pl.col(f"{what}:{name}"), slots).alias(f"{prefix}{name}")
                for name in FIELDS
            ]
    names = ["since", "standing", "corrected"]
    names += ["unit", "comparator"] if type_ in ("quantity", "number") else []
    names += ["course"] if lasts else []
    names += ["practitioners"] if any(each.practitioners for each in drawn) else []
    made += [pl.col(name) for name in names]
    return [*made, *([pl.col("of_encounter").alias("encounter")] if keys.links else [])]


def _from_slots(slot: str, name: str, otherwise: pl.Expr, slots: Sequence[int]) -> pl.Expr:
    import polars as pl

    for index in slots:
        otherwise = pl.when(pl.col(slot) == index).then(pl.col(f"{name}:{index}")).otherwise(otherwise)
    return otherwise
