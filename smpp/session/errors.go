package session

import (
	"errors"
	"fmt"

	"tollgate/smpp/pdu"
)

// What can befall a request. The first three are told to its Completer, the
// others are returned by Submit, which then did not take the request.
var (
	// ErrTimeout: no response within ResponseTimeout. The peer may have acted on
	// the request all the same.
	ErrTimeout = errors.New("no response in time")
	// ErrLost: the session ended after the request was handed to the socket. The
	// peer may have acted on it.
	ErrLost = errors.New("session ended before the response")
	// ErrNotSent: the session ended before an octet of the request was handed to the
	// socket. It is safe to send it again anywhere.
	ErrNotSent = errors.New("session ended before the request was sent")

	// ErrWindowFull: as many requests wait for their response as the window allows.
	ErrWindowFull = errors.New("window is full")
	// ErrNotBound: the session is not bound, or its bind does not allow the request.
	ErrNotBound = errors.New("not bound for this request")
	// ErrClosing: the session is unbinding and takes no new requests.
	ErrClosing = errors.New("session is unbinding")
)

// Why a session ended, as Err tells it (with errors.Is).
var (
	// ErrClosed: Close was called on this side.
	ErrClosed = errors.New("session closed")
	// ErrUnbound: this side unbound, and the peer answered.
	ErrUnbound = errors.New("session unbound")
	// ErrPeerUnbound: the peer asked to unbind, and got its answer.
	ErrPeerUnbound = errors.New("peer unbound the session")
	// ErrPeerSilent: an enquire_link was not answered and nothing else came either.
	ErrPeerSilent = errors.New("peer does not answer enquire_link")
	// ErrBindTimeout: the session was not bound in time.
	ErrBindTimeout = errors.New("not bound in time")
	// ErrUnbindTimeout: our unbind was not answered in time.
	ErrUnbindTimeout = errors.New("unbind not answered in time")
	// ErrInactive: the peer sent nothing but enquire_link for InactivityTimeout.
	ErrInactive = errors.New("session inactive for too long")
)

// BindError says that the peer refused the bind, and with which command_status.
type BindError struct {
	Status pdu.Status
}

func (e *BindError) Error() string {
	return fmt.Sprintf("bind refused with %s", e.Status)
}
