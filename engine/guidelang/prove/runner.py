"""What an executor says of a patient: the judge of every witness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal, TypeAlias

from guidelang.facts.plain import fact_set
from guidelang.facts.read import read_patients
from guidelang.facts.setting import Setting
from guidelang.facts.state import FactSet
from guidelang.network.ir import Network
from guidelang.run.direct import Direct
from guidelang.run.evaluation import Evaluation
from guidelang.run.literals import Literals

Given: TypeAlias = Literal["yes", "no", "undecided"]
"""Whether a patient gets a piece of advice, or is in scope."""


class Runner:
    """One network, prepared to be run on plain fact sets by the plain executor."""

    def __init__(self, network: Network, as_of: dt.date) -> None:
        self.network = network
        self._setting = Setting(network, as_of)
        self._literals = Literals(network)
        self._direct = Direct(network)

    def run(self, content: Mapping[str, object]) -> Evaluation:
        """The evaluation of a plain fact set."""
        return self.run_on(fact_set(self._setting, content, "witness", "witness"))

    def run_record(self, bundle: Mapping[str, object]) -> Evaluation | None:
        """The evaluation of a FHIR record; None if it cannot be read as that of one patient."""
        found = read_patients(self.network, bundle, as_of=self._setting.as_of)
        return self.run_on(found.patients[0]) if len(found.patients) == 1 else None

    def run_on(self, facts: FactSet) -> Evaluation:
        """The evaluation of a fact set that has been read."""
        values = self._literals.values(facts)
        settled = self._direct.settle(self._literals.truths(facts, values))
        return Evaluation(self.network, facts, values, settled, engine="direct")
