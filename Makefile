# Every command of the project. `make` or `make help` lists them.
# The tools live in .venv, which make creates from the lock files: nothing to prepare by hand.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
RUNTIME := .venv/.runtime-installed
REPORT := .venv/.report-installed
DEVELOPMENT := .venv/.development-installed

# Nothing phones home, whatever the machine's own settings say.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

##@ Every day

.PHONY: help
help: ## List these commands
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Values reach the commands through the environment, so that spaces and quotes in them survive.
.PHONY: build
build: $(RUNTIME) ## Score and publish [RAW= RULES= AS_OF= KNOWN_AT= TARGET= FULL=1]
	@$(BIN)/python scripts/build.py \
		$${RAW:+--raw "$$RAW"} $${RULES:+--rules "$$RULES"} \
		$${AS_OF:+--as-of "$$AS_OF"} $${KNOWN_AT:+--known-at "$$KNOWN_AT"} \
		$${TARGET:+--target "$$TARGET"} $${FULL:+--full}

.PHONY: leads
leads: $(RUNTIME) ## The hottest leads of the last build [MODEL= LIMIT=]
	@$(BIN)/python scripts/show.py leads $${MODEL:+--model "$$MODEL"} $${LIMIT:+--limit "$$LIMIT"}

# USER is also the login name in every shell: only one given to make is meant.
.PHONY: explain
explain: $(RUNTIME) ## Why one person has their score: USER=<user_id> [AT= MODEL=]
	@$(BIN)/python scripts/show.py explain $(if $(filter command line,$(origin USER)),--user "$$USER") \
		$${AT:+--at "$$AT"} $${MODEL:+--model "$$MODEL"}

.PHONY: restatements
restatements: $(RUNTIME) ## What runs said of the past that late data changed [MODEL= LIMIT=]
	@$(BIN)/python scripts/show.py restatements $${MODEL:+--model "$$MODEL"} $${LIMIT:+--limit "$$LIMIT"}

.PHONY: rules
rules: $(RUNTIME) ## All scoring rules in plain words [RULES= MODEL=]
	@$(BIN)/python scripts/show.py rules $${RULES:+--rules "$$RULES"} $${MODEL:+--model "$$MODEL"}

.PHONY: evaluate
evaluate: $(RUNTIME) ## Does the score of the last build predict who converts? [RULES= KNOWN_THEN=1 RAW=]
	@$(BIN)/python scripts/evaluate.py $${RULES:+--rules "$$RULES"} \
		$${KNOWN_THEN:+--known-then} $${RAW:+--raw "$$RAW"}

.PHONY: suggest
suggest: $(DEVELOPMENT) ## Points that the past suggests, tried on later weeks [MODEL= DAYS= RULES=]
	@$(BIN)/python scripts/suggest_weights.py $${MODEL:+--model "$$MODEL"} \
		$${DAYS:+--days "$$DAYS"} $${RULES:+--rules "$$RULES"}

.PHONY: watch
watch: $(RUNTIME) ## Tell people of hot leads within minutes [RAW= RULES= CYCLE= DRY=1 AS_OF= CYCLES=]
	@$(BIN)/python scripts/watch.py $${RAW:+--raw "$$RAW"} $${RULES:+--rules "$$RULES"} \
		$${CYCLE:+--cycle "$$CYCLE"} $${CYCLES:+--cycles "$$CYCLES"} \
		$${AS_OF:+--as-of "$$AS_OF"} $${DRY:+--dry-run}

.PHONY: alerts
alerts: $(RUNTIME) ## What was held and sent [RELEASE=<key or all> DISCARD=<key or all>]
	@$(BIN)/python scripts/alerts.py $${RELEASE:+--release "$$RELEASE"} $${DISCARD:+--discard "$$DISCARD"}

.PHONY: report
report: $(REPORT) ## Draw one page about leads and their score [RAW= RULES= MODEL= PUBLISHED=1]
	@$(BIN)/python scripts/report.py \
		$${RAW:+--raw "$$RAW"} $${RULES:+--rules "$$RULES"} \
		$${MODEL:+--model "$$MODEL"} $${PUBLISHED:+--published}

.PHONY: publish
publish: $(RUNTIME) ## Copy the marts to published/ again
	@$(BIN)/python scripts/publish.py

# The checks run on the demo data in a database of their own, whatever the environment says.
SCRATCH := target/check
CHECK := env PQL_RAW_DIR= PQL_RULES_DIR=seeds/rules PQL_TARGET=dev PQL_SCHEMA=pql \
	PQL_DB=$(SCRATCH)/warehouse.duckdb PQL_PUBLISHED=$(SCRATCH)/published

##@ Trust

.PHONY: verify
verify: $(RUNTIME) ## Recompute the last build from raw rows, independently, and compare [RAW= RULES= AS_OF= KNOWN_AT=]
	@$(BIN)/python scripts/verify.py \
		$${RAW:+--raw "$$RAW"} $${RULES:+--rules "$$RULES"} \
		$${AS_OF:+--as-of "$$AS_OF"} $${KNOWN_AT:+--known-at "$$KNOWN_AT"}

.PHONY: test
test: lint-python parse ## Everything CI runs, cheap checks first (under 6 minutes)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync lint-sql test-dbt
	@$(MAKE) --no-print-directory test-python

.PHONY: lint
lint: lint-python parse lint-sql ## Style of Python and SQL, and the project parsed with warnings as errors

.PHONY: lint-python
lint-python: $(DEVELOPMENT)
	@echo "Checking the style of the Python code ..."
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

# A cached parse hides deprecations.
.PHONY: parse
parse: $(DEVELOPMENT)
	@echo "Parsing the dbt project, warnings are errors ..."
	@$(CHECK) $(BIN)/dbt --quiet --warn-error parse --no-partial-parse --profiles-dir .

# It has a database and a folder of its own: beside it, the project is built.
.PHONY: lint-sql
lint-sql: $(DEVELOPMENT)
	@echo "Checking the style of the SQL code ..."
	@mkdir -p $(SCRATCH)
	@$(CHECK) PQL_DB=$(SCRATCH)/lint.duckdb DBT_TARGET_PATH=$(SCRATCH)/lint DBT_LOG_PATH=$(SCRATCH)/lint \
		$(BIN)/sqlfluff lint --disable-progress-bar --nocolor models tests

.PHONY: test-dbt
test-dbt: $(DEVELOPMENT) ## Build the demo with all unit and data tests, and verify it
	@mkdir -p $(SCRATCH)
	@rm -f $(SCRATCH)/warehouse.duckdb $(SCRATCH)/verified
	@$(CHECK) $(BIN)/python scripts/build.py --unit-tests --evaluation --leads 3
	@$(CHECK) $(BIN)/python scripts/verify.py
	@touch $(SCRATCH)/verified

.PHONY: test-python
test-python: $(DEVELOPMENT) ## Tests of the commands, the verification and the simulator
	@$(BIN)/pytest --quiet --numprocesses 2 --dist loadfile

.PHONY: parity
parity: $(DEVELOPMENT) ## The same marts on DuckDB and Postgres, row for row [RAW= RULES=]
	@env PQL_SCHEMA=pql $(BIN)/python scripts/parity.py $${RAW:+--raw "$$RAW"} $${RULES:+--rules "$$RULES"}

.PHONY: prove
prove: $(DEVELOPMENT) ## The long checks: whole builds, also of real data
	@$(BIN)/pytest --verbose -m prove

.PHONY: bench
bench: $(DEVELOPMENT) ## What a full build costs, beside SQL by hand [SIZE=small, default, large or full]
	@$(BIN)/python scripts/bench.py compare $${SIZE:+--size "$$SIZE"}

.PHONY: bench-lane
bench-lane: $(DEVELOPMENT) ## From rows that land to the row of a firing, in seconds [SIZE=]
	@$(BIN)/python scripts/bench.py lane $${SIZE:+--size "$$SIZE"}

.PHONY: bench-runs
bench-runs: $(DEVELOPMENT) ## What a batch, a day and nothing new cost after a history [SIZE=]
	@$(BIN)/python scripts/bench.py increments $${SIZE:+--size "$$SIZE"}

.PHONY: costs
costs: $(RUNTIME) ## What each table of the last build costs: rows and space [LIMIT=]
	@$(BIN)/python scripts/costs.py $${LIMIT:+--limit "$$LIMIT"}

##@ Postgres

.PHONY: postgres
postgres: $(DEVELOPMENT) ## Start a private server to try; prints how to reach it
	@$(BIN)/python scripts/postgres.py start

.PHONY: postgres-stop
postgres-stop: $(DEVELOPMENT) ## Stop it and remove its data
	@$(BIN)/python scripts/postgres.py stop

##@ Housekeeping

.PHONY: docs
docs: $(DEVELOPMENT) ## Every table of the last build described on one page, the marts drawn: target/docs
	@$(BIN)/python scripts/describe.py

.PHONY: pages
pages: lineage ## Write what the docs draw from the project: the picture and the table of vars
	@$(BIN)/python scripts/list_vars.py

.PHONY: demo-data
demo-data: $(DEVELOPMENT) ## Write seeds/demo: the personas and a simulated crowd
	@$(BIN)/python scripts/generate_seed_data.py --demo

.PHONY: lineage
lineage: $(RUNTIME) ## Draw docs/lineage.svg
	@$(BIN)/python scripts/lineage.py

.PHONY: suffixes
suffixes: $(DEVELOPMENT) ## Write the list of public suffixes from the package that brings it
	@$(BIN)/python scripts/refresh_suffixes.py

.PHONY: lock
lock: $(DEVELOPMENT) ## Lock the newest allowed versions of all packages
	@for name in requirements requirements-postgres requirements-alerts requirements-report requirements-dev; do \
		UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade \
			--no-emit-index-url --python-version 3.11 $$name.in --output-file $$name.txt || exit 1; \
	done

.PHONY: clean
clean: ## Remove the database, what was published and all caches; .venv stays
	@rm -rf target logs published .pytest_cache .ruff_cache .hypothesis warehouse.duckdb warehouse.duckdb.wal warehouse.duckdb.lock
	@find scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. A stamp file says which lock it was made from.
$(RUNTIME): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it with make PYTHON=<path>." >&2; exit 2; }
	@echo "Installing dbt and DuckDB into .venv (once, about 250 MB) ..." >&2
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

$(REPORT): requirements-report.txt $(RUNTIME)
	@echo "Installing the charting library into .venv (once, about 150 MB) ..." >&2
	@$(BIN)/pip install --quiet -r requirements-report.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@echo "Installing the development tools into .venv (once, about 400 MB) ..." >&2
	@$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@
