package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

var demoCommand = &command{
	name:  "demo",
	short: "play a clean user, a VoIP number, a ported number, a SIM swap and pumping",
	long: "Starts a gateway of its own on free ports with a simulated SMSC and a file of\n" +
		"subscribers, plays each story against it over HTTP, prints what happened, and\n" +
		"ends with 0 when everything went as it should.",
	examples: []string{"tollgate demo", "tollgate demo --policy strict"},
	run:      runDemo,
}

func runDemo(ctx context.Context, c *cli) error {
	policy := c.String("policy", "default", "default or strict")
	if err := c.parse(); err != nil {
		return err
	}
	if *policy != "default" && *policy != "strict" {
		return usagef("policy %q: the stories are for default and strict", *policy)
	}
	dir, err := os.MkdirTemp("", "tollgate-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d, stop, err := startDemo(ctx, dir, *policy)
	if err != nil {
		return err
	}
	failed := 0
	for _, s := range stories {
		fmt.Fprintf(c.out, "\n%s\n", s.title)
		if err := s.play(d.to(c.out)); err != nil {
			failed++
			fmt.Fprintf(c.out, "  !! %v\n", err)
		}
	}
	if err := stop(); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d stories did not go as they should", failed, len(stories))
	}
	fmt.Fprintf(c.out, "\nAll %d stories went as they should.\n", len(stories))
	return nil
}

// demo is the gateway that the stories are played against.
type demo struct {
	ctx         context.Context
	api, ops    string
	subscribers string // the file that plays the network
	out         io.Writer
}

func (d demo) to(out io.Writer) *demo { d.out = out; return &d }

func startDemo(ctx context.Context, dir, policy string) (*demo, func() error, error) {
	d := &demo{ctx: ctx, subscribers: filepath.Join(dir, "subscribers.yaml")}
	if err := d.network(swapBefore); err != nil {
		return nil, nil, err
	}
	f := devFlags{
		api: "127.0.0.1:0", ops: "127.0.0.1:0", smsc: "127.0.0.1:0", data: dir, policy: policy,
		providers: list{"static:" + d.subscribers},
	}
	cfg, err := f.config()
	if err != nil {
		return nil, nil, err
	}
	dev, err := newDev(cfg, slog.New(slog.DiscardHandler), newConsole(time.Now))
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- dev.run(ctx, io.Discard) }()
	d.api, d.ops = "http://"+dev.apiLn.Addr().String(), "http://"+dev.opsLn.Addr().String()
	dev.awaitBinds(ctx, 5*time.Second)
	return d, func() error { cancel(); return <-ended }, nil
}

// answer is what the API said.
type answer struct {
	status int
	ID     string  `json:"id"`
	Code   string  `json:"code"`
	Status any     `json:"status"` // a word, or in a problem document the number
	Score  float64 `json:"score"`
	Review string  `json:"review_id"`
	Reason []struct {
		Code     string  `json:"code"`
		Points   float64 `json:"points"`
		Evidence string  `json:"evidence"`
	} `json:"reasons"`
	Decision string `json:"decision"`
}

// post asks the API and shows the answer in a line, its reasons below.
func (d *demo) post(what, path string, body map[string]any) (*answer, error) {
	a, err := d.ask(http.MethodPost, path, body)
	if err != nil {
		return nil, err
	}
	word := a.Decision
	if a.Code != "" {
		word = a.Code
	}
	if status, ok := a.Status.(string); ok && word == "" {
		word = status
	}
	fmt.Fprintf(d.out, "  %-42s %d %-18s score %.0f\n", what, a.status, word, a.Score)
	for _, r := range a.Reason {
		fmt.Fprintf(d.out, "      %-22s %+6.0f  %s\n", r.Code, r.Points, r.Evidence)
	}
	return a, nil
}

func (d *demo) ask(method, path string, body any) (*answer, error) {
	a := &answer{}
	status, err := d.http(method, d.api+path, body, a)
	a.status = status
	return a, err
}

func (d *demo) http(method, url string, body, into any) (int, error) {
	payload, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(d.ctx, method, url, bytes.NewReader(payload))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+devKey)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, json.NewDecoder(resp.Body).Decode(into)
}

// handset waits for the newest text to a number and returns the code in it.
func (d *demo) handset(to string) (code string, err error) {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var inbox []inboxMessage
		if _, err := d.http(http.MethodGet, d.ops+"/dev/inbox", nil, &inbox); err != nil {
			return "", err
		}
		for i := len(inbox) - 1; i >= 0; i-- {
			if inbox[i].To == to {
				fmt.Fprintf(d.out, "  the handset shows: %q\n", inbox[i].Text)
				return digits(inbox[i].Text), nil
			}
		}
	}
	return "", errors.New("no message reached the handset")
}

// digits finds the six-digit code in a text.
func digits(text string) string {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(word) == 6 {
			return word
		}
	}
	return ""
}

// network writes the file that answers for the network.
func (d *demo) network(text string) error {
	tmp := d.subscribers + ".new"
	if err := os.WriteFile(tmp, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, d.subscribers)
}
