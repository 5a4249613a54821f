package window

import (
	"math"
	"math/bits"

	"tollgate/fraud"
)

// account is what is kept of one tenant's account.
type account struct {
	numbers  uint64 // bits set by the numbers that it asked for
	device   uint32 // tags of what it was last approved with, 0 none
	net      uint32
	asn      uint32
	number   uint32
	approved uint16
}

type accounts struct{ *table[account] }

// tag shortens a key for comparison; 0 stays 0.
func tag(x uint64) uint32 {
	if x == 0 {
		return 0
	}
	return uint32(max(1, mix(x)>>32))
}

// send reads an account before a send, and notes the number.
func (t accounts) send(v *Velocity, now uint32, s *keyed, out *fraud.Velocity) {
	if s.account == 0 {
		return
	}
	a, sh := t.at(v.hash(kindAccount, s.account, s.tenant), now)
	a.numbers |= 1 << (mix(s.digits) & 63)
	out.AccountNumbers = float64(bits.OnesCount64(a.numbers))
	f := &out.Account
	f.Approved = int(a.approved)
	if a.approved > 0 {
		f.OtherDevice = s.device != 0 && a.device != 0 && a.device != tag(s.device)
		f.SameDevice = s.device != 0 && a.device == tag(s.device)
		f.OtherNet = s.ip != 0 && a.net != 0 && a.net != tag(s.net)
		f.OtherSystem = s.asn != 0 && a.asn != 0 && a.asn != s.asn
		f.SameNumber = a.number == tag(s.digits)
	}
	sh.mu.Unlock()
}

// approve notes with what an account proved itself.
func (t accounts) approve(v *Velocity, p *pending, c *Check, now uint32) {
	if p.account == 0 {
		return
	}
	a, sh := t.at(v.hash(kindAccount, p.account, p.tenant), now)
	a.device, a.net, a.asn, a.number = tag(p.device), tag(p.net), p.asn, tag(p.digits)
	if a.approved < 1<<16-1 {
		a.approved++
	}
	sh.mu.Unlock()
}

// trial counts wrong codes in an hour and in a day.
type trial struct{ hour, day ring }

func (t *trial) count(was, now uint32) {
	t.hour.count(was, now, hour/slices)
	t.day.count(was, now, day/slices)
}

// mistyped is how many wrong codes a number of an address's people brings
// within an hour, at the most of what is usual.
const mistyped = 0.6

// beyond is how many of an address's wrong codes are more than as many people
// as are behind it type by mistake: three standard deviations above.
func beyond(wrong, numbers float64) float64 {
	due := mistyped * numbers
	return math.Round(max(0, wrong-due-3*math.Sqrt(due)))
}

// failures reads how many wrong codes were typed of late for the number and the
// account, and from the device and the address of this send. Behind an address
// many people may sit, who mistype now and then: of its wrong codes only those
// count that are more than so many people's.
func (v *Velocity) failures(now uint32, s *keyed, out *fraud.Velocity) {
	if s.ip != 0 {
		numbers := out.IPNumbers
		if numbers > distinctSure { // a crowd: there it is counted no more, and most ask once or twice
			numbers = max(numbers, out.IPHour/2)
		}
		v.trials.peek(v.hash(kindIP, s.ip, 0), now, func(t *trial, was uint32) {
			out.Wrong = beyond(t.hour.read(was, now, hour/slices), numbers)
			out.WrongDay = out.Wrong
		})
	}
	for _, k := range [...]struct{ kind, value, tenant uint64 }{
		{kindNumber, s.digits, 0}, {kindAccount, s.account, s.tenant}, {kindDevice, s.device, 0},
	} {
		if k.value == 0 {
			continue
		}
		v.trials.peek(v.hash(k.kind, k.value, k.tenant), now, func(t *trial, was uint32) {
			out.Wrong = max(out.Wrong, t.hour.read(was, now, hour/slices))
			out.WrongDay = max(out.WrongDay, t.day.read(was, now, day/slices))
		})
	}
}
