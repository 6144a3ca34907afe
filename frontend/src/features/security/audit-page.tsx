import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { AuditDocument, type AuditQuery } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { usePages } from '@/lib/graphql';
import { useMay } from '@/lib/viewer';
import { type Column, DataTable } from '@/ui/data-table';
import { FilterChips } from '@/ui/filter-chips';
import { Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { Time } from '@/ui/values';
import { actionLabel, actions, detailText } from './audit-words';
import classes from './security-layout.module.css';

// Not needed before someone exports.
const EvidenceDialog = lazy(() =>
  import('./evidence-dialog').then((module) => ({ default: module.EvidenceDialog })),
);

type Event = AuditQuery['audit']['edges'][number]['node'];

const route = getRouteApi('/portal/security/audit');

/** What was done, by whom, from where. */
export function AuditPage() {
  const t = useT();
  const { action } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const [exporting, setExporting] = useState(false);
  const list = usePages(AuditDocument, { first: 50, action: action ?? null }, (data) => data.audit);
  const columns: Column<Event>[] = [
    {
      id: 'action',
      header: t('audit.action'),
      cell: (event) => <span title={event.action}>{actionLabel(t, event.action)}</span>,
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
      cell: (event) => event.detail.map((pair) => detailText(t, pair)).join(' · ') || '–',
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
    <Panel
      title={t('security.audit')}
      about={t('evidence.hint')}
      actions={
        may('SECURITY_MANAGE') && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={15} />}
            onClick={() => setExporting(true)}
          >
            {t('evidence.title')}
          </Button>
        )
      }
      flush
    >
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
        toolbar={
          <FilterChips
            filters={[
              {
                key: 'action',
                label: t('audit.filter'),
                options: actions.map((value) => ({ value, label: actionLabel(t, value) })),
                single: true,
              },
            ]}
            values={{ action: action ? [action] : undefined }}
            onChange={(values) => void navigate({ search: { action: values.action?.[0] } })}
          />
        }
        empty={
          action ? (
            <Empty title={t('kit.table.noMatch')} text={t('kit.table.noMatchText')} />
          ) : (
            <Empty title={t('audit.empty')} />
          )
        }
      />
      {exporting && (
        <Suspense fallback={null}>
          <EvidenceDialog onClose={() => setExporting(false)} />
        </Suspense>
      )}
    </Panel>
  );
}
