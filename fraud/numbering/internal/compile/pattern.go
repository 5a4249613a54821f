package compile

import (
	"fmt"
	"regexp/syntax"
	"slices"
)

// pattern is one of libphonenumber's regular expressions as a deterministic
// automaton over digits, made as far as it is walked. State 0 is the dead end,
// state 1 the start.
type pattern struct {
	prog   *syntax.Prog
	states []state
	ids    map[string]int32 // by the set of instructions
}

// state is a set of instructions that wait for a digit. accept says that the
// digits so far match; acceptEnd that they do when no more follow ($).
type state struct {
	pcs               []uint32
	next              [10]int32 // -1 is not made yet
	accept, acceptEnd bool
}

// dead matches nothing: a description with the possible length -1 is one.
var dead = &pattern{states: []state{{}, {}}}

// newPattern compiles an expression that is matched from the first digit on.
// Patterns hold digits, groups and counts; anything that looks around is an error.
func newPattern(expr string) (*pattern, error) {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil, err
	}
	for i := range prog.Inst {
		in := &prog.Inst[i]
		if in.Op == syntax.InstEmptyWidth && syntax.EmptyOp(in.Arg) != syntax.EmptyEndText {
			return nil, fmt.Errorf("pattern %q: only $ is known of the empty-width assertions", expr)
		}
	}
	p := &pattern{prog: prog, states: []state{{}}, ids: map[string]int32{"": 0}}
	p.id([]uint32{uint32(prog.Start)})
	return p, nil
}

// id names the state that stands at these instructions, before closing over
// what needs no digit.
func (p *pattern) id(pcs []uint32) int32 {
	s := state{}
	seen := map[uint32]bool{}
	for _, pc := range pcs {
		p.close(&s, pc, seen, false)
	}
	if len(s.pcs) == 0 && !s.accept && !s.acceptEnd {
		return 0
	}
	slices.Sort(s.pcs)
	key := fmt.Sprint(s.pcs, s.accept, s.acceptEnd)
	if id, ok := p.ids[key]; ok {
		return id
	}
	id := int32(len(p.states))
	for d := range s.next {
		s.next[d] = -1
	}
	p.states, p.ids[key] = append(p.states, s), id
	return id
}

// close follows pc to the instructions that read a digit. Beyond a $ only the
// end is of interest.
func (p *pattern) close(s *state, pc uint32, seen map[uint32]bool, atEnd bool) {
	if seen[pc] {
		return
	}
	seen[pc] = !atEnd // what was reached over a $ may also be reached without
	switch in := &p.prog.Inst[pc]; in.Op {
	case syntax.InstMatch:
		s.acceptEnd = true
		s.accept = s.accept || !atEnd
	case syntax.InstAlt, syntax.InstAltMatch:
		p.close(s, in.Out, seen, atEnd)
		p.close(s, in.Arg, seen, atEnd)
	case syntax.InstCapture, syntax.InstNop:
		p.close(s, in.Out, seen, atEnd)
	case syntax.InstEmptyWidth:
		p.close(s, in.Out, seen, true)
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		if !atEnd {
			s.pcs = append(s.pcs, pc)
		}
	}
}

// step is the state after a digit.
func (p *pattern) step(id int32, digit int) int32 {
	if id == 0 || p.prog == nil {
		return 0
	}
	if next := p.states[id].next[digit]; next >= 0 {
		return next
	}
	var pcs []uint32
	for _, pc := range p.states[id].pcs {
		if in := &p.prog.Inst[pc]; in.MatchRune(rune('0' + digit)) {
			pcs = append(pcs, in.Out)
		}
	}
	next := int32(0)
	if len(pcs) > 0 {
		next = p.id(pcs)
	}
	p.states[id].next[digit] = next
	return next
}

func (p *pattern) matches(id int32) bool { return p.states[id].acceptEnd }
