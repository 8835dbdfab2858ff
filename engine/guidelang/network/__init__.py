"""The rule network: the one representation between a guideline's text and everything that is done with it.

`ir` says what a network is, `compile_network` makes one from a checked guideline, `lower` turns expressions into nodes,
`uses` leaves out what the guideline does not use, `hash` names nodes and networks by their content, `document` is its
JSON form.

Running a network needs neither the parser nor the checks, so `compile_network` is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guidelang.network.hash import network_hash, node_id
from guidelang.network.ir import Network

if TYPE_CHECKING:
    from guidelang.network.compile import compile_network

__all__ = ["Network", "compile_network", "network_hash", "node_id"]


def __getattr__(name: str) -> object:
    if name == "compile_network":
        from guidelang.network.compile import compile_network

        return compile_network
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
