// Package session runs one SMPP 3.4 bind, on either side.
//
// A session has a pure part and the goroutines around it. The pure part is the
// machine (which state the bind is in, what is due and when) and the window
// (which requests wait for their response, since when); both are driven by
// times and events and know neither clock nor socket. Around them run three
// goroutines: one reads and calls back, one writes whatever has gathered in
// the out buffer with a single write, one holds the only timer. They share one
// mutex that is never held during I/O or a callback.
//
// What callers can rely on:
//
//   - A request has its slot in the window before its first octet can leave, so
//     no response can arrive before the bookkeeping for it.
//   - Submit never blocks. Each accepted request is completed exactly once: by its
//     response, by a time-out, or by the end of the session. At the end, a request
//     of which nothing was handed to the socket is told apart (ErrNotSent, safe to
//     send again) from one whose fate nobody knows (ErrLost).
//   - A response to a request that is no longer waiting is counted (late,
//     duplicate, unexpected) and dropped.
//   - Nothing waits for ever: bind, response, enquire_link, write, drain and unbind
//     all have limits. A peer that stops reading or answering ends the session.
//   - Every buffer is bounded. A peer that floods us with requests and does not read
//     our answers is not read from, until its write limit ends the session.
//
// When the session ends it stays ended; reconnecting is the business of
// smpp/carrier.
package session
