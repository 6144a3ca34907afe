package main

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"posthaste/analytics/clickhouse"
	"posthaste/auth"
	"posthaste/jobs"
	"posthaste/messaging"
	"posthaste/store"
)

// stalledAfter is how long an upload may be silent before its reader counts as gone.
const stalledAfter = 2 * time.Minute

// jobs runs mails and upkeep until ctx ends. Which of several servers does a piece of work, River decides.
func (i *installation) jobs(ctx context.Context, p *parts, figures *clickhouse.Store, registry prometheus.Registerer) error {
	return jobs.New(jobs.Options{
		Pool: i.jobsPool, Recurring: i.upkeep(p.templates, p.access, figures), Mail: i.deliver,
		Reset: func(ctx context.Context, r jobs.PasswordReset) error {
			return p.access.GrantPasswordReset(ctx, r.ID, r.Value)
		},
		Grace: i.config.duration("grace"), Now: time.Now, Log: i.log, Registry: registry,
	}).Run(ctx)
}

// upkeep is what the installation does by itself.
func (i *installation) upkeep(templates *messaging.Templates, access *auth.Access, figures *clickhouse.Store) []jobs.Recurring {
	list := []jobs.Recurring{
		{Name: "stalled_uploads", Every: time.Minute, Do: func(ctx context.Context, now time.Time) error {
			_, err := i.store.FailStalledJobs(ctx, now, now.Add(-stalledAfter))
			return err
		}},
		{Name: "allow_list_trials", Every: time.Minute, Do: func(ctx context.Context, now time.Time) error {
			tenants, err := i.store.TenantsWithTrialsOver(ctx, now)
			for _, t := range tenants {
				err = errors.Join(err, access.EndTrial(ctx, t))
			}
			return err
		}},
		{Name: "approvals", Every: time.Minute, Do: func(ctx context.Context, now time.Time) error {
			tenants, err := i.store.TenantsWithApprovalsOver(ctx, now)
			approvals := &auth.Approvals{Access: access}
			for _, t := range tenants {
				err = errors.Join(err, approvals.Expire(ctx, t))
			}
			return err
		}},
		{Name: "template_reviews", Every: 5 * time.Minute, Do: func(ctx context.Context, _ time.Time) error {
			return i.reconcile(ctx, templates)
		}},
		{Name: "tightening", Every: 5 * time.Second, Do: store.NewTightener(i.store, i.keys, i.ids, figures, time.Now).Work},
		{Name: "data_keys", Every: 5 * time.Second, Do: store.NewResealer(i.store, i.keys, i.ring, i.ids, time.Now).Work},
		{Name: "tenant_deletion", Every: 5 * time.Second, Do: store.NewDeleter(i.rows(), figures, i.options, time.Now).Work},
		{Name: "campaign_results", Every: 10 * time.Minute, Do: store.NewSending(i.store, i.keys).KeepResults},
		{Name: "forget_access", Every: time.Hour, Do: i.store.ForgetAccess},
		{Name: "root_keys", Every: 10 * time.Minute, Do: i.rewrap},
		{Name: "dba_grants", Every: time.Minute, Do: i.dbas().DropExpired},
	}
	if write := i.checkpoints(); write != nil {
		list = append(list, jobs.Recurring{Name: "ledger_checkpoints", Every: time.Hour, Do: write})
	}
	return list
}

// reconcile asks the platform about templates whose submission got no answer.
func (i *installation) reconcile(ctx context.Context, templates *messaging.Templates) error {
	tenants, err := i.store.Tenants(ctx)
	for _, t := range tenants {
		if t.Active() {
			err = errors.Join(err, templates.Reconcile(ctx, t.ID))
		}
	}
	return err
}
