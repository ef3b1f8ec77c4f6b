# make demo    the whole loop on the bundled responses: run, review, agreement, ranking, exports
# make test    lint, types, layers and every test, with the real engine
.DEFAULT_GOAL := help
SHELL := bash

BIN := .venv/bin
STAMP := .venv/.installed
export PYTHON

.PHONY: help setup engine images demo lint test bench soak mutate clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

$(STAMP): requirements.lock pyproject.toml scripts/setup.sh
	@scripts/setup.sh

setup: $(STAMP) ## create .venv from the pinned lock

engine: ## make sure a Docker engine answers
	@scripts/ensure-engine.sh

images: setup engine ## build the sandbox images that are missing or outdated
	@$(BIN)/harness images build

demo: images ## the whole loop on the bundled responses; on a terminal the desk stays open
	@scripts/ensure-chromium.sh || true # without a browser the demo says so and goes on
	@$(BIN)/harness demo $(ARGS)

lint: setup ## style, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: lint images ## everything; a test that skips for want of an engine fails
	@scripts/ensure-chromium.sh
	@scripts/ensure-postgres.sh
	@scripts/ensure-faketime.sh
	@HARNESS_REQUIRE_ENGINE=1 $(BIN)/python -m pytest $(ARGS)

bench: images ## measure truth and speed; writes benchmarks/README.md's table
	@$(BIN)/python -m benchmarks $(ARGS)

soak: images ## long load, fuzzed input, and trainers that read our exports
	@scripts/ensure-datasets.sh >/dev/null
	@scripts/ensure-trainers.sh >/dev/null
	@HARNESS_REQUIRE_ENGINE=1 $(BIN)/python -m pytest -m soak $(ARGS)

mutate: setup ## small wrong changes to exports and quality: do tests notice? (ARGS="--sample 200")
	@$(BIN)/python -m benchmarks.mutation $(ARGS)

clean: ## remove caches and reports (the sample stays)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	@find reports -mindepth 1 -maxdepth 1 -not -name sample -exec rm -rf {} + 2>/dev/null || true
