package proc

import "time"

// Usage is what a process has used so far and holds now.
type Usage struct {
	User, System time.Duration
	RSS          int64 // octets
	Threads      int
	FDs          int // -1: not told
}

// CPU is both halves.
func (u Usage) CPU() time.Duration { return u.User + u.System }

// ReadAll adds up several processes: a gateway may be more than one.
func ReadAll(pids []int) (sum Usage, err error) {
	for _, pid := range pids {
		u, e := Read(pid)
		if e != nil {
			return sum, e
		}
		sum.User += u.User
		sum.System += u.System
		sum.RSS += u.RSS
		sum.Threads += u.Threads
		sum.FDs += u.FDs
	}
	return sum, nil
}
