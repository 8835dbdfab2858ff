"""Each row of a table used: somebody for whom it is the row that holds."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.network.ir import Table
from guidelang.testing.coverage.decisions import DecisionItems
from guidelang.testing.coverage.item import Item
from guidelang.testing.coverage.places import Decision
from guidelang.testing.coverage.questions import Questions


def row_items(decision: Decision, questions: Questions, items: DecisionItems) -> Iterator[Item]:
    """The rows of the tables of a derived fact, `otherwise` being one."""
    for written, node_id in decision.tables:
        node = questions.node(node_id)
        assert isinstance(node, Table)
        places = [row.span for row in written.rows]
        if written.otherwise is not None:
            places.append(written.otherwise.span)
        for row, span in zip(node.rows, places, strict=True):
            words = " ".join(span.text.split())
            yield Item(
                "row",
                decision.statement,
                span,
                words,
                "used",
                f"{decision.statement.name}: the row {words}",
                items.in_scope(decision, row.condition, questions.is_(row.condition, True)),
                (row.condition, True),
            )
