package camara

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// issuer gives tokens of a lifetime, or fails.
type issuer struct {
	life time.Duration
	slow time.Duration

	mu      sync.Mutex
	err     error
	count   int
	fetches int
}

func (i *issuer) fail(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.err = err
}

// asked is how many fetches there were, and how many gave a token.
func (i *issuer) asked() (fetches, tokens int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches, i.count
}

func (i *issuer) fetch(ctx context.Context) (token, error) {
	i.mu.Lock()
	i.fetches++
	i.mu.Unlock()
	select {
	case <-time.After(i.slow):
	case <-ctx.Done():
		return token{}, ctx.Err()
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.err != nil {
		return token{}, i.err
	}
	i.count++
	t := token{value: fmt.Sprint("t", i.count), got: time.Now()}
	if i.life != 0 {
		t.expires = t.got.Add(i.life)
	}
	return t, nil
}

// bubble runs a test of tokens on a clock of its own.
func bubble(t *testing.T, i *issuer, f func(*tokens)) {
	synctest.Test(t, func(*testing.T) {
		k := newTokens("camara", i.fetch, quiet())
		synctest.Wait()
		f(k)
		k.close()
	})
}

func TestTokensAreRefreshedBeforeTheyEnd(t *testing.T) {
	i := &issuer{life: time.Hour}
	bubble(t, i, func(k *tokens) {
		for range 600 {
			if _, err := k.current(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		if _, n := i.asked(); n < 12 || n > 13 { // one for each 48 minutes of ten hours
			t.Errorf("%d tokens", n)
		}
	})
}

func TestTokenWithoutEnd(t *testing.T) {
	i := &issuer{}
	bubble(t, i, func(k *tokens) {
		time.Sleep(25 * time.Minute)
		if v, err := k.current(); err != nil || v != "t3" {
			t.Errorf("%s, %v", v, err)
		}
	})
}

// The former token serves while the endpoint is down, and is not used beyond
// its end.
func TestTokenEndpointIsDown(t *testing.T) {
	i := &issuer{life: time.Hour}
	bubble(t, i, func(k *tokens) {
		i.fail(errors.New("down"))
		time.Sleep(59 * time.Minute)
		if v, err := k.current(); err != nil || v != "t1" {
			t.Errorf("before its end: %s, %v", v, err)
		}
		if k.note() == "" {
			t.Error("health says nothing")
		}
		time.Sleep(time.Minute)
		if v, err := k.current(); err == nil || v != "" || !strings.Contains(err.Error(), "down") {
			t.Errorf("after its end: %s, %v", v, err)
		}
		from, _ := i.asked()
		for range 3600 { // lookups do not make it ask more often
			k.current()
			time.Sleep(time.Second)
		}
		if n, _ := i.asked(); n-from < 55 || n-from > 100 {
			t.Errorf("%d fetches in an hour", n-from)
		}
		i.fail(nil)
		time.Sleep(backOffMax)
		if _, err := k.current(); err != nil {
			t.Error(err)
		}
	})
}

func TestOneFetchForAll(t *testing.T) {
	i := &issuer{life: time.Hour, slow: time.Second}
	bubble(t, i, func(k *tokens) {
		for range 100 {
			go func() {
				if _, err := k.current(); !errors.Is(err, errNoToken) {
					t.Errorf("%v", err)
				}
				if _, err := k.await(context.Background()); err != nil {
					t.Errorf("%v", err)
				}
			}()
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if n, _ := i.asked(); n != 1 {
			t.Errorf("%d fetches", n)
		}
	})
}

// A token that is refused is dropped once, however many saw it refused.
func TestRefusedToken(t *testing.T) {
	i := &issuer{life: time.Hour}
	bubble(t, i, func(k *tokens) {
		time.Sleep(10 * time.Minute)
		for range 50 {
			k.refused("t1")
		}
		v, err := k.await(context.Background())
		if _, n := i.asked(); err != nil || v != "t2" || n != 2 {
			t.Errorf("%s, %v, %d tokens", v, err, n)
		}
		k.refused("t1") // the answer to an old request
		if v, err := k.current(); v != "t2" {
			t.Errorf("%s, %v", v, err)
		}
		k.accepted()
	})
}

func TestTokensThatAreRefusedAtOnceAreNoFlood(t *testing.T) {
	i := &issuer{life: time.Hour}
	bubble(t, i, func(k *tokens) {
		for end := time.Now().Add(time.Hour); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if v, err := k.current(); err == nil {
				k.refused(v)
			}
		}
		if _, n := i.asked(); n > 70 {
			t.Errorf("%d tokens in an hour", n)
		}
	})
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	i := &issuer{slow: fetchTimeout * 2}
	bubble(t, i, func(k *tokens) {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		began := time.Now()
		if _, err := k.await(ctx); err == nil || time.Since(began) != 50*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		time.Sleep(fetchTimeout) // a fetch that hangs has failed by now
		if _, err := k.current(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

func TestTokenIsNeverLogged(t *testing.T) {
	var out bytes.Buffer
	i := &issuer{life: time.Hour}
	synctest.Test(t, func(t *testing.T) {
		k := newTokens("camara", i.fetch, slog.New(slog.NewTextHandler(&out, nil)))
		synctest.Wait()
		k.refused("t1")
		i.fail(errors.New("down"))
		time.Sleep(time.Minute)
		i.fail(nil)
		time.Sleep(time.Minute)
		k.close()
	})
	if s := out.String(); !strings.Contains(s, "WARN") || !strings.Contains(s, "again") || strings.Contains(s, "t1") || strings.Contains(s, "t2") {
		t.Errorf("logged:\n%s", s)
	}
}
