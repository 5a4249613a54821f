// Package hlr gathers what the network says of a subscriber.
package hlr
