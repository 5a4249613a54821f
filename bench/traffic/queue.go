package traffic

import "container/heap"

// millis is a time or a span of it. Times count from the Unix epoch.
type millis int64

const (
	second millis = 1000
	minute        = 60 * second
	hour          = 60 * minute
	day           = 24 * hour
)

// seconds is a span from a number that chance gave, at least a millisecond.
func seconds(s float64) millis { return max(1, millis(s*1000)) }

// task is something that will happen. Tasks of one time keep the order in
// which they were planned.
type task struct {
	at  millis
	seq uint64
	do  func()
}

type tasks []task

func (q tasks) Len() int { return len(q) }
func (q tasks) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].seq < q[j].seq
}
func (q tasks) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *tasks) Push(t any)   { *q = append(*q, t.(task)) }
func (q *tasks) Pop() any {
	old := *q
	t := old[len(old)-1]
	old[len(old)-1] = task{}
	*q = old[:len(old)-1]
	return t
}

// at plans something; what lies in the past happens now.
func (w *world) at(t millis, do func()) {
	w.planned++
	heap.Push(&w.queue, task{max(t, w.now), w.planned, do})
}

func (w *world) after(d millis, do func()) { w.at(w.now+d, do) }

// run lets everything happen in order. No send is made from w.end on; receipts
// and checks of earlier ones still come.
func (w *world) run() error {
	for len(w.queue) > 0 && w.out.err == nil {
		w.step()
	}
	return w.out.flush()
}

func (w *world) step() {
	t := heap.Pop(&w.queue).(task)
	w.now = t.at
	t.do()
}
