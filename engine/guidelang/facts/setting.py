"""What all patients of a run share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from guidelang.facts.attest import Attestations
from guidelang.network.ir import Network


@dataclass(frozen=True, slots=True)
class Setting:
    """The guideline, the evaluation day, the zone of times that give none, what is attested, and today if known."""

    network: Network
    as_of: dt.date
    zone: dt.tzinfo = dt.UTC
    attestations: Attestations = field(default_factory=Attestations)
    today: dt.date | None = None

    @property
    def is_past(self) -> bool:
        """Whether the evaluation day is over, so that what has no date may have come after it."""
        return self.today is not None and self.as_of < self.today
