package smsc

// fifo is a queue of deliveries over one array that is used again.
type fifo struct {
	items []*delivery
	head  int
}

func (q *fifo) len() int { return len(q.items) - q.head }

func (q *fifo) push(d *delivery) {
	if q.head > 64 && q.head > len(q.items)/2 {
		n := copy(q.items, q.items[q.head:])
		clear(q.items[n:])
		q.items, q.head = q.items[:n], 0
	}
	q.items = append(q.items, d)
}

// unshift puts a delivery in front of the others.
func (q *fifo) unshift(d *delivery) {
	if q.head == 0 {
		grown := make([]*delivery, 64+len(q.items), 128+2*len(q.items))
		copy(grown[64:], q.items)
		q.items, q.head = grown, 64
	}
	q.head--
	q.items[q.head] = d
}

func (q *fifo) pop() *delivery {
	d := q.items[q.head]
	q.items[q.head] = nil
	q.head++
	if q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
	}
	return d
}
