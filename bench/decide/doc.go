// Package decide measures the decision alone, piece by piece and together: what
// a number is, what the cache knows of it, what the windows count, and what
// the policy makes of it. No HTTP, no disk.
//
// Each piece is measured twice: a pass without a clock gives the cost and the
// allocations, and one that reads the clock at every call gives the percentiles. The
// second has the clock's own cost in it, some 50 ns, and whatever else the machine
// does in between: with more goroutines than cores the tail is the scheduler's.
package decide
