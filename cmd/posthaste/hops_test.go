package main

import (
	"strings"
	"testing"
)

func TestHopsBeyondThisHostNeedTLS(t *testing.T) {
	for _, test := range []struct {
		postgres, clickhouse, whatsapp, insecure string
		want                                     string // the setting that is refused; empty: none
	}{
		{postgres: "postgres://u:hunter2@127.0.0.1:5432/p?sslmode=disable", clickhouse: "http://[::1]:8123/p", whatsapp: "http://localhost:1"},
		{postgres: "postgres://u:hunter2@db.example/p", clickhouse: "https://ch.example:8443/p", whatsapp: "https://graph.facebook.com"},
		{postgres: "postgres://u:hunter2@db.example/p?sslmode=verify-full"},
		{postgres: "postgres://u:hunter2@db.example/p?sslmode=verify-ca"},
		{postgres: "host=/run/postgresql user=u password=hunter2"},
		{postgres: "postgres://u:hunter2@db.example/p?sslmode=disable", want: "postgres-url"},
		{postgres: "postgres://u:hunter2@db.example/p?sslmode=prefer", want: "postgres-url"},
		{postgres: "postgres://u:hunter2@db.example/p?sslmode=require", want: "postgres-url"}, // encrypts, to whomever
		{postgres: "host=db.example user=u password=hunter2", want: "postgres-url"},           // libpq's default is prefer
		{postgres: "postgres://u:hunter2@127.0.0.1,db.example/p?sslmode=disable", want: "postgres-url"},
		{postgres: "postgres://u:hunter2@db.example/p?sslmode=disable", insecure: "smtp,postgres"},
		{clickhouse: "http://u:hunter2@ch.example:8123/p", want: "clickhouse-url"},
		{clickhouse: "http://u:hunter2@ch.example:8123/p", insecure: "clickhouse"},
		{whatsapp: "http://graph.example", want: "whatsapp-url"},
		{whatsapp: "http://127.0.0.1.example.com", want: "whatsapp-url"},
		{whatsapp: "http://graph.example", insecure: "whatsapp"},
		{insecure: "everything", want: "insecure-hop"},
		{postgres: "postgres://u:hunter2@db.example:port/p", want: "postgres-url"},
	} {
		args := []string{"--insecure-hop", test.insecure}
		for name, value := range map[string]string{"postgres-url": test.postgres, "clickhouse-url": test.clickhouse, "whatsapp-url": test.whatsapp} {
			if value != "" {
				args = append(args, "--"+name, value)
			}
		}
		c, err := load(t, args...)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.insecureHops()
		if err == nil && test.postgres != "" {
			_, err = c.postgresURL()
		}
		if err == nil && test.clickhouse != "" {
			_, err = c.clickHouseURL()
		}
		if err == nil {
			err = c.checkWebHop(hopWhatsApp, "whatsapp-url")
		}
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%+v: %v", test, err)
		case test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "setting "+test.want+" ")):
			t.Errorf("%+v: %v", test, err)
		case err != nil && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("%+v: the refusal holds the password", test)
		}
	}
}

// An address that says nothing of TLS gets the certificate checked.
func TestPostgresBeyondThisHostIsVerified(t *testing.T) {
	c, err := load(t, "--postgres-url", "postgres://u@db.example/p?application_name=x")
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.postgresURL()
	if err != nil || !strings.Contains(got, "sslmode=verify-full") || !strings.Contains(got, "application_name=x") {
		t.Errorf("%s: %v", got, err)
	}
}
