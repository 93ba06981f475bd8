# Needs Python 3.11 or newer and make. Everything else comes from the lock files, hash by hash, into .venv.
SHELL := /bin/sh
.NOTPARALLEL:
.DEFAULT_GOAL := help

# The first interpreter that is new enough and able to make an environment; PYTHON=... overrides.
USABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
ifndef PYTHON
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c '$(USABLE)' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
endif

# An environment belongs to one interpreter, one place and one pair of lock files; when any changes it is made anew.
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements.txt requirements-dev.txt
KEY := $(shell { "$(PYTHON)" -VV; pwd; cat $(LOCKS); } 2>/dev/null | cksum | cut -d' ' -f1)
PROJECT_KEY := $(KEY)-$(shell cksum <pyproject.toml | cut -d' ' -f1)
MADE := $(VENV)/.made-$(KEY)
RUNTIME := $(VENV)/.runtime-$(KEY)
DEV := $(VENV)/.dev-$(KEY)
PROJECT := $(VENV)/.project-$(PROJECT_KEY)
# One process of tests for each core; WORKERS=0 runs them in one, as a debugger wants.
WORKERS ?= logical
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-input

.PHONY: help demo test lint format gate readers speed load audit-bench spark-bench lock clean setup setup-dev

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: setup  ## index fourteen invented wire stories and check four texts against them
	@$(BIN)/wirecheck demo

test: setup-dev  ## run the tests, on every core; ARGS="-k name" picks some
	@$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=worksteal $(ARGS)

lint: setup-dev  ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict fingerprints checker api
	@$(BIN)/lint-imports

format: setup-dev  ## let ruff put the code in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

gate: setup-dev  ## accuracy may not fall; reads ../shared/eval, or the directory in WIRECHECK_EVAL
	@WIRECHECK_EVAL="$${WIRECHECK_EVAL:-../shared/eval}" $(BIN)/python -m benchmarks.accuracy $(ARGS)

readers: setup-dev  ## our readers beside independent ones; ARGS=FOLDER names files to read
	@$(BIN)/python -m benchmarks.readers $(ARGS)

speed: setup-dev  ## measure speed and size
	@$(BIN)/python -m benchmarks.speed $(ARGS)

load: setup-dev  ## measure the service under load, and the editor's page; wants an idle machine
	@$(BIN)/python -m benchmarks.service $(ARGS)
	@$(BIN)/python -m benchmarks.page

audit-bench: setup-dev  ## measure audits: speed, memory, what they find; ARGS="--pages 2000" makes it short
	@$(BIN)/python -m benchmarks.audit $(ARGS)

spark-bench: setup-dev  ## one worker of Spark against two; wants Java and an idle machine
	@$(BIN)/python -m benchmarks.spark $(ARGS)

# The runtime lock first; the development lock keeps to its versions. No address of any package index is written.
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --build-deps-for=editable $(ARGS)
lock: setup-dev  ## renew the lock files; ARGS=--upgrade takes newer versions
	@$(COMPILE) --output-file=requirements.txt pyproject.toml
	@$(COMPILE) --extra=dev --extra=postgres --extra=spark --constraint=requirements.txt --output-file=requirements-dev.txt pyproject.toml
	@! grep -nE '://|^ *-(i|f|-index-url|-extra-index-url|-find-links) ' $(LOCKS)

clean:  ## remove the environment and everything generated
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache demo-output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(RUNTIME) $(PROJECT)
setup-dev: $(DEV) $(PROJECT)

$(MADE):
	@test -n "$(PYTHON)" || { for p in python3.13 python3.12 python3.11 python3; do \
		"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { \
		echo "$$p has no venv module: install it (on Debian and Ubuntu: apt-get install python3-venv) and try again." >&2; \
		exit 1; }; done; \
		echo "Wirecheck needs Python 3.11 or newer, and none was found; make PYTHON=/path/to/python names one." >&2; exit 1; }
	@"$(PYTHON)" -c '$(USABLE)' || { \
		echo "$(PYTHON) is older than Python 3.11 or has no venv module (on Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@echo "Setting up $(VENV) with $$("$(PYTHON)" --version) ..."
	@"$(PYTHON)" -m venv --clear $(VENV)
	@touch $@

# Dependencies only as locked and hashed; the project itself is built by the locked setuptools.
$(RUNTIME): | $(MADE)
	@$(INSTALL) --require-hashes -r requirements.txt
	@touch $@

$(DEV): | $(MADE)
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@ $(RUNTIME)

$(PROJECT): | $(RUNTIME)
	@PYTHONWARNINGS=ignore $(INSTALL) --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.project-* && touch $@
