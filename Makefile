# Every task of this repository. `make` alone lists them.

CARGO ?= cargo
# A debug build is there four times sooner and shares its parts with the tests: without `-p` cargo takes
# the features that all packages ask for, as the tests do. `make run RELEASE=1` builds what a server
# should run, with the features of the server alone.
PROFILE := $(if $(RELEASE),--release -p server,)
QUARTERMASTER := $(CARGO) run --locked $(PROFILE) --quiet --bin quartermaster --

# Modules that no `mod` names, so that cargo fmt does not find them: the folder is the list.
UNLISTED := crates/server/tests/http/*.rs

.DEFAULT_GOAL := help
.PHONY: help run test test-fast check gen check-gen contract deny migrate seed seed-demo bench fmt lint

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build and serve on $QUARTERMASTER_LISTEN (127.0.0.1:8080), data in $QUARTERMASTER_DATA_DIR (./data)
	$(CARGO) build --locked $(PROFILE) --bin quartermaster
	$(QUARTERMASTER) serve

test: ## run every test, on every database that this machine has (THREADS=n: so many at once)
	$(CARGO) test --locked --workspace $(if $(THREADS),-- --test-threads=$(THREADS))

test-fast: ## test the rules, the generator and what it made, and HTTP on SQLite
	$(CARGO) test --locked -p domain -p contract-gen -p contract
	$(CARGO) test --locked --workspace --test http -- ::sqlite

check: fmt-check lint check-gen ## everything that needs no running server: format, lint, generated code

gen: ## generate crates/contract and crates/client from api/openapi.yaml
	$(CARGO) run --locked --quiet -p contract-gen -- gen

check-gen: ## fail where the generated code is not what api/openapi.yaml gives
	$(CARGO) run --locked --quiet -p contract-gen -- check

contract: ## lint api/openapi.yaml and try the running server against it (needs npm and python3)
	.ci/contract

deny: ## check crates, licenses and sources against deny.toml (the first time builds cargo-deny)
	.ci/deny

migrate: ## bring the database of $DATABASE_URL up to date
	$(QUARTERMASTER) migrate

seed: ## load the reference catalogue (again and again, if you like)
	$(QUARTERMASTER) seed

seed-demo: ## load the demo: catalogue, people and seats, and a world of twelve organizations
	$(QUARTERMASTER) seed --demo

bench: ## measure the service beside pgbench and write docs/benchmarks.md (about 29 minutes)
	$(CARGO) build --locked --release -p server -p bench
	target/release/bench

fmt: ## format the code
	$(CARGO) fmt --all
	rustfmt $(UNLISTED)

.PHONY: fmt-check
fmt-check:
	$(CARGO) fmt --all -- --check
	rustfmt --check $(UNLISTED)

lint: ## clippy, warnings are errors
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
