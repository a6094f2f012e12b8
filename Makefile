# Everything runs in an environment of this folder's own; `make run` and `make test` make it when needed.
# What developers need comes into it with the first `make test`: it is three times as much, and pandera is
# slower to begin where hypothesis is installed. So the benchmarks have an environment without it.
PYTHON ?= python3
PORT ?= 3000
TRYTON_PORT ?= 8000
# So many processes test at once: one for each processor.
WORKERS ?= logical
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-from
DEV := $(VENV)/.made-for-developers
BENCH := .venv-bench
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

.PHONY: help env run test types unit check faults mutants bench tryton tryton-env lint format golden samples clean

help:
	@echo "make run     serve the Dagster UI on http://127.0.0.1:$(PORT) and watch the inbox"
	@echo "make test    lint, types and the quick tests: nothing but Python is needed"
	@echo "make check   the browser, real programs, the README, and a tenth of the long tests (SEED=... to repeat them)"
	@echo "make faults  the long fault, fuzz and history tests at full count (SEED=... to repeat them)"
	@echo "make mutants small faults in the heart of the product, and which of them no test notices (an hour)"
	@echo "make bench   the benchmarks (docs/benchmarks.md)"
	@echo "make tryton  serve a Tryton with a company on http://127.0.0.1:$(TRYTON_PORT) (docs/sync-tryton.md)"
	@echo "make golden  write the expected outcome of the samples anew; read the difference before you commit"
	@echo "make samples write the sample company anew (data/samples)"
	@echo "make format  format the code"

env: $(STAMP)

# The stamp is written last: an interrupted installation is made anew.
$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Partita needs Python 3.11 or newer (Debian: apt-get install python3 python3-venv)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Partita needs Python 3.11 or newer")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Partita needs the modules venv and ensurepip of Python (Debian: apt-get install python3-venv)"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python $(PIP_INSTALL) .
	@touch $(STAMP)

$(DEV): $(STAMP)
	$(BIN)/python $(PIP_INSTALL) '.[dev]'
	@touch $(DEV)

$(BENCH)/.made-from: pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(BENCH)
	$(BENCH)/bin/python $(PIP_INSTALL) '.[bench]'
	@touch $@

run: $(STAMP)
	@exec $(BIN)/partita start --port $(PORT) --samples data/samples

# Types are looked at while the tests run: mypy takes one processor, and its time is theirs.
test: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j 2 types unit

types: $(DEV)
	$(BIN)/mypy

unit: $(DEV)
	$(BIN)/python -m pytest -m "not check and not faults" -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Where chance begins: by the commit, so that what failed fails again, and other commits try something else.
check: SEED ?= $(shell git rev-parse --verify HEAD 2>/dev/null || echo partita)
check: $(DEV)
	@$(BIN)/python -m tests.support.needs
	$(BIN)/python -m samples.programs.serve_tryton prepare
	$(BIN)/python -m pytest -m "check or faults or hypothesis" --effort check --seed "$(SEED)" --timeout 600 -n $(WORKERS) --dist loadfile

faults: SEED ?= $(shell date +%s)
faults: $(DEV)
	$(BIN)/python -m pytest -m "faults or hypothesis" --effort faults --seed "$(SEED)" --timeout 1500 -n $(WORKERS) --dist worksteal --durations 13 -v

mutants: SEED ?= $(shell git rev-parse --verify HEAD 2>/dev/null || echo partita)
mutants: $(DEV)
	$(BIN)/python -m tests.mutants --seed "$(SEED)"

bench: $(BENCH)/.made-from
	$(BENCH)/bin/python -m benchmarks.run

tryton-env: $(DEV)
	$(BIN)/python -m samples.programs.serve_tryton prepare

tryton: $(DEV)
	@exec $(BIN)/python -m samples.programs.serve_tryton serve --port $(TRYTON_PORT)

golden: $(DEV)
	PARTITA_WRITE_GOLDEN=1 $(BIN)/python -m pytest tests/unit/test_samples.py tests/unit/test_sample_invoices.py tests/unit/test_generated_documentation.py tests/unit/exports

samples: $(DEV)
	$(BIN)/python -m samples.generate sample data/samples

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) $(BENCH) .tryton build .mypy_cache .ruff_cache .pytest_cache .hypothesis
