// Package gateway is a message's life: it takes a send, has it decided, makes
// it durable, brings it to a carrier and follows it to the handset and to the
// code being typed in.
package gateway
