# Posthaste. `make` shows what there is; `make run` starts everything on this machine.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export CGO_ENABLED ?= 0

LISTEN ?= 127.0.0.1:8080
DATA   ?= data
ARGS   ?=

ENGINES  := engines/node_modules/.ready
PACKAGES := frontend/node_modules/.ready
PORTAL   := frontend/dist/index.html
BINARY   := bin/posthaste

.PHONY: help run build test soak scan fresh generate verify lint fuzz bench screenshots chromium gcc clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Start everything here with a demo tenant: http://localhost:8080
	@$(BINARY) up --demo --listen $(LISTEN) --data $(DATA) $(ARGS)

build: $(ENGINES) $(PORTAL) ## Fetch the pinned engines, build the portal and the binary
	@echo "building $(BINARY)"
	@go build -o $(BINARY) ./cmd/posthaste

$(ENGINES): engines/package-lock.json
	@echo "fetching the database engines"
	@npm ci --prefix engines --no-fund --no-audit --loglevel=error
	@touch $@

$(PACKAGES): frontend/package-lock.json
	@echo "fetching the portal's packages"
	@npm ci --prefix frontend --no-fund --no-audit --loglevel=error
	@touch $@

$(PORTAL): $(PACKAGES) $(shell find frontend/src frontend/public frontend/scripts graph/*.graphqls -type f 2>/dev/null) frontend/index.html frontend/package.json
	@echo "building the portal"
	@npm run --silent build --prefix frontend
	@touch $@

chromium: ## Install Chromium with apt where it is missing (the stories drive it)
	@tools/need.sh chromium

gcc: ## Install a C compiler with apt where it is missing (the race detector links with it)
	@tools/need.sh gcc gcc libc6-dev

test: build chromium ## All quick tests on the real engines: Go, portal, stories
	@go run ./test/suite quick

soak: build chromium gcc ## The long tests: a scan of the code, fault rounds, full browser matrix, big data, fuzz
	@go run ./test/suite soak

scan: ## Look for insecure code, and for known holes in what we build on (GOVULNDB=file:///… without the public database)
	@go run ./test/suite scan

fresh: ## Clone into an empty home and prove test, run and a first campaign there
	@go run ./test/fresh

generate: ## Regenerate GraphQL, SQL and portal code
	@go tool gqlgen generate
	@go tool -modfile=tools/go.mod sqlc generate
	@npm run --silent codegen --prefix frontend

verify: generate ## Regenerate and fail when anything differs
	@git diff --exit-code --stat -- graph resolvers store/sqlcgen frontend/src/graphql

lint: $(PACKAGES) ## gofmt, vet, portal lint
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	@go vet ./...
	@npm run --silent lint --prefix frontend

fuzz: ## Fuzz each foreign parser (FUZZTIME a target, default 20s)
	@go run ./test/suite fuzz

bench: build ## Measure against the floors: ARGS="dispatch" for one
	@$(BINARY) bench $(ARGS)

screenshots: build chromium ## Pictures of every screen, light and dark, wide and narrow, into build/screenshots
	@npm run --silent screenshots --prefix frontend

clean: ## Remove what was built (not the data)
	@rm -rf bin build frontend/dist/assets frontend/dist/*.html
