# Alone, make prints the commands. Python 3.11 to 3.13 and make are all a machine needs to have.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
TEST_READY := .venv/test-ready

.PHONY: help run test bench check clean

help:
	@echo "make run     install what is needed into .venv and train the LeNet template"
	@echo "make test    install what the tests need and run them all"
	@echo "make check   the fast checks alone: style, types, import rules, tests without Keras"
	@echo "make bench   measure: checking against Keras, our loop against fit"
	@echo "make clean   remove .venv and everything built"

run: $(READY)
	$(BIN)/graphbuilder train assets/templates/lenet.json

test: check
	$(BIN)/pytest -m keras

check: $(TEST_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -m "not keras and not browser" -n auto

bench: $(TEST_READY)
	$(BIN)/python tests/bench.py

clean:
	rm -rf .venv graphbuilder/_canvas

$(BIN)/python:
	$(PYTHON) -c "import sys; v = sys.version_info[:2]; sys.exit(f'graphbuilder needs Python 3.11 to 3.13; this is {v[0]}.{v[1]}. Say which: make run PYTHON=python3.12' if not (3, 11) <= v <= (3, 13) else 0)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

$(READY): pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(TEST_READY): pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	@touch $(READY) $@
