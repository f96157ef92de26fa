# What one does with a working copy. Needs Python 3.11 or newer, make and git; everything else is installed
# into .venv, once, and again when requirements.lock or pyproject.toml changes.

PYTHON ?= python3
JOBS   ?= 2
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PIP    := $(BIN)/python -m pip --disable-pip-version-check
CODE   := snowconf tests bench docs examples
CRUEL  := tests/torture tests/verifying/test_interruptions.py tests/change_control

.PHONY: help setup demo test cover torture check bench lock docs clean

help:
	@echo "make setup   install everything into $(VENV)"
	@echo "make demo    plan, apply, drift, repair and proof of an integration, on the embedded instance"
	@echo "make check   ruff, mypy and the import contracts"
	@echo "make test    all tests"
	@echo "make cover   the same with branch coverage, but for the crash tests; half as long again"
	@echo "make torture every kill, fault, race and edit that 'make test' takes a sample of, with figures; an hour or more"
	@echo "make bench   the numbers: start-up, loading, a plan of 380 records"
	@echo "make docs    write the generated reference pages again"
	@echo "make lock    resolve the dependencies again into requirements.lock and runtime.lock (needs uv)"
	@echo "make clean   remove everything that these commands made"

setup: $(STAMP)

$(STAMP): requirements.lock opa.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "snowconf needs Python 3.11 or newer. Name one: make setup PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Installing into $(VENV) (once; a minute or so) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install -qq --require-hashes --requirement requirements.lock || { \
	  echo "The packages of requirements.lock could not be installed; pip's own words are above. Behind a proxy" >&2; \
	  echo "set HTTPS_PROXY; with a package mirror set PIP_INDEX_URL. Then run the same command again." >&2; exit 1; }
	@$(PIP) install -qq --require-hashes --no-deps --only-binary :all: --ignore-requires-python --requirement opa.lock || { \
	  echo "OPA could not be installed; pip's own words are above. Only tests/policy/test_opa.py needs it, and is skipped." >&2; }
	@$(PIP) install -qq --no-deps --no-build-isolation --editable . || { \
	  echo "snowconf itself could not be installed; pip's own words are above. 'make clean setup' starts afresh." >&2; exit 1; }
	@version=$$($(BIN)/snowconf --version) && touch $@ && echo "Ready: $$version in $(BIN)/snowconf"

demo: $(STAMP)
	@$(BIN)/python examples/demo.py

check: $(STAMP)
	@$(BIN)/ruff check --quiet $(CODE)
	@$(BIN)/ruff format --quiet --check $(CODE) || { echo "Some files are not formatted: $(BIN)/ruff format $(CODE)" >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > $(VENV)/imports.txt || { cat $(VENV)/imports.txt >&2; exit 1; }
	@echo "check: ruff, mypy and the import contracts are satisfied"

test: $(STAMP)
	@$(BIN)/python -m pytest -q -n $(JOBS)

# The crash tests are of whole processes and say nothing of coverage; measured, they take three times as long.
cover: $(STAMP)
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -n $(JOBS) --ignore=tests/torture
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

torture: $(STAMP)
	@SNOWCONF_TORTURE=all $(BIN)/python -m pytest $(CRUEL) -q -rP -n $(JOBS)

bench: $(STAMP)
	@for script in bench/*.py; do $(BIN)/python $$script || exit 1; done

docs: $(STAMP)
	@$(BIN)/python -m docs.generate

lock:
	@command -v uv > /dev/null || { echo "make lock needs uv on the path: https://docs.astral.sh/uv/" >&2; exit 1; }
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  -o requirements.lock pyproject.toml requirements.in
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra rego --constraint requirements.lock -o runtime.lock pyproject.toml runtime.in

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov dist build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
