# Everything that a person or a machine does with Accord. `make` alone lists it.

VENV := .venv
PYTHON ?=
# Further words for behave, pytest or bench: make acceptance ARGS="--tags=@slow -D keep=on_failure"
ARGS ?=
FEATURES ?= features/
# Where nodes run: docker or process. Empty means docker, or process where no Docker can be had.
ENGINE ?=
# Which node software: a name, or the path of a settings file. Empty means injective, and for
# contract, smoke, matrix and real one network of every kind.
IMPLEMENTATION ?=
KINDS := $(or $(IMPLEMENTATION),injective etcd handshake)
export PYTHON
ifneq ($(ENGINE),)
export ACCORD_ENGINE := $(ENGINE)
endif
ifneq ($(IMPLEMENTATION),)
export ACCORD_IMPLEMENTATION := $(IMPLEMENTATION)
endif

BIN := $(VENV)/bin
RUN_JSON := build/report/run.json

.DEFAULT_GOAL := help
.PHONY: help acceptance test lint lint-python lint-imports lint-features lint-workflows unit contract smoke matrix real bench browser venv venv-dev engine images lock clean
# Targets build on one another and share one machine: never side by side.
.NOTPARALLEL:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

acceptance: venv engine images ## set up what is missing and run the features (FEATURES=..., ARGS=...)
	@$(BIN)/behave $(FEATURES) $(ARGS)

test: lint unit contract smoke ## the project's own tests: all of the next four

lint: lint-python lint-imports lint-features lint-workflows ## ruff, mypy, who may import whom, the features' style, CI

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

lint-workflows: venv-dev
	@setup/workflow-lint

# A file stays together: its tests may share what takes long to start.
unit: venv-dev ## unit and contract tests, on simulated nodes, as many files at once as there are cores
	@$(BIN)/pytest -n logical --dist loadfile tests/ $(ARGS)

# The first implementation is tried with every engine, the others with the quickest one; what only
# the node software promises is tried once. Networks mostly wait for blocks: two share the time of one.
contract: venv-dev engine images ## what every engine and implementation promises, on real nodes
	@$(BIN)/python -m support prepare $(KINDS)
	@engines=$$($(BIN)/python -m support engines); quickest=$$(echo "$$engines" | tail -n 1); \
	for pair in $$(for engine in $$engines; do echo $$engine:$(firstword $(KINDS)); done) \
			$(foreach kind,$(wordlist 2,9,$(KINDS)),$$quickest:$(kind)); do \
		case $$pair in $$quickest:*) tests=real ;; *) tests="real and engine" ;; esac; \
		echo "The contracts of $$pair:"; \
		ACCORD_CONTRACT=$$pair $(BIN)/pytest -n 2 --dist worksteal tests/contract -m "$$tests" $(ARGS) \
			|| exit 1; done

smoke: venv engine ## the @smoke journeys on a network of every kind; fails when none ran
	@$(BIN)/python -m support prepare $(KINDS)
	@for kind in $(KINDS); do \
		rm -f $(RUN_JSON); status=0; \
		ACCORD_IMPLEMENTATION=$$kind $(BIN)/behave features/ --tags=@smoke $(ARGS) || status=$$?; \
		$(BIN)/python -I -S .ci/closing_line $(RUN_JSON) || exit 1; \
		[ $$status = 0 ] || exit $$status; done

matrix: venv engine ## the same features on every kind of network and engine (ARGS="--tags=@smoke")
	@$(BIN)/python -m support prepare $(KINDS)
	@$(BIN)/python -m support matrix $(ARGS)

real: venv-dev engine ## planted defects, faults that do nothing, violent endings: on real nodes (about 10 minutes)
	@$(BIN)/python -m support prepare $(KINDS)
	@ACCORD_PLANTED=1 $(BIN)/pytest tests/planted tests/endings -m real $(ARGS)

bench: venv engine images ## how fast the suite is, measured against the bare node software
	@$(BIN)/python -m bench $(ARGS)

browser: ## the browser in which the report's page is tested; without one those tests are skipped
	@setup/browser

venv: ## the virtual environment, from requirements.txt
	@setup/venv

venv-dev:
	@setup/venv dev

engine: venv ## what nodes run on: a Docker Engine, or the tools for processes (ENGINE=...)
	@setup/engine

images: venv engine ## what networks are started from: images, or the unpacked program
	@$(BIN)/python -m support prepare $(IMPLEMENTATION)

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
