# make demo   sets up .venv and runs the first guideline on one patient
# make test   sets up .venv and runs every check and test
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DEMO   := guidelines/calciphylaxis/patients/01-three-measures.json

.PHONY: demo test lint types contracts pytest agreement spark bench-start bench-one-patient bench-compile bench bench-cohort bench-rules bench-events bench-histories bench-mutants bench-spark bench-hostile fuzz coverage mutants docs record clean

demo: $(STAMP)
	@$(BIN)/guidelang run calciphylaxis $(DEMO) --as-of 2024-06-01 --brief
	@$(BIN)/guidelang explain calciphylaxis $(DEMO) start_cinacalcet --as-of 2024-06-01

test: lint types contracts pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports

pytest: $(STAMP)
	$(BIN)/pytest -q -n 2

# The slower suite: executors held against each other on 200,000 generated cases.
agreement: $(STAMP)
	GUIDELANG_AGREEMENT_CASES=200000 $(BIN)/pytest -q tests/agreement -s

# Cohorts on a Spark cluster of three processes on this machine; needs Java 17.
spark: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,spark]'
	$(BIN)/pytest -q tests/cohort/test_spark.py

# A cold start of one patient against the imports of the libraries; docs/benchmarks.md has the figures.
bench-start: $(STAMP)
	$(BIN)/python benchmarks/start.py

# One patient in memory, side by side with other engines; NODE is a folder where `npm install cql-execution` was run.
bench-one-patient: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check clipspy zen-engine rule-engine
	$(BIN)/python benchmarks/one_patient.py 1000 $(or $(NODE),node)

# From text to rule network, 20 to 20,000 rules, against lark's bare parse.
bench-compile: $(STAMP)
	$(BIN)/python benchmarks/compile.py

# A table of a million patients; docs/benchmarks.md has the figures.
bench-cohort: $(STAMP)
	$(BIN)/python benchmarks/cohort.py

# 200 and 2,000 rules on a table of a hundred thousand patients; docs/benchmarks.md has the figures.
bench-rules: $(STAMP)
	$(BIN)/python benchmarks/rules.py

# All of them, smaller, in one table; takes some minutes.
bench: $(STAMP)
	$(BIN)/python benchmarks/bench.py

# 50 million events; docs/benchmarks.md has the figures.
bench-events: $(STAMP)
	$(BIN)/python benchmarks/events.py 2500000

# Mutants of shipped guidelines; docs/benchmarks.md has the figures.
bench-mutants: $(STAMP)
	$(BIN)/python benchmarks/mutants.py

# One patient with a long history; docs/benchmarks.md has the figures.
bench-histories: $(STAMP)
	$(BIN)/python benchmarks/histories.py

# A table of a million patients on two cores of this machine, without Spark and with it; docs/scale.md has the figures.
bench-spark: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,spark]'
	$(BIN)/python benchmarks/spark.py

# Guidelines and records that nobody means well: time and memory; docs/benchmarks.md has the figures.
bench-hostile: $(STAMP)
	$(BIN)/python benchmarks/hostile.py

# Generated inputs for parser, printer, checks and readers, so many seconds for each; docs/quality.md says more.
SECONDS ?= 60
fuzz: $(STAMP)
	-$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,fuzz]'
	$(BIN)/python -m tests.fuzz.run --seconds $(SECONDS)

# Which lines and branches of the project its tests reach; docs/quality.md has the figures.
coverage: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,quality]'
	$(BIN)/pytest -q -n 2 --cov --cov-report=term:skip-covered --cov-report=html

# Mutants of the code of quantity, facts and run, so many of each (0 for all); docs/quality.md has the figures.
SAMPLE ?= 150
mutants: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,quality]'
	$(BIN)/python tools/mutants.py --sample $(SAMPLE) $(STAGES)

# The documents as a site, in site/.
docs: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# Golden files, written anew; read the diff before you commit it.
record: $(STAMP)
	$(BIN)/pytest -q --record

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "guidelang needs Python 3.11 or later; set PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(STAMP)

clean:
	rm -rf $(VENV) site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
