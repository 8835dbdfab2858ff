"""The JSON form of a network, with a published schema (`guidelang schema network`).

The schema is made from the IR itself, so the two cannot drift apart: every node class becomes an object with the tag
`op`, rationals are texts such as "11/2", durations objects, dates ISO 8601. `from_document(to_document(n)) == n`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from guidelang.network import ir
from guidelang.terminology import Code


def _model_of(cls: type) -> type[BaseModel]:
    """A node class as a model: its fields, its identifier, and its name as the tag that tells it apart."""
    hints = get_type_hints(cls)
    fields: dict[str, Any] = {
        "op": (Literal[cls.__name__], ...),
        "id": (str, Field(description="made from the node's content")),
    }
    for field in dataclasses.fields(cls):
        default = ... if field.default is dataclasses.MISSING else field.default
        fields[field.name] = (hints[field.name], default)
    config = ConfigDict(extra="forbid", frozen=True)
    return create_model(cls.__name__, __config__=config, __doc__=cls.__doc__, **fields)


_TAGS = ("op", "id")
_NODE_CLASSES: dict[str, Any] = {cls.__name__: cls for cls in get_args(ir.Node)}
_NODE_MODELS = {name: _model_of(cls) for name, cls in _NODE_CLASSES.items()}
_AnyNode: Any = Annotated[reduce(or_, _NODE_MODELS.values()), Field(discriminator="op")]


class NetworkDocument(BaseModel):
    """A compiled guideline as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal["1.0"] = "1.0"
    name: str
    version: str
    title: str | None
    effective: dt.date | None
    retired: dt.date | None
    hash: str = Field(description="SHA-256 of the meaning, 64 hexadecimal digits")
    sources: tuple[ir.SourceDefinition, ...]
    parameters: tuple[ir.ParameterValue, ...]
    facts: dict[str, ir.FactDefinition]
    derived: dict[str, ir.DerivedDefinition]
    interventions: dict[str, ir.InterventionDefinition]
    rules: dict[str, ir.RuleDefinition]
    scope: str = Field(description="the node that says whether the guideline speaks about a patient")
    nodes: tuple[_AnyNode, ...] = Field(description="operands before the nodes that use them")
    strata: tuple[tuple[str, ...], ...] = Field(description="conditions that are settled together, in order")
    names: dict[str, str] = Field(description="for a node, the words a reader knows it by")
    known_codes: tuple[Code, ...]
    value_sets: tuple[ir.ValueSetDefinition, ...] = ()
    invariants: tuple[ir.InvariantDefinition, ...] = Field(
        default=(), description="what is to be true of every patient; no part of the hash"
    )
    for_invariants: tuple[str, ...] = Field(
        default=(), description="the facts and parameters that nothing but invariants asks for"
    )
    unused_facts: tuple[str, ...]
    adaptation: ir.AdaptationDefinition | None = Field(
        default=None, description="the guideline that it adapts, and its local changes, which are made; not in the hash"
    )


def to_document(network: ir.Network) -> NetworkDocument:
    """The JSON form of a network. Equal networks give equal documents, byte for byte."""
    content: dict[str, Any] = {f.name: getattr(network, f.name) for f in dataclasses.fields(network)}
    content["nodes"] = tuple(
        _NODE_MODELS[type(node).__name__](
            op=type(node).__name__, id=identifier, **{f.name: getattr(node, f.name) for f in dataclasses.fields(node)}
        )
        for identifier, node in network.nodes.items()
    )
    content["known_codes"] = tuple(sorted(network.known_codes))
    return NetworkDocument(**content)


def from_document(document: NetworkDocument) -> ir.Network:
    """The network of a document. The hash is taken as it stands; `network_hash` tells whether it is true."""
    content: dict[str, Any] = {name: getattr(document, name) for name in NetworkDocument.model_fields}
    del content["schema_version"]
    content["nodes"] = {
        node.id: _NODE_CLASSES[node.op](
            **{n: getattr(node, n) for n in type(node).model_fields if n not in ("op", "id")}
        )
        for node in document.nodes
    }
    content["known_codes"] = frozenset(document.known_codes)
    return ir.Network(**content)
