// Package replay puts recorded or generated traffic through a policy: what
// would it have decided, and what would that have cost.
//
// A Reader streams events, one JSON object a line, in time order. An Engine
// decides each send by the facts that the live gateway would have had: it
// counts the send in its windows (Windows), looks its number up in the network
// as the identity events left it (Subscribers), and asks the policy. Outcomes
// (checks, receipts) reach windows and subscribers only where the send was
// allowed. A Tally counts what came of it, and where sends are labelled says
// how well the score told attacks from people.
//
// The clock is the events' own and nothing is random: the same file and policy
// give the same output, byte for byte. An event that is earlier than one before it
// counts as made at that later time, one whose time cannot be read at that of the
// event before it. Lines that are no event are passed. All are counted, each kind
// of fault is named with its first line, and the rest is evaluated.
//
// Stream reads and decodes in a goroutine of its own, four batches of 128 events
// ahead at most; the order of the events is the file's.
//
// What is kept is bounded, whatever the file's size: see Config. Exact counts of
// scores take at most a million cells a kind of attack, a million labels are
// followed, and a word is kept up to 128 octets. fraud/README.md has figures.
package replay
