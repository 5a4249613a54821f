package compile

import (
	"fmt"

	"tollgate/fraud/numbering/internal/table"
)

// pool keeps each different node once, so that automata without circles that
// are built from their ends are minimal.
type pool struct {
	nodes []table.Node
	ids   map[table.Node]uint16
}

// newPool begins with the dead end.
func newPool() *pool {
	return &pool{nodes: make([]table.Node, 1), ids: map[table.Node]uint16{{}: 0}}
}

const maxNodes = 1 << 16

// add returns the number of a node.
func (p *pool) add(n table.Node) (uint16, error) {
	if id, ok := p.ids[n]; ok {
		return id, nil
	}
	if len(p.nodes) == maxNodes {
		return 0, fmt.Errorf("the automaton needs more than %d nodes: widen table.Node", maxNodes)
	}
	id := uint16(len(p.nodes))
	p.nodes, p.ids[n] = append(p.nodes, n), id
	return id, nil
}
