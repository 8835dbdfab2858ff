"""`guidelang schema`: the JSON schemas of what guidelang prints, and of the rows of event tables that it reads."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from guidelang_cli import terminal

NAME = "schema"
EXAMPLES = (
    "guidelang schema trace > trace.schema.json",
    "guidelang schema network",
)
DRAFT = "https://json-schema.org/draft/2020-12/schema"


class Document(StrEnum):
    TRACE = "trace"
    EXPLAIN = "explain"
    NETWORK = "network"
    FACTS = "facts"
    TEST = "test"
    VERIFY = "verify"
    PROVE = "prove"
    WHATIF = "whatif"
    DIFF = "diff"
    EVENTS = "events"


def command(
    document: Annotated[
        Document,
        typer.Argument(
            metavar="DOCUMENT",
            help="`trace` (of `run`), `explain`, `network`, `facts`, `test`, `verify`, `prove`, `whatif`, `diff` or "
            "`events` (a row).",
        ),
    ],
) -> None:
    """Print a JSON schema (draft 2020-12)."""
    schema = {"$schema": DRAFT, **_schema(document)}
    terminal.write_json(json.dumps(schema, ensure_ascii=False, indent=2))


def _schema(document: Document) -> dict[str, Any]:
    if document is Document.NETWORK:
        from guidelang.network.document import NetworkDocument  # builds its models when imported

        return NetworkDocument.model_json_schema(mode="serialization")
    if document is Document.FACTS:
        from guidelang.requirements.document import FactsDocument

        return FactsDocument.model_json_schema(mode="serialization")
    if document is Document.TEST:
        from guidelang.testing.document import ExamplesDocument

        return ExamplesDocument.model_json_schema(mode="serialization")
    if document is Document.VERIFY:
        from guidelang.verify import VerifyDocument

        return VerifyDocument.model_json_schema(mode="serialization")
    if document is Document.PROVE:
        from guidelang.prove.document import ProofsDocument

        return ProofsDocument.model_json_schema(mode="serialization")
    if document is Document.WHATIF:
        from guidelang.trace.whatif import WhatIfDocument

        return WhatIfDocument.model_json_schema(mode="serialization")
    if document is Document.DIFF:
        from guidelang.diff.document import DiffDocument

        return DiffDocument.model_json_schema(mode="serialization")
    if document is Document.EVENTS:
        from guidelang.facts.event_rows import EVENT_ROW

        return dict(EVENT_ROW)
    from guidelang.trace.document import ExplainDocument, TraceDocument

    return (TraceDocument if document is Document.TRACE else ExplainDocument).model_json_schema(mode="serialization")
