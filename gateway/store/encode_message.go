package store

import (
	"bytes"

	"tollgate/hlr/subscriber"
)

// AppendMessage appends the encoded message to b.
func AppendMessage(b []byte, m *Message) []byte {
	b = appendID(b, 1, m.ID)
	b = appendUint(b, 2, uint64(m.Kind))
	b = appendString(b, 3, m.Tenant)
	b = appendString(b, 4, string(m.To))
	b = appendString(b, 5, m.Region)
	b = appendString(b, 6, string(m.PLMN))
	b = appendString(b, 7, m.Purpose)
	b = appendString(b, 8, m.AccountID)
	b = appendString(b, 9, m.Sender)
	for k, v := range m.Metadata {
		b = appendPair(b, 10, k, v)
	}
	b = appendString(b, 11, m.CallbackURL)
	b = appendString(b, 12, m.RequestID)
	b = appendString(b, 13, m.TraceParent)
	b = appendTime(b, 14, m.CreatedAt)
	b = appendTime(b, 15, m.ExpiresAt)
	b, mark := beginNested(b, 16)
	b = endNested(appendDecision(b, &m.Decision), mark)
	b, mark = beginNested(b, 17)
	b = endNested(appendFence(b, &m.Fence), mark)
	return appendBytes(b, 18, m.Facts)
}

// DecodeMessage reads what AppendMessage wrote. Nothing in it borrows from b.
func DecodeMessage(b []byte) (*Message, error) {
	m := &Message{}
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			m.ID = r.id()
		case 2:
			m.Kind = Kind(r.uint())
		case 3:
			m.Tenant = r.string()
		case 4:
			m.To = subscriber.MSISDN(r.string())
		case 5:
			m.Region = r.string()
		case 6:
			m.PLMN = subscriber.PLMN(r.string())
		case 7:
			m.Purpose = r.string()
		case 8:
			m.AccountID = r.string()
		case 9:
			m.Sender = r.string()
		case 10:
			if m.Metadata == nil {
				m.Metadata = make(map[string]string)
			}
			p := nested(&r, decodePair)
			m.Metadata[p[0]] = p[1]
		case 11:
			m.CallbackURL = r.string()
		case 12:
			m.RequestID = r.string()
		case 13:
			m.TraceParent = r.string()
		case 14:
			m.CreatedAt = r.time()
		case 15:
			m.ExpiresAt = r.time()
		case 16:
			m.Decision = nested(&r, decodeDecision)
		case 17:
			m.Fence = nested(&r, decodeFence)
		case 18:
			m.Facts = bytes.Clone(r.bytes())
		}
	}
	return m, r.done("message")
}

func appendFence(b []byte, f *Fence) []byte {
	b = appendBool(b, 1, f.Asked)
	b = appendBool(b, 2, f.Observe)
	b = appendHash(b, 3, f.IMSI)
	b = appendHash(b, 4, f.ICCID)
	b = appendTime(b, 5, f.SeenAt)
	b = appendBool(b, 6, f.Required)
	b = appendString(b, 7, f.By)
	b = appendTime(b, 8, f.SIMChange.NotBefore)
	return appendTime(b, 9, f.SIMChange.NotAfter)
}

func decodeFence(b []byte) (f Fence, err error) {
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			f.Asked = r.bool()
		case 2:
			f.Observe = r.bool()
		case 3:
			f.IMSI = r.hash()
		case 4:
			f.ICCID = r.hash()
		case 5:
			f.SeenAt = r.time()
		case 6:
			f.Required = r.bool()
		case 7:
			f.By = r.string()
		case 8:
			f.SIMChange.NotBefore = r.time()
		case 9:
			f.SIMChange.NotAfter = r.time()
		}
	}
	return f, r.done("fence")
}

// AppendContent appends the encoded content to b.
func AppendContent(b []byte, c *Content) []byte {
	b = appendID(b, 1, c.ID)
	return appendString(b, 2, c.Text)
}

// DecodeContent reads what AppendContent wrote.
func DecodeContent(b []byte) (*Content, error) {
	c := &Content{}
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			c.ID = r.id()
		case 2:
			c.Text = r.string()
		}
	}
	return c, r.done("content")
}
