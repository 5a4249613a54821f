package smsc

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Wireshark must read a capture as we meant it: the same PDUs, nothing
// malformed, no broken checksum and nothing odd about TCP.
func TestCaptureInTshark(t *testing.T) {
	bin, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed: apt-get install tshark, to compare captures with Wireshark")
	}
	pcap, record, _, server := converse(t, &Profile{})
	file := filepath.Join(t.TempDir(), "smsc.pcap")
	if err := os.WriteFile(file, pcap, 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(args ...string) string {
		t.Helper()
		args = append([]string{"-n", "-r", file, "-d", fmt.Sprintf("tcp.port==%d,smpp", server.Port()),
			"-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"}, args...)
		cmd := exec.CommandContext(t.Context(), bin, args...)
		var errs strings.Builder
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("tshark: %v: %s", err, errs.String())
		}
		return string(out)
	}
	if odd := read("-Y", "_ws.malformed || _ws.expert.severity >= 6291456 || tcp.analysis.flags || tcp.checksum.status == 0 || ip.checksum.status == 0"); odd != "" {
		t.Errorf("tshark is not content with:\n%s", odd)
	}
	out := read("-Y", "smpp", "-T", "fields", "-e", "tcp.srcport", "-e", "smpp.command_id", "-e", "smpp.sequence_number")
	got := map[string][]string{}
	for row := range strings.Lines(out) {
		cols := strings.Split(strings.TrimSpace(row), "\t")
		dir := "in"
		if cols[0] == fmt.Sprint(server.Port()) {
			dir = "out"
		}
		ids, seqs := strings.Split(cols[1], ","), strings.Split(cols[2], ",")
		for i := range ids {
			got[dir] = append(got[dir], ids[i]+" "+seqs[i])
		}
	}
	for _, dir := range []string{"in", "out"} {
		var want []string
		for _, l := range recorded(t, record, dir) {
			want = append(want, fmt.Sprintf("0x%s %d", commandOf(t, l), l.Seq))
		}
		if !slices.Equal(got[dir], want) {
			t.Errorf("%s: tshark shows %v, want %v", dir, got[dir], want)
		}
	}
}

// commandOf is command_id of a recorded PDU in eight digits; a bind has no octets
// in the record.
func commandOf(t *testing.T, l seen) string {
	t.Helper()
	if l.Hex == "" {
		return "00000009" // bind_transceiver
	}
	return l.Hex[8:16]
}
