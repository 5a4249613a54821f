package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var sendCommand = &command{
	name:  "send",
	args:  "NUMBER",
	short: "send one code or text over the API and follow it to its end",
	long: "Posts one send to a running gateway and prints each new step until the message\n" +
		"has a terminal state. The key comes from --key or TOLLGATE_KEY.",
	examples: []string{
		"tollgate send +4915112345678",
		"tollgate send --purpose withdrawal --locale de +4915112345678",
		"tollgate send --text 'Your parcel is here' +4915112345678",
	},
	run: runSend,
}

type sendFlags struct {
	url, key, purpose, locale, text, account string
	wait                                     time.Duration
}

func runSend(ctx context.Context, c *cli) error {
	var f sendFlags
	c.StringVar(&f.url, "url", "http://127.0.0.1:8080", "the gateway's API")
	c.StringVar(&f.key, "key", os.Getenv("TOLLGATE_KEY"), "API key (default TOLLGATE_KEY, then dev-key)")
	c.StringVar(&f.purpose, "purpose", "", "login, signup, bind, number_change, withdrawal, recovery, ...")
	c.StringVar(&f.locale, "locale", "", "language of the text, as in de or pt-BR")
	c.StringVar(&f.text, "text", "", "send this text instead of a code")
	c.StringVar(&f.account, "account", "", "the user's account id")
	c.DurationVar(&f.wait, "wait", 30*time.Second, "how long to follow the message; 0: do not")
	if err := c.parse(); err != nil {
		return err
	}
	if c.NArg() != 1 {
		return usagef("give one number")
	}
	if f.key == "" {
		f.key = "dev-key"
	}
	path, body := "/v1/otp/send", map[string]any{"to": c.Arg(0)}
	if f.text != "" {
		path, body["text"] = "/v1/messages", f.text
	}
	for k, v := range map[string]string{"purpose": f.purpose, "locale": f.locale, "account_id": f.account} {
		if v != "" {
			body[k] = v
		}
	}
	answer, err := f.call(ctx, http.MethodPost, path, body)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, string(answer))
	var accepted struct{ ID string }
	if err := json.Unmarshal(answer, &accepted); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return f.follow(ctx, c.out, strings.TrimSuffix(path, "/send")+"/"+accepted.ID)
}

// call makes one request; a refusal is an error that says why.
func (f *sendFlags) call(ctx context.Context, method, path string, body any) ([]byte, error) {
	var payload io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		payload = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, f.url+path, payload)
	if err != nil {
		return nil, usageError{err}
	}
	req.Header.Set("Authorization", "Bearer "+f.key)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	client := http.Client{Timeout: 10 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 300 {
		return nil, refused(resp.Status, answer)
	}
	return answer, nil
}

// follow prints the timeline as it grows.
func (f *sendFlags) follow(ctx context.Context, out io.Writer, path string) error {
	if f.wait <= 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, f.wait)
	defer cancel()
	seen := 0
	for {
		answer, err := f.call(ctx, http.MethodGet, path, nil)
		if err != nil {
			return err
		}
		var view struct {
			Delivery string
			Timeline []struct {
				Step, At, Carrier, Detail string
				Latency                   float64 `json:"latency_ms"`
			}
		}
		if err := json.Unmarshal(answer, &view); err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		for _, s := range view.Timeline[min(seen, len(view.Timeline)):] {
			fmt.Fprintf(out, "%s  %-12s %-12s %8.2f ms  %s\n", s.At, s.Step, s.Carrier, s.Latency, s.Detail)
		}
		seen = len(view.Timeline)
		switch view.Delivery {
		case "delivered":
			return nil
		case "undelivered", "expired", "rejected", "unknown", "canceled":
			return fmt.Errorf("the message ended as %s", view.Delivery)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("still %s after %v", view.Delivery, f.wait)
		}
	}
}
