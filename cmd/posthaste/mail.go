package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"posthaste/auth"
	"posthaste/channels/email"
	"posthaste/jobs"
	"posthaste/messaging"
	"posthaste/privacy"
)

// mail makes the transport. Without a mail server there is none, and nobody is told anything by mail.
func (c *config) mail() (*email.Transport, auth.Post, error) {
	insecure, err := c.insecureHops()
	if err != nil {
		return nil, auth.Post{}, err
	}
	if c.text("smtp-url") == "" {
		return nil, auth.Post{}, nil
	}
	from := c.text("mail-from")
	if from == "" {
		return nil, auth.Post{}, badSetting("mail-from", "say from whom mails come, e.g. Acme Tea <no-reply@acme.example>")
	}
	public, err := c.publicURL()
	if err != nil {
		return nil, auth.Post{}, err
	}
	transport, err := email.New(email.Options{
		URL: c.text("smtp-url"), Password: c.text("smtp-password"), From: from, Plain: slices.Contains(insecure, hopSMTP),
	})
	if err != nil {
		return nil, auth.Post{}, badSetting("smtp-url", "%s", strings.TrimPrefix(err.Error(), email.ErrSetting.Error()+": "))
	}
	return transport, auth.Post{URL: strings.TrimSuffix(public.String(), "/")}, nil
}

// deliver sends one mail. What can never be sent is given up: it came too late, its tenant is gone, or the server will
// not have it.
func (i *installation) deliver(ctx context.Context, job jobs.Mail) error {
	m, err := i.rows().OpenMail(ctx, job)
	switch {
	case messaging.CodeOf(err) == messaging.CodeNotFound, errors.Is(err, privacy.ErrSealed):
		return fmt.Errorf("the keys of the mail are gone: %w", jobs.ErrGivenUp)
	case err != nil:
		return err
	case !m.Until.IsZero() && time.Now().After(m.Until):
		return fmt.Errorf("the mail came too late to be of use: %w", jobs.ErrGivenUp)
	case i.mail == nil:
		return errors.New("this process has no mail server: set smtp-url")
	}
	letter := email.Letter{Title: m.Subject, Lines: m.Lines, Button: m.Button, Link: m.Link, Foot: m.Foot}
	page, err := letter.HTML()
	if err != nil {
		return err
	}
	err = i.mail.Send(ctx, email.Message{ID: m.ID.String(), To: m.To, Subject: m.Subject, Text: letter.Text(), HTML: page, Date: m.Made})
	if errors.Is(err, email.ErrRefused) {
		return fmt.Errorf("%w: %w", err, jobs.ErrGivenUp)
	}
	return err
}
