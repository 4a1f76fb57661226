# `make run` opens the sample, `make test` proves everything, `make check` is the quick part of it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# auto: compiled where a C compiler and Python's headers are there; CI says compiled.
KERNEL ?= auto
PIP := $(BIN)/pip --disable-pip-version-check --quiet
BUILT_FROM := pyproject.toml setup.py constraints.txt $(wildcard dissectors/syscall/kernel/*.py dissectors/syscall/kernel/*.pxd \
  capture/store/members/*.py capture/store/members/*.pxd)

.PHONY: run test check unit proof coverage bench sanitize kernel pins clean

run: $(VENV)/.run
	$(BIN)/thresher samples/shop

test: check unit proof

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/contract -n 2

# All tests but those that check has run.
unit: $(VENV)/.test
	.ci/expect-kernel $(BIN) $(KERNEL)
	$(BIN)/python -m pytest -n 2 --ignore=tests/contract

# The same without a compiler, in a fresh clone of HEAD with an environment of its own.
proof: $(VENV)/.test
	.ci/interpreted $(PYTHON)

# Sees into the kernel only where that is interpreted.
coverage: $(VENV)/.test
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report --skip-covered

# The fuzzer on a build of the kernel that checks every address; needs gcc's sanitizers.
sanitize: $(VENV)/.test
	.ci/sanitized-kernel $(BIN) --inputs 20000 --both-every 0

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks

# Compiles again what changed in the kernel and fails where it does not compile.
kernel: $(VENV)/.test
	THRESHER_REQUIRE_KERNEL=1 $(BIN)/python setup.py --quiet build_ext --inplace
	.ci/expect-kernel $(BIN) compiled

# Writes the versions of the present environment to constraints.txt.
pins: $(VENV)/.test
	.ci/pins $(BIN) > constraints.txt

clean:
	rm -rf $(VENV) build dist src/thresher/_kernel_compiled src/thresher/_scanner_compiled src/*.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "thresher needs Python 3.11 or newer: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv is missing; as root: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/pyvenv.cfg $(BUILT_FROM)
	$(PIP) install -c constraints.txt setuptools Cython
	$(PIP) install -c constraints.txt --no-build-isolation -e .
	touch $@

$(VENV)/.test: $(VENV)/pyvenv.cfg $(BUILT_FROM)
	$(PIP) install -c constraints.txt setuptools Cython
	$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]'
	touch $(VENV)/.run $@
