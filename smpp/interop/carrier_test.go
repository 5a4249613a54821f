package interop

import (
	"context"
	"encoding/hex"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

const (
	handset  = "4915112345678"
	gsmText  = "Your code is 123456 @ {5€}"
	ucs2Text = "Код 123456 😀"
)

var longText = strings.Repeat("Your code is 123456. Grüße! ", 11)

// texts are written and cut in every way there is.
var texts = []struct {
	text string
	how  coding.Options
}{
	{gsmText, coding.Options{}},
	{ucs2Text, coding.Options{}},
	{longText, coding.Options{Ref: 7}},
	{longText, coding.Options{Ref: 0x0708, Concat: coding.UDH16}},
	{longText, coding.Options{Ref: 0x0708, Concat: coding.SAR}},
	{longText, coding.Options{Concat: coding.Payload}},
}

// scripted is an SMSC written with somebody's library, and what its users must
// know of it.
type scripted struct {
	*talker
	decodes bool          // it hands out texts and numbers; otherwise octets
	gsm     receipt.State // of all messages in GSM 7-bit; the others are delivered
}

// mos is what the handsets of every scripted SMSC write.
var mos = []string{"STOP @home", "größer", "Стоп 😀"}

// TestNodeSMPP: a carrier sends through an SMSC written with the npm package smpp.
func TestNodeSMPP(t *testing.T) {
	t.Parallel()
	node := need(t, "node")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err)
	}
	modules := filepath.Join(cache, "tollgate", "npm", "node_modules")
	if _, err := os.Stat(filepath.Join(modules, "smpp")); err != nil {
		t.Skip("the npm package smpp is not installed (.ci/install gets it)")
	}
	cmd := exec.Command(node, "testdata/smsc.js")
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	testCarrier(t, &scripted{talker: startTalker(t, cmd), decodes: true, gsm: receipt.Delivered})
}

// TestNetSMPP: a carrier sends through an SMSC written with Perl's Net::SMPP.
func TestNetSMPP(t *testing.T) {
	t.Parallel()
	perl := need(t, "perl")
	if err := exec.Command(perl, "-MNet::SMPP", "-e", "1").Run(); err != nil {
		t.Skip("Perl's Net::SMPP is not installed (.ci/install gets it)")
	}
	testCarrier(t, &scripted{talker: startTalker(t, exec.Command(perl, "testdata/smsc.pl")), gsm: receipt.Undeliverable})
}

// testCarrier plays the whole life of a bind: texts of every coding and their
// receipts, a refusal, messages from handsets, keep-alive both ways, an unbind by the
// SMSC, the next bind, and our farewell.
func testCarrier(t *testing.T, peer *scripted) {
	e := startESME(t, carrier.Config{
		Addr: "127.0.0.1:" + peer.port, SystemID: "tollgate", Password: "secret", SystemType: "otp",
		EnquireInterval: 200 * time.Millisecond,
	})
	e.link(t, true)
	peer.expect(t, "command", "bind_transceiver", "system_id", "tollgate", "system_type", "otp", "interface_version", "52")

	open := receipt.NewMatcher[string](receipt.Auto, 0)
	for _, m := range texts {
		peer.takes(t, e, open, m.text, m.how)
	}
	refused := e.submit(t, &carrier.Submission{Source: "Tollgate", Dest: "+490", Parts: split(t, gsmText, coding.Options{})})
	if refused.Status != pdu.ESME_RINVDSTADR || !refused.Next.Final {
		t.Errorf("a refused message: %+v", refused)
	}

	peer.tell(t, "mo")
	for _, want := range mos {
		mo := within(t, "a message from a handset", e.mos)
		if mo.Text != want || mo.Source != handset || mo.Dest != "12345" {
			t.Errorf("from the handset: %+v, want %q", mo, want)
		}
		peer.expect(t, "answered", "deliver_sm_resp", "command_status", "0")
	}

	// What an SMSC has no business asking is refused, what needs no answer has none.
	peer.tell(t, "odd")
	peer.expect(t, "answered", "query_sm_resp", "command_status", "3")

	peer.expect(t, "command", "enquire_link")
	peer.tell(t, "enquire")
	peer.expect(t, "answered", "enquire_link_resp", "command_status", "0")

	peer.tell(t, "unbind")
	peer.expect(t, "answered", "unbind_resp", "command_status", "0")
	e.link(t, false)
	e.link(t, true)
	peer.expect(t, "command", "bind_transceiver", "system_id", "tollgate")
	peer.takes(t, e, open, gsmText, coding.Options{})

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := e.Drain(ctx); err != nil {
		t.Errorf("Drain: %v", err)
	}
	peer.expect(t, "command", "unbind")
	for _, c := range peer.complaints() {
		t.Errorf("%s: %s", peer.name, c)
	}
	e.judge(t, nil)
}

// takes submits a text, looks at what the peer read, and waits for the receipts.
func (p *scripted) takes(t *testing.T, e *esme, open *receipt.Matcher[string], text string, how coding.Options) {
	t.Helper()
	m := &carrier.Submission{
		Source: "Tollgate", Dest: "+" + handset, Parts: split(t, text, how), UserReference: 0x0102,
		Expires: time.Now().Add(5 * time.Minute),
	}
	r := e.submit(t, m)
	if r.Status != 0 || r.Err != nil || len(r.MessageIDs) != len(m.Parts) {
		t.Fatalf("the result of %q: %+v", text, r)
	}
	read := ""
	for n, part := range m.Parts {
		read += p.reads(t, n, part)
		open.Add(r.MessageIDs[n], handset, text)
	}
	if p.decodes && read != text {
		t.Errorf("%s reads %q, sent %q", p.name, read, text)
	}
	state := receipt.Delivered
	if m.Parts[0].DataCoding == 0 {
		state = p.gsm
	}
	for n := range m.Parts {
		got := within(t, "a receipt", e.receipts)
		of, ok := open.Match(got.ID, got.Dest)
		if !ok || of != text || got.State != state || !got.Final || got.Reference != carrier.Reference(m.UserReference, n) {
			t.Errorf("receipt %+v for %q, want one for %q with state %v", got, of, text, state)
		}
	}
	for _, id := range r.MessageIDs {
		open.Remove(id, handset)
	}
}

// parameters are the names that both libraries give the optional parameters of
// segments.
var parameters = map[pdu.Tag]string{
	pdu.TagSarMsgRefNum: "sar_msg_ref_num", pdu.TagSarTotalSegments: "sar_total_segments",
	pdu.TagSarSegmentSeqnum: "sar_segment_seqnum", pdu.TagMessagePayload: "message_payload",
}

// reads compares part n with what the peer tells of it, and returns the text that
// it reads.
func (p *scripted) reads(t *testing.T, n int, part coding.Part) string {
	t.Helper()
	got := p.expect(t, "command", "submit_sm",
		"source_addr_ton", "5", "source_addr_npi", "0", "source_addr", "Tollgate",
		"dest_addr_ton", "1", "dest_addr_npi", "1", "destination_addr", handset,
		"registered_delivery", "1", "esm_class", number(part.ESMClass), "data_coding", number(part.DataCoding))
	if left := time.Until(expiry(got.text("validity_period"))); left < 4*time.Minute || left > 5*time.Minute {
		t.Errorf("part %d expires in %s", n, left)
	}
	if !p.decodes && got.text("short_message") != hex.EncodeToString(part.ShortMessage) {
		t.Errorf("part %d arrives as %s, sent %x", n, got.text("short_message"), part.ShortMessage)
	}
	for _, tlv := range part.TLVs {
		name, want := parameters[tlv.Tag], hex.EncodeToString(tlv.Value)
		if p.decodes {
			want = new(big.Int).SetBytes(tlv.Value).String()
		}
		if got.text(name) != want && !(p.decodes && tlv.Tag == pdu.TagMessagePayload) {
			t.Errorf("part %d arrives with %s %s, sent %x", n, name, got.text(name), tlv.Value)
		}
	}
	return got.text("text")
}

// expiry reads a validity_period as a library tells it: as it came, or as a date.
func expiry(v string) time.Time {
	if at, err := time.Parse(time.RFC3339, v); err == nil {
		return at
	}
	at, err := pdu.ParseTime(v, time.Now())
	if err != nil {
		return time.Time{}
	}
	return at
}

func number(b byte) string { return said{"": float64(b)}.text("") }

func split(t *testing.T, text string, how coding.Options) []coding.Part {
	t.Helper()
	parts, err := coding.Split(text, how)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}
