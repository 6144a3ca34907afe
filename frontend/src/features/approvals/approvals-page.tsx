import { useNavigate } from '@tanstack/react-router';
import { type ApprovalFieldsFragment, ApprovalsDocument } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { usePages } from '@/lib/graphql';
import { type Column, DataTable } from '@/ui/data-table';
import { Sections } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { StatusBadge } from '@/ui/status-badge';
import { Ago, Time } from '@/ui/values';
import { ApprovalStateBadge } from './state-badge';

type Approval = ApprovalFieldsFragment;

/** What waits for a second person, and what became of the rest. */
export function ApprovalsPage() {
  const t = useT();
  const waiting = usePages(ApprovalsDocument, { state: 'PENDING', first: 50 }, (data) => data.approvals, {
    pollMilliseconds: 30_000,
  });
  const all = usePages(ApprovalsDocument, { state: null, first: 20 }, (data) => data.approvals);
  const past = all.rows.filter((one) => one.state !== 'PENDING');
  const navigate = useNavigate();
  const open = (one: Approval) => void navigate({ to: '/approvals/$id', params: { id: one.id } });
  const what: Column<Approval> = {
    id: 'act',
    header: t('approvals.what'),
    cell: (one) => (
      <span>
        <strong style={{ fontWeight: 580 }}>{enumLabel(t, 'approvals.act', one.act)}</strong>
        {nameOf(one) && <span style={{ color: 'var(--mantine-color-dimmed)' }}> {nameOf(one)}</span>}
      </span>
    ),
  };
  const maker: Column<Approval> = {
    id: 'maker',
    header: t('approvals.maker'),
    cell: (one) => one.maker?.name || one.maker?.email || t('audit.system'),
  };
  return (
    <Page title={t('approvals.title')} help={t('approvals.help')}>
      <Sections>
        <Panel title={t('approvals.waiting')} flush>
          <DataTable<Approval>
            id="approvals-waiting"
            label={t('approvals.waiting')}
            columns={[
              what,
              maker,
              { id: 'asked', header: t('approvals.asked'), cell: (one) => <Ago value={one.createdAt} /> },
              {
                id: 'expires',
                header: t('approvals.expires'),
                cell: (one) => <Time value={one.expiresAt} />,
              },
              {
                id: 'turn',
                header: t('approvals.turn'),
                cell: (one) =>
                  one.mayDecide ? (
                    <StatusBadge tone="warn">{t('approvals.yours')}</StatusBadge>
                  ) : (
                    t(one.mayWithdraw ? 'approvals.another' : 'approvals.others')
                  ),
              },
            ]}
            rows={waiting.rows}
            rowId={(one) => one.id}
            fetching={waiting.fetching}
            problem={waiting.problem}
            onRetry={waiting.refresh}
            more={waiting.more}
            onOpen={open}
            empty={<Empty title={t('approvals.empty')} text={t('approvals.emptyText')} />}
            bare
          />
        </Panel>
        {(past.length > 0 || all.fetching || all.problem || all.more.has) && (
          <Panel title={t('approvals.past')} flush>
            <DataTable<Approval>
              id="approvals-past"
              label={t('approvals.past')}
              columns={[
                what,
                maker,
                {
                  id: 'state',
                  header: t('approvals.outcome'),
                  cell: (one) => <ApprovalStateBadge state={one.state} />,
                },
                {
                  id: 'checker',
                  header: t('approvals.checker'),
                  cell: (one) => one.checker?.name || one.checker?.email || '–',
                },
                {
                  id: 'decided',
                  header: t('approvals.decided'),
                  cell: (one) => <Ago value={one.decidedAt ?? one.expiresAt} />,
                },
              ]}
              rows={past}
              rowId={(one) => one.id}
              fetching={all.fetching}
              problem={all.problem}
              onRetry={all.refresh}
              more={all.more}
              onOpen={open}
              empty={<Empty title={t('approvals.noPast')} />}
              bare
            />
          </Panel>
        )}
      </Sections>
    </Page>
  );
}

/** What it is about, where the act alone does not say it. */
function nameOf(approval: Approval): string | undefined {
  return approval.changes.find((change) => change.field === 'campaign')?.after;
}
