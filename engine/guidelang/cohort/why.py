"""Why rules are undecided: for each patient and rule the facts that are needed, with the reasons why they are unknown.

These are the missing sets of the one-patient trace, a row for each reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guidelang.cohort.naming import SCOPE, WHY, rule_columns
from guidelang.cohort.source import PATIENT
from guidelang.network.ir import Network
from guidelang.run.columnar import Columnar, Settled
from guidelang.run.columnar_exact import FactCauses
from guidelang.run.columnar_missing import Needed
from guidelang.run.columnar_table import FactTable

if TYPE_CHECKING:
    import polars as pl


def no_reasons() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema=dict.fromkeys(WHY, pl.String))


class Why:
    """Tells why, chunk by chunk."""

    def __init__(self, network: Network, executor: Columnar) -> None:
        self._network = network
        self._executor = executor
        self._causes: dict[str, FactCauses] = {}

    def rows(self, settled: Settled, table: FactTable, names: pl.Series) -> pl.DataFrame:
        """Rows with the columns `WHY`, by rule, fact and patient; the scope comes first."""
        import polars as pl

        parts = [no_reasons()]
        for rule, column in {"": SCOPE, **rule_columns(self._network)}.items():
            needed = self._executor.needed(settled, table, rule)
            for fact, frame in self._of(needed, settled, table).items():
                told = frame.unique(maintain_order=True).sort("row", maintain_order=True)
                parts.append(
                    told.select(
                        names.gather(told["row"]).alias(PATIENT),
                        pl.lit(column).alias("rule"),
                        pl.lit(fact).alias("fact"),
                        "reason",
                        "detail",
                    )
                )
        return pl.concat(parts)

    def _of(self, needed: Needed, settled: Settled, table: FactTable) -> dict[str, pl.DataFrame]:
        """By fact: row, reason, detail."""
        import polars as pl

        found: dict[str, list[pl.DataFrame]] = {}
        for fact, rows in needed.plain.items():
            if fact not in self._causes:
                self._causes[fact] = FactCauses(self._network, fact, table)
            found.setdefault(fact, []).append(self._causes[fact].told(settled.frame, rows))
        for literal, rows in needed.exact:
            for fact, frame in self._executor.exact(literal, table).causes(settled.frame, rows).items():
                found.setdefault(fact, []).append(frame)
        return {fact: pl.concat(found[fact]) for fact in sorted(found)}
