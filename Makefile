# Everything runs in an environment of this folder's own; `make run` and `make test` make it when needed.
PYTHON ?= python3
PORT ?= 3000
TRYTON_PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-from

.PHONY: help env run test faults bench tryton tryton-env lint format golden samples clean

help:
	@echo "make run     serve the Dagster UI on http://127.0.0.1:$(PORT) and watch the inbox"
	@echo "make test    lint, types and all tests but the long ones"
	@echo "make faults  the long fault, fuzz and history tests at full count"
	@echo "make bench   the benchmarks (docs/benchmarks.md)"
	@echo "make tryton  serve a Tryton with a company on http://127.0.0.1:$(TRYTON_PORT) (docs/sync-tryton.md)"
	@echo "make golden  write the expected outcome of the samples anew; read the difference before you commit"
	@echo "make samples write the sample company anew (data/reference, data/samples)"
	@echo "make format  format the code"

env: $(STAMP)

# The stamp is written last: an interrupted installation is made anew.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Partita needs Python 3.11 or newer")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

run: $(STAMP)
	@exec $(BIN)/partita start --port $(PORT) --samples data

# The real Tryton of the tests is made meanwhile. They wait for it, and say what is missing if it cannot be made.
test: $(STAMP)
	@$(BIN)/python -m tests.support.serve_tryton prepare >/dev/null 2>&1 &
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not faults" -n 3 --dist loadfile --no-loadscope-reorder

faults: $(STAMP)
	$(BIN)/python -m pytest -m faults --timeout 1500

bench: $(STAMP)
	$(BIN)/python -m benchmarks.run

tryton-env: $(STAMP)
	$(BIN)/python -m tests.support.serve_tryton prepare

tryton: $(STAMP)
	@exec $(BIN)/python -m tests.support.serve_tryton serve --port $(TRYTON_PORT)

golden: $(STAMP)
	PARTITA_WRITE_GOLDEN=1 $(BIN)/python -m pytest tests/unit/test_samples.py tests/unit/test_sample_invoices.py tests/unit/test_generated_documentation.py tests/unit/exports

samples: $(STAMP)
	$(BIN)/python -m benchmarks.generate sample data

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .tryton build .mypy_cache .ruff_cache .pytest_cache .hypothesis
