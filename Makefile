PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
export HF_HUB_OFFLINE := 1

.DEFAULT_GOAL := help
.PHONY: help run test bench bench-digest audit clean

help: ## Show these targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1	\2/'

run: .venv/installed ## Install, build the index, serve on http://127.0.0.1:8000 (ARGS="--port 8080")
	$(BIN)/kb serve $(ARGS)

test: .venv/installed-dev ## Install, then ruff, mypy and all tests (ARGS="-k search")
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest $(ARGS)

bench: .venv/installed ## Measure speed against the encoder's own (ARGS="--documents 1000,10000 --json")
	$(BIN)/kb bench $(ARGS)

bench-digest: .venv/installed ## Measure how fast the digest is written for 20,000 readers
	$(BIN)/python -m web.bench.digest_speed content

audit: .venv/installed-dev .audit/installed ## Check every page's HTML, and Lighthouse's marks (needs Java, Node and Chromium)
	$(BIN)/python -m tests.browser.audit

clean: ## Remove the virtual environment and tool caches; state in var/ stays
	rm -rf .venv .audit build .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

# torch by its exact version and in the same call: a looser range brings gigabytes of CUDA.
.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name it with: make run PYTHON=/path/to/python"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt torch==2.13.0 -e .
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

.audit/installed:
	@command -v java >/dev/null && command -v npm >/dev/null || \
		{ echo "make audit needs Java and Node (on Debian: apt install default-jre-headless npm)"; exit 1; }
	npm install --prefix .audit --no-save --no-fund --no-audit vnu-jar@26.9.27 lighthouse@13.5.0
	touch $@
