# Mingcha 明察. `make` alone lists what there is.
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
SHELL := bash

BIN := .venv/bin
ROOMS := shared server fieldapp tests
# Three workers for the two cores of CI: a fifth of the time is waiting for servers and browsers.
# `make test WORKERS=auto` on a larger machine.
WORKERS ?= 3
# Narrow a run: make test ARGS='tests/shared -k chain'
ARGS ?=

.PHONY: help
help:  ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/' | expand -t 14

.PHONY: setup
setup:  ## install whatever is missing (at most 5 minutes; 1 s when nothing is)
	@.ci/setup/run

.PHONY: setup-test
setup-test:  ## also PostgreSQL, Redis, Chromium and a JVM
	@.ci/setup/run --test

.PHONY: demo
demo: setup-test  ## walk one inspection through real processes, and show it
	@$(BIN)/python -m tests.system.demo $(ARGS)

.PHONY: gallery
gallery: setup-test  ## a picture of every screen of the tablet, both ways round and both languages
	@$(BIN)/python -m tests.fieldapp.gallery $(ARGS)

.PHONY: run
run: setup  ## a county with demonstration data on this machine
	@$(BIN)/mingcha run-demo $(ARGS)

.PHONY: test
test: setup-test  ## every test but the slow ones, in random order
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m 'not torture and not bench and not reach and not walk' $(ARGS)

.PHONY: reach
reach: setup-test  ## every page in a browser, on a phone and at a desk: what axe says, what is loaded
	@$(BIN)/python -m pytest -q -n 2 -m reach -p no:randomly $(ARGS)

# Another draw: make walk MINGCHA_WALK_SEED=7
.PHONY: walk
walk: setup-test  ## a generic tester walks the whole OpenAPI description, all its phases
	@$(BIN)/python -m pytest -q -rP -n 2 --dist worksteal -m walk -p no:randomly $(ARGS)

.PHONY: torture
torture: setup-test  ## tests that kill, cut and flood for minutes; writes docs/torture.md
	@MINGCHA_TESTS_ON_DISK=1 $(BIN)/python -m pytest -q -m torture -p no:randomly -p tests.torture_record --timeout 900 $(ARGS)

# make simulate SEEDS=10000 [FIRST=0] [WORKERS=1], else one process for each core; it writes
# docs/simulated.md and goes on where it was interrupted. SEED=4711 tells one run step by step
SEEDS ?= 1000
FIRST ?= 0
SEED ?=
.PHONY: simulate
simulate: setup-test  ## many tablets and the server under one seeded scheduler
	@$(BIN)/python -m tests.system.simulation --seeds $(SEEDS) --from $(FIRST) $(if $(findstring command,$(origin WORKERS)),--workers $(WORKERS)) $(if $(SEED),--seed $(SEED)) $(ARGS)

.PHONY: bench
bench: setup-test  ## measure what has a budget (SMALL=1: only see that sync's measuring works)
	@MINGCHA_TESTS_ON_DISK=1 $(BIN)/python -m pytest -q -m bench -p no:randomly -p no:xdist --timeout 900 tests/benchmarks $(ARGS)

# Kinto lives in an environment of its own, outside this tree: it needs other versions than we do.
KINTO ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/mingcha/kinto-26
.PHONY: bench-peers
bench-peers: setup-test  ## the same bytes into Kinto and out of it, turn by turn with ours
	@[ -x "$(KINTO)/bin/gunicorn" ] || { $(BIN)/python -m venv "$(KINTO)"; "$(KINTO)/bin/pip" install -q 'kinto[postgresql]>=26,<27' 'gunicorn>=23' 'setuptools<81'; }
	MINGCHA_KINTO="$(KINTO)" MINGCHA_TESTS_ON_DISK=1 $(BIN)/python -m pytest -q -m bench -p no:randomly -p no:xdist --timeout 900 tests/benchmarks/test_peers.py $(ARGS)

.PHONY: check
check: setup  ## style, types, walls between the rooms, catalogues: nothing is changed
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg --no-cache | tail -n 20
	$(BIN)/python .ci/setup/catalogues.py --check

.PHONY: fmt
fmt: setup  ## put the style right
	@$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

.PHONY: docs
docs: setup  ## write the generated tables of docs/ anew
	@$(BIN)/python -m docs

.PHONY: clean
clean:  ## remove everything that set-up and tests made
	@rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks build *.egg-info
