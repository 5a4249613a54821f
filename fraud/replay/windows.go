package replay

import (
	"tollgate/fraud"
	"tollgate/fraud/window"
)

// Windows counts sends and learns from their outcomes.
type Windows interface {
	// Send counts a send, refused ones too, and reads what that makes.
	Send(s *window.Send, out *fraud.Velocity)
	// Await says that a send was allowed: its outcome is awaited. suspect is
	// the decision's score.
	Await(s *window.Send, suspect float64)
	// Refuse says that it was not.
	Refuse(s *window.Send, suspect float64)
	Check(c *window.Check)
	Receipt(r *window.Receipt)
}

func checkResult(word []byte) window.Result {
	switch string(word) {
	case "approved":
		return window.Approved
	case "wrong":
		return window.Wrong
	case "expired":
		return window.Expired
	}
	return 0
}

func receiptResult(word []byte) window.ReceiptResult {
	switch string(word) {
	case "delivered":
		return window.ReceiptDelivered
	case "undelivered":
		return window.ReceiptUndelivered
	case "expired":
		return window.ReceiptExpired
	case "rejected":
		return window.ReceiptRejected
	}
	return 0
}
