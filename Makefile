# The one entry for people and for CI; `make help` lists what there is.

# PEERS=required turns a missing foreign peer into a failure; else it is skipped
# with its reason.
PEERS ?= installed
RECORD = $(CURDIR)/build/interop.jsonl

# Packages with goroutines and sockets, tested with the race detector.
DRIVERS = ./rdp/rdpio ./probe ./internal/screen ./internal/viewer ./internal/lab

.PHONY: help test unit race vet interop peers e2e mutants soak bench record

help:
	@echo "make test              vet, unit tests, replays, fuzz seeds, installed foreign peers"
	@echo "make test PEERS=required   the same, a missing peer is a failure"
	@echo "make peers             install the foreign peers (Debian 12, root or sudo)"
	@echo "make e2e               IronRDP in Chromium on our screens (installs Chromium)"
	@echo "make mutants           every listed sabotage must be caught by its named test"
	@echo "make soak              fuzz every target, FUZZTIME=60s each"
	@echo "make bench             ratios against peers, in one run"
	@echo "make record            record the exchanges with the peers anew"

test: vet unit race interop

vet:
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "gofmt: run gofmt -w on these"; exit 1; }
	GOOS=linux go vet ./...
	GOOS=windows CGO_ENABLED=0 go vet ./...
	GOOS=darwin CGO_ENABLED=0 go vet ./...

unit:
	FUMIDAI_PEERS=$(PEERS) go test $$(go list ./... | grep -v /interop$$)

race:
	FUMIDAI_PEERS=$(PEERS) go test -race $(DRIVERS)

# Last, because its last line is the summary: peers and cases that ran.
interop:
	@mkdir -p build && rm -f $(RECORD)
	FUMIDAI_PEERS=$(PEERS) FUMIDAI_INTEROP_RECORD=$(RECORD) go test -count=1 -parallel 8 ./interop
	@FUMIDAI_PEERS=$(PEERS) go run ./interop/summary $(RECORD)

peers:
	interop/install

e2e:
	interop/install --browser
	cd e2e/web && npm ci --no-audit --no-fund && npx vite build
	go vet -tags e2e ./e2e
	go test -tags e2e -count=1 -v ./e2e

mutants:
	go run ./internal/mutants

FUZZTIME ?= 60s
soak:
	@for p in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	    echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p || exit 1; \
	  done; done

bench:
	go run ./bench all

record:
	FUMIDAI_PEERS=required FUMIDAI_TRANSCRIPTS=$(CURDIR)/credssp/testdata/transcripts \
	FUMIDAI_SESSIONS=$(CURDIR)/rdp/connect/testdata/transcripts go test -count=1 -run Record ./interop
