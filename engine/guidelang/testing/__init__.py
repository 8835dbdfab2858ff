"""Tests of a guideline: its examples, run as any patient is.

An example's givens become a plain fact set (`given`), the fact set is evaluated by an executor, and each expectation is
held against the evaluation (`expect`).
"""

from guidelang.testing.examples import ExampleResult, run_example, run_examples
from guidelang.testing.failure import Failure

__all__ = ["ExampleResult", "Failure", "run_example", "run_examples"]
