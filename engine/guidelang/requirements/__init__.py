"""What data a guideline needs: for who connects it to a record, before the first patient.

`data_requirements` reads it off the network: each fact with its codes, units, windows and statuses, and the rules that
read it. It is written as a page (`page`), as a table with one row a code (`table`), as JSON by a published schema
(`document`), and as a FHIR Library with one DataRequirement a query (`fhir`).
"""

from guidelang.requirements.needs import DataRequirements, ReadingRequirement, Requirement, data_requirements

__all__ = ["DataRequirements", "ReadingRequirement", "Requirement", "data_requirements"]
