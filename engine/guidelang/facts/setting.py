"""What all patients of a run share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from guidelang.facts.attest import Attestations
from guidelang.network.ir import Network


@dataclass(frozen=True, slots=True)
class Setting:
    """The guideline, the evaluation day, the zone of times that give none, and what somebody attests."""

    network: Network
    as_of: dt.date
    zone: dt.tzinfo = dt.UTC
    attestations: Attestations = field(default_factory=Attestations)
