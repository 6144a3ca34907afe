import { AuditDocument, type AuditQuery } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { usePages } from '@/lib/graphql';
import { type Column, DataTable } from '@/ui/data-table';
import { Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { Time } from '@/ui/values';
import classes from './security-layout.module.css';

type Event = AuditQuery['audit']['edges'][number]['node'];
const first = { first: 50 };

/** What was done, by whom, from where. */
export function AuditPage() {
  const t = useT();
  const list = usePages(AuditDocument, first, (data) => data.audit);
  const columns: Column<Event>[] = [
    {
      id: 'action',
      header: t('audit.action'),
      cell: (event) => <span className={classes.mono}>{event.action}</span>,
    },
    { id: 'who', header: t('audit.who'), cell: (event) => event.user?.name ?? t('audit.system') },
    {
      id: 'address',
      header: t('audit.address'),
      cell: (event) => <span className={classes.mono}>{event.address ?? '–'}</span>,
      optional: true,
    },
    {
      id: 'detail',
      header: t('audit.detail'),
      cell: (event) => event.detail.join(', ') || '–',
      optional: true,
    },
    {
      id: 'target',
      header: t('audit.target'),
      cell: (event) => event.target ?? '–',
      copy: (event) => event.target ?? null,
      optional: true,
      hidden: true,
    },
    { id: 'at', header: t('audit.at'), cell: (event) => <Time value={event.at} style="second" /> },
  ];
  return (
    <Panel flush>
      <DataTable<Event>
        id="audit"
        label={t('security.audit')}
        columns={columns}
        rows={list.rows}
        rowId={(event) => event.id}
        fetching={list.fetching}
        problem={list.problem}
        onRetry={list.refresh}
        more={list.more}
        empty={<Empty title={t('audit.empty')} />}
      />
    </Panel>
  );
}
