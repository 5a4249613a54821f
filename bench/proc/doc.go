// Package proc is what a benchmark does with other processes: start them and
// end them by their pid, read what they use from /proc, and ask a gateway's ops
// listener for metrics and profiles.
package proc
