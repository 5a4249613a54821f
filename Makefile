# Tollgate. `make run` starts everything on loopback; `make test` is what CI runs.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: run demo test check build bench

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
	go test -race -timeout 15m ./...
	$(MAKE) demo

bench:
	go run ./cmd/tollgate bench send --baseline
