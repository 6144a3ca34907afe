import { Button, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { type ConsentJobFragment, ConsentJobStateDocument, ConsentJobsDocument } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { type CsvPreview, previewCsv } from '@/lib/csv-preview';
import { formatCount } from '@/lib/format';
import { useGraph } from '@/lib/graphql';
import { useNow, usePreferences } from '@/lib/preferences';
import { type Column, DataTable } from '@/ui/data-table';
import { FileDrop } from '@/ui/file-drop';
import { GeneralErrors } from '@/ui/general-errors';
import { JobProgress } from '@/ui/job-progress';
import { Facts, Sections } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { Empty, Loading } from '@/ui/states';
import { StatusBadge, type Tone } from '@/ui/status-badge';
import { Time } from '@/ui/values';

// Not needed before a file is chosen.
const MappingPanel = lazy(() =>
  import('./mapping-panel').then((module) => ({ default: module.MappingPanel })),
);

const route = getRouteApi('/portal/consent/import');

export interface Chosen {
  file: File;
  preview: CsvPreview;
}

/** A file of people who agreed: choose, map, attest, watch. */
export function ConsentImportPage() {
  const t = useT();
  const { job } = route.useSearch();
  const navigate = route.useNavigate();
  const [chosen, setChosen] = useState<Chosen>();
  const [errors, setErrors] = useState<string[]>([]);
  const [reading, setReading] = useState(false);
  const choose = async (file: File) => {
    setErrors([]);
    setReading(true);
    try {
      const preview = await previewCsv(file);
      if (preview.columns.length === 0 || preview.rows.length === 0) setErrors([t('kit.file.noRows')]);
      else setChosen({ file, preview });
    } catch {
      setErrors([t('kit.file.unreadable')]);
    }
    setReading(false);
  };
  return (
    <Page
      title={t('consentImport.title')}
      help={t('consentImport.help')}
      crumbs={[{ label: t('consent.title'), to: '/consent' }]}
    >
      <Sections>
        <GeneralErrors messages={errors} />
        {job ? (
          <JobPanel
            id={job}
            onAgain={() => {
              setChosen(undefined);
              void navigate({ search: {} });
            }}
          />
        ) : chosen ? (
          <Suspense fallback={<Loading lines={8} />}>
            <MappingPanel
              chosen={chosen}
              onBack={() => setChosen(undefined)}
              onError={(message) => setErrors([message])}
              onJob={(id) => void navigate({ search: { job: id } })}
            />
          </Suspense>
        ) : (
          <Panel title={t('consentImport.choose')} about={t('consentImport.chooseAbout')}>
            <FileDrop
              onFile={(file) => void choose(file)}
              onReject={() => setErrors([t('kit.file.rejected')])}
              busy={reading}
            />
          </Panel>
        )}
        <PastImports />
      </Sections>
    </Page>
  );
}

const tones: Record<string, Tone> = {
  WAITING: 'neutral',
  RUNNING: 'info',
  DONE: 'good',
  FAILED: 'bad',
  CANCELLED: 'neutral',
};

function JobPanel({ id, onAgain }: { id: string; onAgain: () => void }) {
  const t = useT();
  const now = useNow(1_000);
  const [ended, setEnded] = useState(false);
  const state = useGraph(ConsentJobStateDocument, { id }, { pollMilliseconds: ended ? undefined : 1_000 });
  const job = state.data?.job;
  if (!job) {
    return (
      <Panel>
        {state.fetching ? (
          <Loading />
        ) : (
          <Empty
            title={t('consentImport.gone')}
            action={<Button onClick={onAgain}>{t('consentImport.again')}</Button>}
          />
        )}
      </Panel>
    );
  }
  const running = job.state === 'WAITING' || job.state === 'RUNNING';
  if (running === ended) setEnded(!running);
  const seconds = job.startedAt ? Math.max(1, (now - new Date(job.startedAt).getTime()) / 1_000) : null;
  const rate = seconds ? job.done / seconds : null;
  return (
    <Panel
      title={t('consentImport.progress')}
      actions={
        <StatusBadge tone={tones[job.state] ?? 'neutral'}>{enumLabel(t, 'job.state', job.state)}</StatusBadge>
      }
    >
      <Stack gap="md">
        {job.error && <GeneralErrors messages={[job.error]} />}
        <JobProgress
          label={t('consentImport.progress')}
          done={job.done}
          total={job.total ?? null}
          failed={job.failed}
          rate={running ? rate : null}
          remaining={running && rate && job.total ? ((job.total - job.done) / rate) * 1_000 : null}
          running={running}
          note={t('consentImport.keepOpen')}
        />
        {job.failures.length > 0 && (
          <Facts
            facts={job.failures.slice(0, 20).map((failure) => ({
              label: t('consentImport.line', { line: failure.line }),
              value: `${enumLabel(t, 'refusal', failure.code)}${failure.field ? ` · ${failure.field}` : ''}`,
            }))}
          />
        )}
        {!running && (
          <Button variant="default" w="fit-content" onClick={onAgain}>
            {t('consentImport.again')}
          </Button>
        )}
      </Stack>
    </Panel>
  );
}

const none = {};

function PastImports() {
  const t = useT();
  const { locale } = usePreferences();
  const jobs = useGraph(ConsentJobsDocument, none);
  const columns: Column<ConsentJobFragment>[] = [
    { id: 'at', header: t('consentImport.at'), cell: (job) => <Time value={job.createdAt} /> },
    {
      id: 'state',
      header: t('consentImport.state'),
      cell: (job) => (
        <StatusBadge tone={tones[job.state] ?? 'neutral'}>{enumLabel(t, 'job.state', job.state)}</StatusBadge>
      ),
    },
    {
      id: 'done',
      header: t('consentImport.rows'),
      cell: (job) => formatCount(job.done, locale),
      numeric: true,
    },
    {
      id: 'failed',
      header: t('consentImport.refused'),
      cell: (job) => formatCount(job.failed, locale),
      numeric: true,
    },
  ];
  return (
    <Panel title={t('consentImport.past')} flush>
      <DataTable<ConsentJobFragment>
        id="consent-jobs"
        label={t('consentImport.past')}
        columns={columns}
        rows={jobs.data?.jobs ?? []}
        rowId={(job) => job.id}
        fetching={jobs.fetching}
        problem={jobs.problem}
        onRetry={jobs.refresh}
        empty={
          <Text c="dimmed" size="sm" p="lg">
            {t('consentImport.noPast')}
          </Text>
        }
        bare
      />
    </Panel>
  );
}
