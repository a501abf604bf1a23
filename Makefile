# The commands of the project. `make` alone lists them.
SHELL := /bin/bash
GO ?= go
export GOFLAGS ?= -mod=readonly

.DEFAULT_GOAL := help
.PHONY: help run demo web test check fmt lint race unit e2e screenshots converge bench bench-day bench-board fuzz sim chaos build release deploy-check clean

help: ## list the commands
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: web ## run Pathboard with its embedded store: no other service needed
	$(GO) run ./server $(ARGS)

demo: web ## run Pathboard with the filled-in Łódź workshop
	$(GO) run ./server demo $(ARGS)

web: ## build the web app when its sources changed
	@scripts/web

test: ## install what the tests need, then run all of them
	@scripts/test

check: ## formatting, vet, types and lint, without running anything
	@scripts/check

fmt: ## format Go and the web app
	gofmt -w $$(git ls-files '*.go')
	cd frontend && npm run format

race: ## Go tests under the race detector
	$(GO) test -race ./...

unit: ## unit tests of the web app
	cd frontend && npm test

e2e: ## browser tests on real servers, real Redis and a real browser
	@scripts/e2e

screenshots: ## pictures of every screen into ./screenshots
	@scripts/e2e screenshots

bench: ## benchmarks: the engine beside yjs, the hub beside its peers
	@scripts/bench

bench-board: ## a board of 500 and of 2,000 cards in the browser: frames, typing, opening; Excalidraw beside it
	@scripts/bench board

bench-day: build ## a hall of a thousand: joining and changes of phase, two instances, a Redis (ARGS=)
	$(GO) run ./server/daybench -binary bin/pathboard $(ARGS)
.PHONY: bench-wall export-check rollout skew
rollout: build ## instances replaced, added and taken away under load: nothing lost, nobody waits above 2 s (ARGS=)
	$(GO) run ./server/rollout -binary bin/pathboard $(ARGS)

skew: build ## the same from an older program, and its web app against this one (FROM=commit)
	@scripts/skew $(FROM)

bench-wall: ## the wall of 24 groups under 30 changes a second: frames, first paint, memory (WALL_SECONDS=14400)
	@scripts/bench wall

.PHONY: bench-export
bench-export: build ## every format of a workshop of 120 groups with pictures: size, time, most memory (ARGS=)
	$(GO) run ./server/exportbench -binary bin/pathboard $(ARGS)

fuzz: ## histories and damaged updates beside yjs (SEEDS=1000000 FROM=0 MUTATIONS=1000000)
	PATHBOARD_FUZZ_SEEDS=$${SEEDS:-100000} PATHBOARD_FUZZ_FROM=$${FROM:-0} PATHBOARD_FUZZ_MUTATIONS=$${MUTATIONS:-$${SEEDS:-100000}} \
		$(GO) test -run 'TestDifferential$$|TestMutatedUpdates$$' -timeout 0 -v ./hub/ydoc

converge: ## three browsers at random with faults, for minutes (MINUTES=10 SEED=n)
	PATHBOARD_CONVERGE=$$(($${MINUTES:-10} * 60)) $(if $(SEED),PATHBOARD_SEED=$(SEED)) scripts/e2e e2e/converge.spec.ts

sim: ## many histories of hubs, clients, store and bus (SEEDS=10000000 FROM=0)
	PATHBOARD_SIM_SEEDS=$${SEEDS:-100000} PATHBOARD_SIM_FROM=$${FROM:-0} $(GO) test -run TestSimulation -timeout 0 -v ./hub

chaos: ## the cases T1 to T25 of docs/reliability.md in full size (T=9: one; SEED=… repeats an order of faults)
	SEED=$(SEED) scripts/chaos $(T)

build: web ## one static binary in bin/pathboard
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/pathboard ./server

release: web ## binaries for six platforms, sums and bill of materials in ./release, built twice
	$(GO) run ./deploy/release -out release -verify

.PHONY: supply
supply: ## licences, install scripts, hashes and known vulnerabilities of all that is used (STRICT=1: all must be asked; VULNDB=folder: copies are)
	@VULNDB=$(VULNDB) STRICT=$(STRICT) scripts/supply

deploy-check: ## the tools that read deploy/ judge its files (STRICT=1: all must be here)
	@scripts/deploy-check

export-check: ## exports opened in LibreOffice, poppler and qpdf, which it installs
	@scripts/export-check

clean: ## remove what the build made
	rm -rf bin release screenshots frontend/dist/assets frontend/dist/*.html frontend/test-results
