package devgate

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"tollgate/bench/devgate/devgatetest"
	"tollgate/bench/proc"
	"tollgate/smpp/smsc"
)

func TestStart(t *testing.T) {
	program := devgatetest.Build(t)
	t.Run("and stop", func(t *testing.T) { startAndStop(t, program) })
	t.Run("fails", func(t *testing.T) { startFails(t, program) })
}

func startAndStop(t *testing.T, program string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smsc.New(&smsc.Profile{}, smsc.Options{})
	go func() { _ = s.Serve(l) }()
	defer s.Close()
	dir := t.TempDir()
	g, err := Start(t.Context(), Config{Command: []string{program}, Dir: dir, Carrier: l.Addr().String(), Links: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Stop()
	req, err := http.NewRequest(http.MethodPost, g.URL+"/v1/otp/send", strings.NewReader(`{"to":"+4915112345678"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+Key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	m, err := g.Ops.Metrics(t.Context())
	if resp.StatusCode != http.StatusAccepted || err != nil || m["go_goroutines"] == 0 || m["tollgate_store_bytes"] == 0 {
		t.Errorf("a send is answered %s; metrics %v, %v", resp.Status, m["go_goroutines"], err)
	}
	g.Stop()
	if _, err := proc.Read(g.Pid()); err == nil {
		t.Error("it runs on")
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v is left behind", left)
	}
}

func startFails(t *testing.T, program string) {
	dir := t.TempDir()
	_, err := Start(t.Context(), Config{Command: []string{program}, Dir: dir, Carrier: "127.0.0.1:1", Args: []string{"--policy", "nonsense"}})
	if err == nil || !strings.Contains(err.Error(), "there is no policy") {
		t.Errorf("%v, want what the gateway said", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v is left behind", left)
	}
}
