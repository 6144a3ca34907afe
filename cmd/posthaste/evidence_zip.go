package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
)

// evidenceDesk hands evidence to people of the portal.
type evidenceDesk struct {
	i      *installation
	access *auth.Access
}

// Evidence implements server.Exporter. The files lie in a directory of their own until the archive is closed.
func (d evidenceDesk) Evidence(ctx context.Context, actor messaging.Actor, ticket string) (io.ReadCloser, string, error) {
	p, err := d.access.OpenEvidence(actor, ticket)
	if err != nil {
		return nil, "", err
	}
	dir, err := os.MkdirTemp("", "posthaste-evidence-") // mode 0700
	if err != nil {
		return nil, "", fmt.Errorf("make a directory for evidence: %w", err)
	}
	if _, err = d.i.writeEvidence(ctx, actor.Tenant, p, dir+"/files", time.Now()); err != nil {
		return nil, "", errors.Join(err, os.RemoveAll(dir))
	}
	archive, err := zipped(dir)
	if err != nil {
		return nil, "", errors.Join(err, os.RemoveAll(dir))
	}
	name := fmt.Sprintf("evidence-%s-to-%s.zip", p.From.UTC().Format(time.DateOnly), p.Before.UTC().Add(-time.Nanosecond).Format(time.DateOnly))
	return archive, name, nil
}

// zipFile is an archive that takes its directory with it.
type zipFile struct {
	*os.File
	dir string
}

func (f zipFile) Close() error { return errors.Join(f.File.Close(), os.RemoveAll(f.dir)) }

// zipped packs the directory's files.
func zipped(dir string) (io.ReadCloser, error) {
	file, err := os.Create(dir + "/evidence.zip") // #nosec G304 -- a directory that was just made
	if err != nil {
		return nil, fmt.Errorf("make an archive: %w", err)
	}
	w := zip.NewWriter(file)
	err = errors.Join(w.AddFS(os.DirFS(dir+"/files")), w.Close())
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("pack evidence: %w", err), file.Close())
	}
	return zipFile{file, dir}, nil
}
