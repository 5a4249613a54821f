// Package account is what stops a number and what lets it go again: a freeze
// after an identity change, a lock after too many wrong codes, the reviews
// that a person resolves, and the webhooks that tell the tenant.
//
// Freeze, Lock and Resolve are pure: they change records that the caller has
// read and commits in one transaction, so that no number is ever held without
// a review that can lift it. A hold belongs to one tenant: what one auth
// service resolves lifts nothing for another.
//
// Notifier posts events to the tenants. It keeps them in memory only, in a
// bounded queue: a webhook is news, the records are the truth, and a receiver
// that missed one can read the review or the message.
package account
