# Everything that a person or a machine does with Accord. `make` alone lists it.

VENV := .venv
PYTHON ?=
# Further words for behave, pytest or bench: make acceptance ARGS="--tags=@slow -D keep=on_failure"
ARGS ?=
FEATURES ?= features/
# Where nodes run: docker or process. Empty means docker, or process where no Docker can be had.
ENGINE ?=
export PYTHON
ifneq ($(ENGINE),)
export ACCORD_ENGINE := $(ENGINE)
endif

BIN := $(VENV)/bin
RUN_JSON := build/report/run.json

.DEFAULT_GOAL := help
.PHONY: help acceptance test lint lint-python lint-imports lint-features unit contract smoke real bench venv venv-dev engine images lock clean
# Targets build on one another and share one machine: never side by side.
.NOTPARALLEL:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

acceptance: venv engine images ## set up what is missing and run the features (FEATURES=..., ARGS=...)
	@$(BIN)/behave $(FEATURES) $(ARGS)

test: lint unit contract smoke ## the project's own tests: all of the next four

lint: lint-python lint-imports lint-features ## ruff, mypy, who may import whom, and the features' style

lint-python: venv-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

lint-imports: venv-dev
	@$(BIN)/lint-imports --no-logo

lint-features: venv-dev
	@$(BIN)/python -m tests.lint
	@mkdir -p build; $(BIN)/behave --dry-run --no-junit --no-summary --format null features/ \
		>build/dry-run.log 2>&1 || { cat build/dry-run.log; echo "behave --dry-run is not clean"; exit 1; } >&2

unit: venv-dev ## unit and contract tests, on simulated nodes
	@$(BIN)/pytest tests/ $(ARGS)

contract: venv-dev engine images ## what every engine and implementation promises, on real nodes
	@for engine in $$($(BIN)/python -m support engines); do \
		echo "The contracts on $$engine:"; \
		ACCORD_CONTRACT=$$engine:injective $(BIN)/pytest tests/contract -m real $(ARGS) || exit 1; done

smoke: venv engine images ## the @smoke journeys on a real network; fails when none ran
	@rm -f $(RUN_JSON)
	@$(BIN)/behave features/ --tags=@smoke $(ARGS); status=$$?; \
		$(BIN)/python -I -S .ci/closing_line $(RUN_JSON) || exit 1; exit $$status

real: venv-dev engine images ## planted defects, faults that do nothing, violent endings: on real nodes (about 10 minutes)
	@ACCORD_PLANTED=1 $(BIN)/pytest tests/planted tests/endings -m real $(ARGS)

bench: venv engine images ## how fast the suite is, measured against the bare node software
	@$(BIN)/python -m bench $(ARGS)

venv: ## the virtual environment, from requirements.txt
	@setup/venv

venv-dev:
	@setup/venv dev

engine: venv ## what nodes run on: a Docker Engine, or the tools for processes (ENGINE=...)
	@setup/engine

images: venv engine ## what networks are started from: images, or the unpacked program
	@$(BIN)/python -m support prepare

lock: venv-dev ## write requirements*.txt anew from requirements*.in
	@for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
			--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
			$$name.in -o $$name.txt || exit 1; done
	@echo "wrote requirements.txt and requirements-dev.txt"

clean: ## remove what runs left behind, build/, caches and .venv; images and the engine stay
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m support sweep || true; fi
	@rm -rf build $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
