package account

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Over a real connection: signed and read to the end, whatever is answered.
func TestPostsOverHTTP(t *testing.T) {
	got := make(chan error, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = Verify(secret, r.Header, body, time.Now())
		}
		got <- err
		_, _ = w.Write(make([]byte, 1<<20))
	}))
	defer srv.Close()
	n := NewNotifier(NotifierConfig{AllowPrivate: true, AllowHTTP: true}, nil, slog.New(slog.DiscardHandler))
	if !n.Notify(event(srv.URL + "/hook")) {
		t.Fatal("Notify = false")
	}
	if err := <-got; err != nil {
		t.Errorf("the receiver says %v", err)
	}
	closed(t, n)
	results(t, n, map[string]float64{resultDelivered: 1})
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var followed atomic.Bool
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			followed.Store(true)
			return
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer srv.Close()
	n := NewNotifier(NotifierConfig{AllowPrivate: true, AllowHTTP: true, MaxAttempts: 1}, nil, slog.New(slog.DiscardHandler))
	n.Notify(event(srv.URL))
	if err := n.Close(context.Background()); err != nil || followed.Load() {
		t.Errorf("Close = %v, followed %v", err, followed.Load())
	}
	if n.Notify(event(srv.URL)) {
		t.Error("a closed Notifier took an event")
	}
}

// A name that resolves to the inside is stopped when it is dialed, and the log
// says neither the URL's token nor more of the address than needed.
func TestPrivateAddressIsNotDialed(t *testing.T) {
	var reached atomic.Bool
	srv := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer srv.Close()
	var log bytes.Buffer
	n := NewNotifier(NotifierConfig{}, nil, slog.New(slog.NewTextHandler(&log, nil)))
	url := strings.Replace(srv.URL, "127.0.0.1", "localhost", 1) + "/hook?token=hush"
	if !n.Notify(event(url)) {
		t.Fatal("Notify = false; the name alone does not tell")
	}
	closed(t, n)
	results(t, n, map[string]float64{resultRefused: 1})
	if reached.Load() || !strings.Contains(log.String(), "not public") || strings.Contains(log.String(), "hush") {
		t.Errorf("reached %v, log %s", reached.Load(), log.String())
	}
}
