# Alone, make prints the commands. Python 3.11 to 3.13 and make are all a machine needs to have.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
TEST_READY := .venv/test-ready
CANVAS := $(shell find app/components/canvas/frontend -name node_modules -prune -o -type f -print)

.PHONY: help run test check static fast browser bench bench-editor bench-training diagnose applications soak docker-steps pictures audit clean

help:
	@echo "make run             install what is needed into .venv and open the app; FLAGS='--port 8502' for another port"
	@echo "make test            install what the tests need, the browser too, and run them all"
	@echo "make check           the fast checks alone: style, types, import rules, tests without Keras and browser"
	@echo "make audit           ask the Internet whether faults are known of what this depends on"
	@echo "make bench           measure: checking against Keras, our training loop against fit"
	@echo "make bench-editor    measure: the workbench in a browser, beside bare Streamlit pages"
	@echo "make bench-training  measure: from Train to the first point, a class that watches or asks, what verdicts cost"
	@echo "make diagnose        train networks with planted faults, and healthy ones: how many are told apart, and which buttons help"
	@echo "make applications    import every model of keras.applications and hold parameters and answers to Keras"
	@echo "make soak            attack a server and load it, for MINUTES=10: floods, files, a full disk, a class at work"
	@echo "make docker-steps    carry out the Dockerfile's steps in a clean Debian root, without Docker"
	@echo "make pictures        take the README's pictures anew, or those alone that ONLY names"
	@echo "make clean           remove .venv and everything built"

run: $(READY)
	$(BIN)/graphbuilder ui $(FLAGS)

# Types and a browser that is fetched leave a core idle, so they go beside the fast tests. A browser draws by the
# processor here: more than two at once only take longer on two cores.
test: $(TEST_READY)
	$(MAKE) --jobs 3 static fast browser
	$(BIN)/pytest tests/contract -n 2 --dist worksteal
	$(BIN)/pytest tests/e2e -n 2 --dist worksteal

check: $(TEST_READY)
	$(MAKE) --jobs 2 static fast

static: $(TEST_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fast: $(TEST_READY)
	$(BIN)/pytest --ignore tests/contract --ignore tests/e2e -n 2 --dist worksteal

browser: $(TEST_READY)
	$(BIN)/python -m tests.e2e.get_browser

audit: $(TEST_READY)
	$(BIN)/python -m tests.audit

bench: $(TEST_READY)
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_loop

bench-editor: $(TEST_READY)
	$(BIN)/python -m tests.e2e.get_browser
	$(BIN)/python -m tests.bench_editor

bench-training: $(TEST_READY)
	$(BIN)/python -m tests.e2e.get_browser
	$(BIN)/python -m tests.bench_training
	$(BIN)/python -m tests.bench_inside
	$(BIN)/python -m tests.bench_diagnosis

diagnose: $(TEST_READY)
	$(BIN)/python -m tests.diagnosis
	$(BIN)/python -m tests.diagnosis fixes

docker-steps: $(TEST_READY)
	$(BIN)/python -m tests.try_dockerfile

applications: $(TEST_READY)
	$(BIN)/python -m tests.import_applications

soak: $(TEST_READY)
	$(BIN)/python -m tests.soak $(or $(MINUTES),10)

pictures: $(TEST_READY)
	$(BIN)/python -m tests.e2e.get_browser
	$(BIN)/python -m tests.e2e.take_pictures $(ONLY)

clean:
	rm -rf .venv graphbuilder/_canvas app/components/canvas/frontend/node_modules

$(BIN)/python:
	@$(PYTHON) -c "import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else 'graphbuilder needs Python 3.11 to 3.13, and $(PYTHON) is ' + sys.version.split()[0] + '. Name another one: make run PYTHON=python3.12')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

$(READY): pyproject.toml hatch_build.py $(CANVAS) $(BIN)/python
	@echo "Installing what is needed into .venv: the first time, a few minutes without a word."
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(TEST_READY): pyproject.toml hatch_build.py $(CANVAS) $(BIN)/python
	@echo "Installing what is needed into .venv: the first time, a few minutes without a word."
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	@touch $(READY) $@
