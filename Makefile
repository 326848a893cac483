# The short names of everything. `make` alone lists them.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
SAM_VENV := .venv-sam
AWS_VENV := .venv-aws
PEERS_VENV := .venv-peers
FUZZ_VENV := .venv-fuzz
SECONDS := 60
CLIENTS_VENV := .venv-clients
export BIN PYTHON FEEDS OPML ARCHIVE SET

.DEFAULT_GOAL := help
.PHONY: help archive rehearse test check audit format bench build deploy destroy \
	manual replayweb costs coldstart scale sam museum fuzz corpora lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

archive: $(VENV)/.runtime ## the main job here: a bundled site, or FEEDS="uri …" or OPML=file
	@tools/archive.sh

rehearse: $(VENV)/.dev ## the main job through the Lambda handlers, on a local AWS (moto)
	@$(BIN)/python -m tests.aws.rehearse $(FEEDS)

test: $(VENV)/.dev $(SAM_VENV)/.sam $(AWS_VENV)/.aws $(CLIENTS_VENV)/.clients check ## all tests, and what `check` checks
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(VENV)/.dev ## formatter, linter, type checker, known holes in dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m tools.audit

audit: $(VENV)/.dev ## dependencies with known holes; fails where nobody can be asked
	$(BIN)/python -m tools.audit --required

format: $(VENV)/.dev ## let the formatter and the linter mend what they can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

manual: $(VENV)/.dev ## docs/cli.md, from the help of each command
	@$(BIN)/python -m tools.manual

bench: $(VENV)/.dev $(PEERS_VENV)/.peers ## speed and requests, beside the peers, in one run
	$(BIN)/python -m benchmarks.run --peer-python $(PEERS_VENV)/bin/python

build: $(VENV)/.dev $(SAM_VENV)/.sam ## the artifact that is deployed, in .aws-sam/
	tools/build.sh

deploy: $(VENV)/.dev $(SAM_VENV)/.sam ## build and deploy; asks what it needs the first time (SET="Name=value …")
	@$(BIN)/python -m tools.deploying $(SET)

destroy: $(VENV)/.dev $(SAM_VENV)/.sam ## delete the app; the archive stays, and it says where
	@$(BIN)/python -m tools.destroying

replayweb: $(VENV)/.dev ## fetch what runs the scripts of replayed pages (ReplayWeb.page, AGPL, from npm)
	$(BIN)/python -m tools.replayweb

costs: $(VENV)/.dev ## what a poll and an article cost on AWS, counted on moto and priced
	$(BIN)/python -m benchmarks.costs

coldstart: $(VENV)/.dev $(SAM_VENV)/.sam ## how long each function takes to start, under Lambda's emulator
	$(BIN)/python -m benchmarks.coldstart --build

scale: $(VENV)/.dev ## what gives way first as feeds and articles grow, simulated
	$(BIN)/python -m benchmarks.scale

sam: $(SAM_VENV)/.sam ## the SAM CLI, in an environment of its own

museum: $(VENV)/.dev ## the table of hostile input: rows, cases, passed
	@$(BIN)/python -m tests.museum

corpora: $(VENV)/.dev ## real feeds, pages and WARCs through the whole, in 1 GB (CORPORA=folder)
	@$(BIN)/python -m tests.hostile.pipeline

fuzz: $(FUZZ_VENV)/.fuzz ## coverage-guided fuzzing: SECONDS=600 each, TARGETS="feeds warcs"
	@$(FUZZ_VENV)/bin/python -m tests.fuzz --seconds $(SECONDS) $(TARGETS)

lock: $(VENV)/.dev ## pin all dependencies anew
	HOZON_PIP_COMPILE=$(CURDIR)/$(BIN)/pip-compile tools/lock.sh --upgrade

clean: ## remove what was built (never an archive)
	rm -rf $(VENV) $(SAM_VENV) $(AWS_VENV) $(PEERS_VENV) $(CLIENTS_VENV) $(FUZZ_VENV) .aws-sam .cache .mypy_cache .ruff_cache .pytest_cache

# An environment is made anew when its lock changes.
$(VENV)/.runtime: functions/requirements.txt pyproject.toml
	@tools/venv.sh $(VENV) functions/requirements.txt
	@tools/link.sh $(VENV)
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml
	@tools/venv.sh $(VENV) requirements-dev.txt
	@tools/link.sh $(VENV)
	@touch $@ $(VENV)/.runtime

$(PEERS_VENV)/.peers: requirements-peers.txt
	@tools/venv.sh $(PEERS_VENV) requirements-peers.txt
	@touch $@

$(AWS_VENV)/.aws: requirements-aws.txt
	@tools/venv.sh $(AWS_VENV) requirements-aws.txt
	@touch $@

$(CLIENTS_VENV)/.clients: requirements-clients.txt
	@tools/venv.sh $(CLIENTS_VENV) requirements-clients.txt
	@touch $@

$(FUZZ_VENV)/.fuzz: requirements-fuzz.txt
	@tools/venv.sh $(FUZZ_VENV) requirements-fuzz.txt
	@tools/link.sh $(FUZZ_VENV)
	@touch $@

$(SAM_VENV)/.sam: requirements-sam.txt
	@tools/venv.sh $(SAM_VENV) requirements-sam.txt
	@touch $@
