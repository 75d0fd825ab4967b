# The two commands to know: make demo, make test. Everything they need goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
STAMP := $(VENV)/.requirements
SCAN := .cache/scan
MUTANTS_STAMP := $(VENV)/.requirements-mutants
PORT ?= 5000
ENDPOINT := http://127.0.0.1:$(PORT)
SCENARIOS := default hostile network aurora redis ecs_service rollout apigw
SEEDS ?= 20
PAIRS ?= 20
STORY ?= whole
RUNS ?= 5
MODULE ?=
SAMPLE ?= 1
NEWEST_PYTHON ?= python3.12
STOCK_NEWEST := .cache/stock-newest
JOBS ?= 2
ENV ?= dev
export PATH := $(BIN):$(PATH)
export AWS_EC2_METADATA_DISABLED := true

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-down preview test lint unit sanity importer integration molecule chaos chaos-short drift-suite drift-sample \
  refusals changes stock mutants bench counts cost module docs lock

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Install everything into .venv

$(STAMP): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": set PYTHON=python3.12, say" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(STAMP)

cost: setup ## Estimate what a month of ENV costs, by its inventory alone
	ansible-playbook playbooks/cost.yml -i inventories/$(ENV)

demo: setup ## Deploy the stack to an emulator on this machine and verify it
	@python -m emulator.background start --port $(PORT)
	AWS_ENDPOINT_URL=$(ENDPOINT) ansible-playbook site.yml -i inventories/local
	AWS_ENDPOINT_URL=$(ENDPOINT) ansible-playbook playbooks/verify.yml -i inventories/local
	@cat outputs/local.json
	@printf '%s\n' \
	  'Deployed to $(ENDPOINT). To go on:' \
	  '  make demo                                          again: changes nothing' \
	  '  AWS_ENDPOINT_URL=$(ENDPOINT) .venv/bin/ansible-playbook site.yml -i inventories/local --check --diff -e aurora_max_capacity=4' \
	  '  make demo-down                                     destroys the stack and stops the emulator'

demo-down: setup ## Destroy the demo's stack and stop the emulator
	@python -m emulator.background start --port $(PORT)
	AWS_ENDPOINT_URL=$(ENDPOINT) ansible-playbook playbooks/destroy.yml -i inventories/local -e confirm=local
	@python -m emulator.background stop --port $(PORT)

preview: setup ## Preview ENV (dev) on AWS_ENDPOINT_URL, or on an emulator
ifdef AWS_ENDPOINT_URL
	ansible-playbook site.yml -i inventories/$(ENV) --check --diff
else
	@started=$$(python -m emulator.background start --port $(PORT)) || exit 1; \
	AWS_ENDPOINT_URL=$(ENDPOINT) AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing \
	  ansible-playbook site.yml -i inventories/$(ENV) --check --diff; code=$$?; \
	[ "$$started" != started ] || python -m emulator.background stop --port $(PORT); exit $$code
endif

test: setup ## Run all gates, the fast ones first, in two lanes side by side
	@# the first lane is mostly one process, the second one always two
	@python -m tests.tools.gates \
	  "lint sanity importer counts molecule chaos-short" \
	  "unit integration drift-sample"

lint: setup ## yamllint, ansible-lint, ruff, mypy, generated docs
	yamllint --strict .
	ruff check .
	ruff format --check .
	mypy -p emulator -p ansible_collections.streamflix.content_api.plugins
	python -m tests.tools.docs --check
	antsibull-changelog lint
	# of a collection in a repository, amazon.aws in .venv too, it takes only what git knows: .venv is to be in none
	GIT_CEILING_DIRECTORIES=$(CURDIR) antsibull-docs lint-collection-docs --plugin-docs .
	ansible-lint --offline --profile production

unit: setup ## Unit tests
	pytest tests/unit -n 2

sanity: setup ## ansible-test sanity
	python -m tests.tools.sanity

importer: setup ## Build the collection and import it as Galaxy does
	python -m tests.tools.importer

integration: setup ## Deploy, read everything back with boto3, destroy
	@# each worker deploys a stack of its own, and goes through whole files in order: what removes the stack comes last
	pytest tests/integration -n 2 --dist loadfile --no-loadscope-reorder

molecule: setup ## Every molecule scenario
	@for scenario in $(SCENARIOS); do molecule test -s $$scenario || exit 1; done

drift-suite: setup ## Change every property behind the stack's back: previews must name it, runs repair it
	python -m tests.drift

drift-sample: setup ## A few drifts of all services, with whole runs
	python -m tests.drift --sample

refusals: setup ## Give every variable with a limit a value beyond it: the run must stop before it writes
	python -m tests.refusals

stock: setup $(STOCK_NEWEST)/.requirements ## Take stock modules, oldest and newest release, through what is asked of ours
	python -m tests.stock --python $(BIN)/python $(STOCK_NEWEST)/bin/python --write docs/stock-modules.md

# requirements.txt has the newest release of the collections for a newer Python
$(STOCK_NEWEST)/.requirements: requirements.txt
	@# pyenv starts only a version that is chosen
	PYENV_VERSION=$(NEWEST_PYTHON:python%=%) $(NEWEST_PYTHON) -m venv $(STOCK_NEWEST)
	$(STOCK_NEWEST)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

scan: setup $(SCAN)/.requirements ## Let Prowler scan prod on an emulator: all it finds must be accepted in docs/security.md
	python -m tests.scan --prowler $(CURDIR)/$(SCAN)/bin/prowler

$(SCAN)/.requirements: requirements-scan.txt
	$(PYTHON) -m venv $(SCAN)
	$(SCAN)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-scan.txt
	@touch $@

changes: setup ## Change a deployed stack in every way: no gap, nothing left behind, or a refusal before any write
	python -m tests.changes

chaos: setup ## Live SEEDS lives of the platform on an AWS with all its faults, with kills, and PAIRS of runs at once
	python -m tests.chaos --seeds $(SEEDS) --pairs $(PAIRS) --story $(STORY)

chaos-short: setup ## Two short lives and two pairs of runs
	@$(MAKE) --no-print-directory chaos SEEDS=2 PAIRS=2 STORY=short

mutants: $(MUTANTS_STAMP) ## Put faults into MODULE (all that count), each SAMPLEth, and print how many the unit tests find
	nice python -m tests.mutants --module "$(MODULE)" --sample $(SAMPLE) --jobs $(JOBS)

$(MUTANTS_STAMP): $(STAMP) requirements-mutants.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-mutants.txt
	@touch $(MUTANTS_STAMP)

bench: setup ## Measure the playbooks, medians of RUNS lives
	python -m tests.benchmarks --runs $(RUNS)

counts: setup ## Fail when a run has more tasks, or sends more requests, than are kept
	python -m tests.benchmarks --runs 1 --check

module: setup ## Write the module NAME=CLIENT_RESOURCE (cloudwatch_dashboard) of one more AWS resource, with its test
	@python -m tests.tools.new_module $(NAME) \
	  $(foreach name,CLIENT CREATE CHANGE READ REMOVE BY TYPE ARN,$(if $(filter command,$(origin $(name))),$(name)=$($(name))))

docs: setup ## Generate what follows from modules and roles: tables, RETURN, action plugins and groups
	python -m tests.tools.docs

lock: setup ## Pin all requirements anew
	uv pip compile --quiet --universal --python-version 3.11 --no-annotate --custom-compile-command "make lock" \
	  requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-annotate --custom-compile-command "make lock" \
	  requirements-dev.in -c requirements.txt -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-annotate --custom-compile-command "make lock" \
	  requirements-mutants.in -c requirements-dev.txt -o requirements-mutants.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-annotate --custom-compile-command "make lock" \
	  requirements-scan.in -o requirements-scan.txt
