package carrier

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

// certificate is a self-signed one for host, and the pool that trusts it.
func certificate(t *testing.T, host string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// TestTLS binds with certificates on both sides, and not at all without them.
func TestTLS(t *testing.T) {
	server, serverPool := certificate(t, "localhost")
	client, clientPool := certificate(t, "esme")
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{server}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clientPool,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	k := newSMSC()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			k.set(func() { k.serve(conn) })
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	dial := func(ctx context.Context, addr string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", "127.0.0.1:"+port)
	}
	for _, v := range []struct {
		name   string
		driver string
		config *tls.Config
		up     bool
	}{
		{"both certificates", DriverNative, &tls.Config{RootCAs: serverPool, Certificates: []tls.Certificate{client}}, true},
		{"both certificates, go-smpp", DriverGoSMPP, &tls.Config{RootCAs: serverPool, Certificates: []tls.Certificate{client}}, true},
		{"no client certificate", DriverNative, &tls.Config{RootCAs: serverPool}, false},
		{"unknown server", DriverNative, &tls.Config{Certificates: []tls.Certificate{client}}, false},
	} {
		w := newWorld(t, Config{Addr: "localhost:" + port, Dial: dial, Driver: v.driver, TLS: v.config}, k)
		w.Start()
		told := func() (ups, downs int) {
			w.heard.mu.Lock()
			defer w.heard.mu.Unlock()
			return w.heard.ups, len(w.heard.downs)
		}
		ups, downs := told()
		for ups+downs == 0 {
			time.Sleep(time.Millisecond)
			ups, downs = told()
		}
		if v.up != (ups > 0) {
			t.Errorf("%s: bound %v, want %v: %v", v.name, ups > 0, v.up, w.Health().LastError)
		}
		if v.up {
			if r := <-w.send(t, message("secret")); r.Err != nil || r.Status != 0 {
				t.Errorf("%s: %+v", v.name, r)
			}
		}
		w.Close()
	}
	k.set(k.close)
}
