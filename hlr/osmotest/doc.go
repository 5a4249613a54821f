// Package osmotest runs a real mobile network for tests: osmo-hlr, and osmo-msc
// with a radio side and one handset behind it. Each run has a loopback address
// of its own, because the ports of these programs cannot be chosen. What is not
// installed skips the test with one line.
package osmotest
