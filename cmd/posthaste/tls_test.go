package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// certified writes a certificate of its own for 127.0.0.1 and gives the settings that name it.
func certified(t *testing.T) *config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{}
	for name, block := range map[string]*pem.Block{"cert": {Type: "CERTIFICATE", Bytes: certificate}, "key": {Type: "PRIVATE KEY", Bytes: private}} {
		paths[name] = filepath.Join(t.TempDir(), name+".pem")
		if err := os.WriteFile(paths[name], pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := load(t, "--tls-cert", paths["cert"], "--tls-key", paths["key"])
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestOurOwnTLS: TLS 1.2 with forward secrecy and authenticated encryption is the least that a client can bring.
func TestOurOwnTLS(t *testing.T) {
	t.Parallel()
	config, err := certified(t).certificate()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		client *tls.Config
		good   bool
	}{
		"TLS 1.3":             {&tls.Config{MinVersion: tls.VersionTLS13}, true},
		"TLS 1.2 with AEAD":   {&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}, true},
		"TLS 1.2 with ChaCha": {&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256}}, true},
		"TLS 1.2 with CBC": {&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
		}}, false},
		"TLS 1.2 without forward secrecy": {&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}}, false},
		"TLS 1.1":                         {&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, false},
		"TLS 1.0":                         {&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			served, asked := net.Pipe()
			deadline := time.Now().Add(20 * time.Second)
			_, _ = served.SetDeadline(deadline), asked.SetDeadline(deadline)
			answer := make(chan error, 1)
			go func() {
				defer served.Close()
				answer <- tls.Server(served, config).HandshakeContext(t.Context())
			}()
			test.client.InsecureSkipVerify = true // the certificate is its own authority; versions and suites are looked at
			client := tls.Client(asked, test.client)
			err := client.HandshakeContext(t.Context())
			_ = asked.Close()
			if byServer := <-answer; (err == nil && byServer == nil) != test.good {
				t.Errorf("the client says %v, the server %v", err, byServer)
			}
		})
	}
}
