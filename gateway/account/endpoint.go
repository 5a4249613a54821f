package account

// endpoint is one URL of one tenant, as long as there are jobs for it.
type endpoint struct {
	key      string
	jobs     int
	inFlight int
	parked   []*job // met too many in flight; one follows each that ends
}

// maxGone bounds how many receivers that answered 410 are remembered. One that
// is forgotten is asked again and says so again.
const maxGone = 10_000

func endpointKey(j *job) string { return j.tenant + " " + j.url }

// endpoint finds or makes an endpoint. The caller holds mu, as with all below.
func (n *Notifier) endpoint(key string) *endpoint {
	e := n.endpoints[key]
	if e == nil {
		e = &endpoint{key: key}
		n.endpoints[key] = e
	}
	return e
}

// markGone disables an endpoint until the process ends.
func (n *Notifier) markGone(e *endpoint) {
	if len(n.gone) >= maxGone {
		for other := range n.gone {
			delete(n.gone, other)
			break
		}
	}
	n.gone[e.key] = struct{}{}
}

// unpark lets the next parked job of an endpoint go.
func (n *Notifier) unpark(e *endpoint) {
	if len(e.parked) == 0 {
		return
	}
	j := e.parked[0]
	e.parked[0] = nil
	e.parked = e.parked[1:]
	n.ready <- j
}

// finish takes a job out of memory.
func (n *Notifier) finish(j *job, result string) {
	n.count(result)
	n.jobs--
	n.metrics.depth.Set(float64(n.jobs))
	if j.endpoint.jobs--; j.endpoint.jobs == 0 {
		delete(n.endpoints, j.endpoint.key)
	}
	if n.closed && n.jobs == 0 {
		close(n.idle)
	}
}
