# Everything anyone runs. Each target sets up what it needs; nothing has to be installed before.
PYTHON ?= $(firstword $(shell command -v python3.11 python3))
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := list
.PHONY: list demo test offline check format samples suites docs screens bench validate soak fuzz clean

list:  ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/ready-test: $(VENV)/ready
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,validators,examples]'
	@touch $@

demo: $(VENV)/ready  ## Three centres' packages in, findings per centre, one release out (store/)
	$(BIN)/registry run sample_data/DE01 sample_data/FR01 sample_data/SE01 --store store

test: $(VENV)/ready-test  ## All tests
	$(BIN)/python -m pytest

check: $(VENV)/ready-test  ## Lint, types, layers, tests: what has to hold before a landing
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

# No network but the machine's own loopback, over which Prefect's server is spoken to. PostgreSQL does
# not run as root, so nobody is made root who is not.
OFFLINE := unshare --net $(if $(filter-out 0,$(shell id -u)),--user --map-current-user --keep-caps) \
	sh -c 'ip link set lo up && exec "$$@"' offline

offline: $(VENV)/ready-test  ## All tests without a network (Linux); TESTS=tests/hostile for some
	$(OFFLINE) $(BIN)/python -m pytest $(TESTS)

$(VENV)/ready-bench: $(VENV)/ready
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	@touch $@

# Arrow's own choice asks for huge pages, and what these cost on a virtual machine whose host takes freed
# memory back changes from run to run.
bench: $(VENV)/ready-bench  ## How fast, beside what else could do the same (an hour; see docs/performance.md)
	ARROW_DEFAULT_MEMORY_POOL=jemalloc $(BIN)/python -m benchmarks.rows
	$(BIN)/python -m benchmarks.outcomes
	$(BIN)/python -m benchmarks.path
# Each wants another version of something the registry has, or is too heavy for every landing.
.venv-validators/%/ready: tests/validators/%.txt
	$(PYTHON) -m venv .venv-validators/$*
	.venv-validators/$*/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

OWN := $(patsubst tests/validators/%.txt,.venv-validators/%/ready,$(wildcard tests/validators/*.txt))

validate: $(VENV)/ready-test $(OWN)  ## A release against every outside validator, offline, and Spark
	REGISTRY_VALIDATE=all $(BIN)/python -m pytest -n0 tests/test_validators.py

$(VENV)/ready-fuzz: $(VENV)/ready-test
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fuzz]'
	@touch $@

fuzz: $(VENV)/ready-fuzz  ## 4,000 mutations of a package's files; a minute of atheris on each reader
	$(BIN)/python -m tests.hostile.fuzz --count 4000 --seed 1
	$(BIN)/python -m tests.hostile.atheris_readers manifest -max_total_time=60
	$(BIN)/python -m tests.hostile.atheris_readers mapping -max_total_time=60

soak: $(VENV)/ready-test  ## A minute of publishing and reading at once
	REGISTRY_SOAK_SECONDS=60 $(BIN)/python -m pytest -n0 tests/test_readers.py -k loop

format: $(VENV)/ready-test  ## Lay the code out in one way
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

samples: $(VENV)/ready  ## Write the three invented centres of sample_data/ anew
	$(BIN)/python -m sample_data.generate --samples

suites: $(VENV)/ready  ## Write the expectation suites as GX JSON anew
	$(BIN)/python -m expectations.suites

docs: $(VENV)/ready-test  ## Write the pages of tables and rules (docs/en, docs/de) anew
	$(BIN)/python -m docs.generate

screens: $(VENV)/ready-test  ## Take the pictures of the report (docs/screens) anew, with Chromium
	$(BIN)/python -m tests.report.screens

clean:  ## Remove the environment and what demo wrote
	rm -rf $(VENV) .venv-validators store
