package replay

// Counts is what an Engine met beside its decisions.
type Counts struct {
	Events            [kinds]int64
	Invalid           int64 // sends to what is no number
	DuplicateIDs      int64 // sends with the id of one before
	Forgotten         int64 // sends that were too many to await their outcome
	UnknownIDs        int64 // checks and receipts of no send, or of a forgotten one
	UnknownResults    int64 // checks and receipts with a word that is not known
	AfterRefusal      int64 // checks and receipts of a send that was not allowed
	Approved          int64 // allowed sends whose code was typed in
	InvalidIdentities int64 // identity events of what is no number
}
