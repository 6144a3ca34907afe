import { Button, Checkbox, Stack, Text } from '@mantine/core';
import { getRouteApi, useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import * as v from 'valibot';
import {
  type ConsentJobFragment,
  ConsentJobStateDocument,
  ConsentJobsDocument,
  type ConsentSource,
  CreateConsentImportDocument,
  type Purpose,
} from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { type CsvPreview, previewCsv } from '@/lib/csv-preview';
import { formatCount } from '@/lib/format';
import { useGraph, useMutate } from '@/lib/graphql';
import { useNow, usePreferences } from '@/lib/preferences';
import { upload } from '@/lib/upload';
import { CsvSample } from '@/ui/csv-sample';
import { type Column, DataTable } from '@/ui/data-table';
import { FileDrop } from '@/ui/file-drop';
import { Form, GeneralErrors, TextField, useKitForm } from '@/ui/form';
import { JobProgress } from '@/ui/job-progress';
import { Facts, Sections } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { SelectField } from '@/ui/select-field';
import { Empty, Loading } from '@/ui/states';
import { StatusBadge, type Tone } from '@/ui/status-badge';
import { Time } from '@/ui/values';

const route = getRouteApi('/portal/consent/import');

interface Chosen {
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
          <MappingPanel
            chosen={chosen}
            onBack={() => setChosen(undefined)}
            onError={(message) => setErrors([message])}
            onJob={(id) => void navigate({ search: { job: id } })}
          />
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

const purposes: Purpose[] = ['MARKETING', 'UTILITY', 'AUTHENTICATION', 'ALL'];
const sources: ConsentSource[] = ['IMPORT', 'WEBSITE', 'APP', 'STORE', 'EMAIL', 'SMS', 'QR'];

const schema = v.object({
  addressColumn: v.pipe(v.string(), v.minLength(1, 'required')),
  timeColumn: v.string(),
  purpose: v.picklist(purposes),
  source: v.picklist(sources),
  wordingVersion: v.pipe(v.string(), v.maxLength(100, 'tooLong')),
  attestation: v.literal(true, 'attestation'),
});

interface MappingProps {
  chosen: Chosen;
  onBack: () => void;
  onError: (message: string) => void;
  onJob: (id: string) => void;
}

function MappingPanel({ chosen, onBack, onError, onJob }: MappingProps) {
  const t = useT();
  const { session } = useRouteContext({ from: '/portal' });
  const { locale } = usePreferences();
  const { preview, file } = chosen;
  const [create, creating] = useMutate(CreateConsentImportDocument);
  const kit = useKitForm(schema, {
    addressColumn:
      guess(preview.columns, /phone|mobile|msisdn|number|whatsapp|address/i) ?? preview.columns[0] ?? '',
    timeColumn: '',
    purpose: 'MARKETING',
    source: 'IMPORT',
    wordingVersion: '',
    attestation: false as unknown as true,
  });
  const columns = preview.columns.map((column) => ({ value: column, label: column }));
  const attestation = kit.form.watch('attestation');
  return (
    <Panel
      title={t('consentImport.map')}
      about={t('consentImport.file', {
        name: file.name,
        count: preview.total === null ? t('kit.file.many') : formatCount(preview.total, locale),
      })}
    >
      <Form
        kit={kit}
        onSubmit={async (values) => {
          const { data, problem } = await create({
            input: { ...values, timeColumn: values.timeColumn || null },
          });
          const payload = data?.createConsentImport;
          if (!payload?.url || !payload.job) {
            return void kit.refuse(
              payload?.userErrors.length
                ? payload.userErrors
                : [{ code: 'INTERNAL', message: problem?.message || t('problem.text') }],
            );
          }
          onJob(payload.job.id);
          const answer = await upload(session, payload.url, file);
          if (!answer.ok) onError(t('kit.file.uploadFailed', { status: answer.status }));
        }}
        actions={
          <>
            <Button type="submit" loading={creating} disabled={!attestation}>
              {t('consentImport.start')}
            </Button>
            <Button variant="subtle" color="gray" onClick={onBack}>
              {t('consentImport.otherFile')}
            </Button>
          </>
        }
      >
        <CsvSample preview={preview} />
        <Stack gap="md" maw={520}>
          <SelectField
            form={kit.form}
            name="addressColumn"
            label={t('consentImport.addressColumn')}
            options={columns}
            required
          />
          <SelectField
            form={kit.form}
            name="timeColumn"
            label={t('consentImport.timeColumn')}
            description={t('consentImport.timeHint')}
            options={columns}
          />
          <SelectField
            form={kit.form}
            name="purpose"
            label={t('consent.purpose')}
            options={purposes.map((value) => ({ value, label: enumLabel(t, 'purpose', value) }))}
            required
          />
          <SelectField
            form={kit.form}
            name="source"
            label={t('consent.source')}
            options={sources.map((value) => ({ value, label: enumLabel(t, 'source', value) }))}
            required
          />
          <TextField
            form={kit.form}
            name="wordingVersion"
            label={t('consent.wording')}
            description={t('consent.wordingHint')}
          />
          <Checkbox
            {...kit.form.register('attestation')}
            label={t('consentImport.attestation')}
            error={kit.form.formState.errors.attestation && t('rule.attestation')}
          />
        </Stack>
      </Form>
    </Panel>
  );
}

function guess(columns: string[], pattern: RegExp): string | undefined {
  return columns.find((column) => pattern.test(column));
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
