"""Identifiers and hashes made from content: the same meaning gets the same name on every machine.

Content is written as canonical JSON (sorted keys, no blanks, rationals as "p/q", dates in ISO 8601) and hashed with
SHA-256. Operands of commutative connectives are sorted, so the order in which somebody wrote them does not count; what
a constant looks like ("5.50 mg/dL") does not count either, only its value.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from guidelang.network import ir
from guidelang.network.core import without_invariants

_COMMUTATIVE = (ir.And, ir.Or, ir.AtLeast)
_COMMUTATIVE_OPERATORS = ("+", "*", "min", "max")
_NO_MEANING = ("hash", "names", "strata", "invariants", "for_invariants", "unused_facts", "adaptation")
_IN_ORDER = ("text", "plausible")


def plain(value: object) -> Any:
    """A value of the network as JSON knows it. Raises TypeError for what a network cannot hold."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted((plain(item) for item in value), key=json.dumps)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value) if not f.name.startswith("_")}
    raise TypeError(f"a network holds no {type(value).__name__}")


def node_id(node: ir.Node) -> ir.NodeId:
    """The identifier of a node: readable for facts, 12 hexadecimal digits of the content's hash for the rest."""
    if isinstance(node, ir.Holds):
        return f"fact:{node.fact}"
    if isinstance(node, ir.CurrentValue):
        return f"value:{node.fact}"
    return "n" + hashlib.sha256(canonical(_content(node))).hexdigest()[:12]


def network_hash(network: ir.Network) -> str:
    """SHA-256 of all that a network means; what is in `_NO_MEANING` takes no part."""
    network = without_invariants(network)
    content = {
        f.name: getattr(network, f.name) for f in dataclasses.fields(network) if f.name not in ("nodes", *_NO_MEANING)
    }
    declared = {key: _as_sets(key, plain(value)) for key, value in content.items()}
    nodes = {identifier: _content(node) for identifier, node in network.nodes.items()}
    return hashlib.sha256(canonical({**declared, "nodes": nodes})).hexdigest()


def _as_sets(key: str, value: Any) -> Any:
    """Lists in canonical order: the order of codes, readings, advice or citations says nothing. Words keep theirs."""
    if isinstance(value, dict):
        return {name: _as_sets(name, item) for name, item in value.items()}
    if not isinstance(value, list) or key in _IN_ORDER:
        return value
    items = value if key == "cautions" else [_as_sets("", item) for item in value]  # a caution is words in order
    return sorted(items, key=canonical)


def canonical(value: object) -> bytes:
    """Canonical JSON in UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _content(node: ir.Node) -> dict[str, Any]:
    content = {"op": type(node).__name__, **plain(node)}
    if isinstance(node, ir.Constant | ir.DateConstant):
        del content["text"]
    sorts = isinstance(node, _COMMUTATIVE) or (
        isinstance(node, ir.Arithmetic) and node.operator in _COMMUTATIVE_OPERATORS
    )
    if sorts:
        content["operands"] = sorted(content["operands"])
    if isinstance(node, ir.Score | ir.Table):  # the order of items and rows says nothing: rows exclude each other
        name = "items" if isinstance(node, ir.Score) else "rows"
        content[name] = sorted(content[name], key=canonical)
    return content
