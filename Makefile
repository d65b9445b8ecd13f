# Every target makes the environment that it needs, and makes it anew when
# pyproject.toml has changed. pip and venv are all it takes.

PYTHON ?= python3
VENV := .venv
BENCH := .venv-bench
PIP := -m pip --disable-pip-version-check install -qq
READY := $(VENV)/.ready
BENCH_READY := $(BENCH)/.ready
FUZZ := .venv-fuzz
FUZZ_READY := $(FUZZ)/.ready

# Versions that `make test-all` looks for, on the path and in pyenv.
VERSIONS := 3.11 3.12 3.13 3.14
PYENV := $(or $(PYENV_ROOT),$(HOME)/.pyenv)

# By file: the examples of one page share a namespace and run in order.
PYTEST := -m pytest -q -n auto --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help demo test lint types unit docs fuzz bench test-all facade clean

help:
	@echo "make demo      a campaign from end to end, with a made-up provider"
	@echo "make test      all checks: lint, types, floors, tests, documentation"
	@echo "make lint      ruff, mypy and import-linter alone"
	@echo "make docs      the documentation, into docs/_build/html"
	@echo "make fuzz      strangers' bytes at every edge, for some minutes"
	@echo "make bench     speed beside that of peers"
	@echo "make test-all  the tests on every Python from 3.11 that is found"
	@echo "make facade    renew the imports in src/anonsms/__init__.py"
	@echo "make clean     remove what the other targets made"

$(READY): pyproject.toml packages/anonsms-pigeon/pyproject.toml
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) ..."
	@$(VENV)/bin/python $(PIP) --editable '.[dev]' \
	    --editable packages/anonsms-pigeon
	@touch $@

$(FUZZ_READY): pyproject.toml
	@test -x $(FUZZ)/bin/python || $(PYTHON) -m venv $(FUZZ)
	@echo "Installing into $(FUZZ) ..."
	@$(FUZZ)/bin/python $(PIP) --editable . atheris
	@touch $@

$(BENCH_READY): pyproject.toml benchmarks/peers.txt
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@echo "Installing into $(BENCH) ..."
	@$(BENCH)/bin/python $(PIP) --editable '.[notebook]'
	@# A peer may lack a build for this machine; its rows are then left out.
	@grep -v '^ *\(#\|$$\)' benchmarks/peers.txt | while read -r peer; do \
	    $(BENCH)/bin/python $(PIP) "$$peer" \
	        || echo "Not installed here: $$peer"; \
	done
	@touch $@

demo: $(READY)
	@$(VENV)/bin/python examples/flash_sale.py

lint: $(READY)
	@$(VENV)/bin/ruff check --quiet
	@$(VENV)/bin/ruff format --check --quiet
	@$(VENV)/bin/mypy --no-error-summary
	@$(VENV)/bin/lint-imports --no-logo
	@echo "lint: in order"

unit: $(READY)
	@$(VENV)/bin/python $(PYTEST) --cov --cov-report=term

docs: $(READY)
	@$(VENV)/bin/sphinx-build -q -E -W --keep-going \
	    -d docs/_build/doctrees -b html docs docs/_build/html
	@echo "docs: docs/_build/html/index.html"

test: lint unit docs
	@echo "test: all checks passed"

fuzz: $(FUZZ_READY)
	@for target in unsigned signed secret signature answers; do \
	    echo "== $$target"; \
	    $(FUZZ)/bin/python fuzz/fuzz_edges.py $$target \
	        -max_total_time=30 -verbosity=0 -print_final_stats=1 || exit 1; \
	done

bench: $(BENCH_READY)
	@$(BENCH)/bin/python benchmarks/run.py $(BENCH_ARGS)

test-all:
	@found=""; \
	for version in $(VERSIONS); do \
	    python=$$(ls $(PYENV)/versions/$$version.*/bin/python 2>/dev/null \
	        | tail -n 1); \
	    test -n "$$python" \
	        || python=$$(command -v python$$version 2>/dev/null || true); \
	    if test -z "$$python" || ! "$$python" -c '' 2>/dev/null; then \
	        echo "Python $$version: not found"; continue; \
	    fi; \
	    $(MAKE) --no-print-directory test-one \
	        PYTHON="$$python" VENV=".venv-$$version" || exit 1; \
	    found="$$found $$version"; \
	done; \
	test -n "$$found" || { echo "No Python found."; exit 1; }; \
	echo "test-all: passed on$$found"

.PHONY: test-one
test-one: $(READY)
	@echo "$$($(VENV)/bin/python --version) ($(VENV))"
	@$(VENV)/bin/python $(PYTEST) -p no:cacheprovider

facade: $(READY)
	@$(VENV)/bin/python tests/house/facade.py
	@$(VENV)/bin/ruff format --quiet src/anonsms/__init__.py

clean:
	@rm -rf .venv .venv-* docs/_build build dist .coverage .coverage.* \
	    .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find src tests docs examples benchmarks fuzz packages -name __pycache__ -type d \
	    -prune -exec rm -rf {} +
