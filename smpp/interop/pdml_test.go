package interop

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tshark's packet details (PDML): packets of protocols of fields of fields.
type pdml struct {
	Packets []struct {
		Protos []pdmlProto `xml:"proto"`
	} `xml:"packet"`
}

type pdmlProto struct {
	Name   string      `xml:"name,attr"`
	Fields []pdmlField `xml:"field"`
}

type pdmlField struct {
	Name     string      `xml:"name,attr"`
	Show     string      `xml:"show,attr"`
	Value    string      `xml:"value,attr"`         // octets, in hexadecimal
	Unmasked string      `xml:"unmaskedvalue,attr"` // of a bit field: the octets it is in
	Fields   []pdmlField `xml:"field"`
}

// dissected is one PDU as tshark sees it.
type dissected struct {
	conn      int
	sent      bool
	fields    fields
	malformed bool
}

// dissect runs tshark on the chunks. It skips the test where tshark is missing.
func dissect(t *testing.T, chunks []chunk) []dissected {
	t.Helper()
	need(t, "tshark")
	file := filepath.Join(t.TempDir(), "run.pcap")
	if err := os.WriteFile(file, pcap(chunks), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "tshark", "-n", "-r", file, "-d", fmt.Sprintf("tcp.port==%d,smpp", ourPort), "-T", "pdml")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tshark: %v\n%s", err, &stderr)
	}
	var doc pdml
	if err := xml.Unmarshal(bytes.Map(printable, bytes.ToValidUTF8(out, []byte("?"))), &doc); err != nil {
		t.Fatalf("read tshark's output: %v", err)
	}
	var all []dissected
	for _, p := range doc.Packets {
		all = appendPacket(all, p.Protos)
	}
	return all
}

// printable drops what tshark writes into XML and XML does not allow.
func printable(r rune) rune {
	if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
		return -1
	}
	return r
}

// appendPacket adds the PDUs that end in one packet.
func appendPacket(all []dissected, protos []pdmlProto) []dissected {
	var port [2]int
	for _, p := range protos {
		switch p.Name {
		case "tcp":
			for _, f := range p.Fields {
				switch f.Name {
				case "tcp.srcport":
					port[0], _ = strconv.Atoi(f.Show)
				case "tcp.dstport":
					port[1], _ = strconv.Atoi(f.Show)
				}
			}
		case "smpp":
			d := dissected{conn: max(port[0], port[1]) - peerPort, sent: port[0] == ourPort}
			d.collect(p.Fields)
			all = append(all, d)
		case "_ws.malformed":
			if len(all) > 0 {
				all[len(all)-1].malformed = true
			}
		}
	}
	return all
}

// collect flattens tshark's tree into leaves: an optional parameter is one, and
// so are the bit fields of one octet.
func (d *dissected) collect(list []pdmlField) {
	for _, f := range list {
		switch {
		case f.Name == "smpp.opt_params", f.Name == "smpp.dlist", f.Name == "smpp.dlist_resp":
			d.collect(f.Fields)
		case f.Name == "smpp.opt_param":
			d.fields = append(d.fields, leaf{f.Name, octets(f.Fields)})
		case f.Name == "_ws.malformed", f.Name == "_ws.expert":
			d.malformed = true
		case f.Name == "smpp.message_text", !strings.HasPrefix(f.Name, "smpp."): // tshark's own reading of the message
		case f.Unmasked != "":
			d.bits(f)
		default:
			d.fields = append(d.fields, leaf{f.Name, f.Value})
		}
	}
}

// bits adds a bit field's octet unless the bit field before it did.
func (d *dissected) bits(f pdmlField) {
	name := f.Name
	if parts := strings.Split(name, "."); len(parts) > 2 {
		name = strings.Join(parts[:len(parts)-1], ".")
	}
	if n := len(d.fields); n == 0 || d.fields[n-1].name != name {
		d.fields = append(d.fields, leaf{name, f.Unmasked})
	}
}

// octets joins the values of a parameter's tag, length and value.
func octets(list []pdmlField) string {
	var b strings.Builder
	for i, f := range list {
		switch {
		case f.Unmasked == "":
			b.WriteString(f.Value)
		case i == 0 || list[i-1].Unmasked == "":
			b.WriteString(f.Unmasked)
		}
	}
	return b.String()
}
