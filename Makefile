# Guidepost. `make run` is all that a fresh machine with Python 3.11 or newer and make needs.

PYTHON ?= $(shell for one in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$one" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$one" && break; done)
BIN := .venv/bin
# The locks are complete, so pip need not look for further dependencies.
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps
UV ?= uv
LOCK := $(UV) pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --quiet
BENCHMARKS := $(filter-out benchmarks/_%,$(wildcard benchmarks/*.py))

.PHONY: help run install test check lint types imports format lock bench soak clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' Makefile

run: .venv/installed ## install what is needed and start the desk at http://127.0.0.1:8080
	@exec $(BIN)/python -m bot serve

install: .venv/installed ## only install; then .venv/bin/guidepost is the command line

test: .venv/installed-dev ## run the tests (ARGS=… goes to pytest)
	@$(BIN)/python -m tests.learning
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

check: lint types imports test ## everything a change has to pass

lint: .venv/installed-dev ## style and mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-dev ## strict typing
	$(BIN)/mypy

imports: .venv/installed-dev ## who may import whom
	$(BIN)/lint-imports

format: .venv/installed-dev ## lay out the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/installed-dev ## run every benchmark
	@for file in $(basename $(notdir $(BENCHMARKS))); do echo "== $$file"; $(BIN)/python -m benchmarks.$$file || exit 1; done

soak: .venv/installed-dev ## prove that nothing is lost and nothing comes twice (ARGS="--minutes 30 --kills 50 --seed 2")
	$(BIN)/python -m pytest -m long
	$(BIN)/python -m tests.harness.soak $(ARGS)

lock: ## renew both lock files; needs uv (UPGRADE=--upgrade takes newer versions)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: install it with 'pip install uv', or say UV=/path/to/uv."; exit 1; }
	$(LOCK) $(UPGRADE) --output-file requirements.lock
	$(LOCK) $(UPGRADE) --extra dev --output-file requirements-dev.lock

clean: ## remove what was installed and built; never data
	rm -rf .venv build dist guidepost.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment per checkout. The stamps say which lock it was last filled from.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Guidepost needs Python 3.11 or newer with its venv module, and found none." \
		"Install it (Debian, Ubuntu: apt install python3 python3-venv) or name it: make run PYTHON=/path/to/python3"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than" \
		"Python 3.11 or lacks its venv module (Debian, Ubuntu: apt install python3-venv)."; exit 1; }
	@"$(PYTHON)" -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing into .venv (once; about a minute) ..."
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	@echo "Installing the tools for development into .venv (once) ..."
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
