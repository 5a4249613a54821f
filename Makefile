# Tollgate. `make run` starts everything on loopback; `make test` is what CI runs.
SHELL = /bin/bash
.SHELLFLAGS = -o pipefail -c
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: run demo test check build bench fuzz fraud-report crash

run:
	go run ./cmd/tollgate dev

demo:
	go run ./cmd/tollgate demo

build:
	go build -trimpath -o tollgate ./cmd/tollgate

# check needs nothing but Go.
check:
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "these files are not gofmt-ed"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...

test:
	./.ci/install
	$(MAKE) check
	go test -race -timeout 20m ./...
	go test -run Parity ./fraud/numbering  # the million that the race detector is too slow for
	$(MAKE) fuzz
	$(MAKE) demo

# fuzz runs each decoder's target for a while: FUZZTIME=10m for a long one. The
# short one counts inputs, because a deadline fails by itself now and then
# (go.dev/issue/75804, mended in Go 1.27).
FUZZTIME = 20000x
FUZZ = smpp/pdu:FuzzDecode smpp/pdu:FuzzSubmitSM smpp/pdu:FuzzReader smpp/receipt:FuzzParse \
	smpp/coding:FuzzDecode smpp/coding:FuzzSplit smpp/session:FuzzPeer gateway/api:FuzzDecodeSend gateway/store:FuzzCodec \
	hlr/enum:FuzzApply hlr/enum:FuzzParseTel hlr/httpjson:FuzzParseJSON hlr/httpjson:FuzzMapping \
	hlr/camara:FuzzParseEvent hlr/camara:FuzzAnswer \
	fraud/numbering:FuzzClassify fraud/numbering/internal/table:FuzzOpen fraud/replay:FuzzDecode
fuzz:
	@for f in $(FUZZ); do \
		echo "fuzz $$f"; \
		go test -run '^$$' -fuzz "^$${f#*:}\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x ./$${f%:*} | tail -n 20 || exit 1; \
	done

# bench gives the same load to bare fasthttp, Kannel where it is installed, and
# Tollgate, in turn: BENCH="--duration 10m --html compare.html" for a long one.
bench:
	go run ./cmd/tollgate bench compare $(BENCH)

# The policy `default` and three baselines on held-out traffic (fraud/README.md); some GB of memory, minutes.
fraud-report:
	go run ./cmd/tollgate bench fraud --seeds 3001-3005

# crash is the long form of what make test plays a few rounds of: kills of the
# process under load, and a disk that tears, drops and fails writes and syncs.
KILLS = 500
SCHEDULES = 2000
crash:
	go test -timeout 60m -v -run 'TestKills$$' ./cmd/tollgate -kills $(KILLS)
	go test -timeout 60m -v -run TestSchedules ./gateway/store/pebble -schedules $(SCHEDULES)
	go test -timeout 60m -v -run TestDiskFaults ./gateway -schedules 200
