# Tradewind: one command each. `make` alone lists them.
PYTHON ?= python3
IN     := .venv/bin/python
ARGS   ?=
BENCH  ?=

.DEFAULT_GOAL := help
.PHONY: help python setup setup-dev serve test test-long check format docs bench lock clean

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

python:
	@command -v $(PYTHON) >/dev/null || { echo "Set-up stopped: there is no $(PYTHON) here. Install Python 3.11" \
	  "or later (Debian: apt-get install python3 python3-venv), or name it: make setup PYTHON=…" >&2; exit 1; }

setup: python  ## Prepare everything the product needs (a second run costs nothing)
	@$(PYTHON) -m tools.set_up

setup-dev: python  ## The same, and what tests and checks need
	@$(PYTHON) -m tools.set_up --dev

serve: setup  ## Start Tradewind; options through ARGS, e.g. ARGS="--port 9000"
	@exec .venv/bin/tradewind serve $(ARGS)

test: setup-dev  ## All tests but the long ones, on SQLite and PostgreSQL; choose with ARGS="tests/house"
	@exec $(IN) -m tools.run_tests $(ARGS)

test-long: setup-dev  ## Crash, fuzz, million-row and real-server tests
	@exec $(IN) -m tools.run_tests --long $(ARGS)

check: setup-dev  ## Lint, format, types, imports, documentation, browser code
	@exec $(IN) -m tools.check $(ARGS)

format: setup-dev  ## Put code into the common format
	@$(IN) -m ruff check --fix --quiet; exec $(IN) -m ruff format

docs: setup-dev  ## Build the documentation into build/docs
	@exec $(IN) -m tools.docs.build

bench: setup-dev  ## Run the benchmarks, or one with BENCH=name
	@exec $(IN) -m tools.bench $(BENCH)

lock: setup-dev  ## Pin requirements/*.in and package.json again
	@exec $(IN) -m tools.lock

clean:  ## Remove what the commands above have made (not your data)
	@rm -rf .venv .work node_modules build dist platform/platform_core/static/vendor
