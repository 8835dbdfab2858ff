"""The answer to a question about histories, a value or a truth for each patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns with one row a patient.

    Attributes:
        truth: of a condition; NULL is unknown.
        value, error, whole, nearest: of a value node, as in `columnar_number.Value`.
        odd: whether the columns leave the answer open, so that the patient has to be read one by one.
    """

    truth: pl.Series | None = None
    value: pl.Series | None = None
    error: pl.Series | None = None
    odd: pl.Series | None = None
    whole: bool = False
    nearest: pl.Series | None = None
