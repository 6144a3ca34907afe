import { Button } from '@mantine/core';
import { useState } from 'react';
import * as v from 'valibot';
import { locales } from '@/i18n/portal';
import { Words } from '@/i18n/words';
import { compare } from '@/lib/delta';
import { formatCount } from '@/lib/format';
import type { Period } from '@/lib/period';
import { Chart } from '@/ui/chart';
import { CodeInput } from '@/ui/code-input';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { CopyField } from '@/ui/copy';
import { DataTable, type Sort } from '@/ui/data-table';
import { FilterChips, type FilterValues } from '@/ui/filter-chips';
import { Form, PasswordField, TextAreaField, TextField, useKitForm } from '@/ui/form';
import { Funnel } from '@/ui/funnel';
import { JobProgress } from '@/ui/job-progress';
import { KpiCard } from '@/ui/kpi-card';
import { Facts, Halves, Sections, Tiles, Toolbar } from '@/ui/layout';
import { Mark } from '@/ui/logo';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { PeriodPicker } from '@/ui/period-picker';
import { PhonePreview } from '@/ui/phone-preview';
import { QrCode } from '@/ui/qr';
import { SchemeToggle } from '@/ui/scheme-toggle';
import { SelectField } from '@/ui/select-field';
import { Empty, ErrorState, Forbidden, Loading } from '@/ui/states';
import { StatusBadge, type Tone } from '@/ui/status-badge';
import { Timeline } from '@/ui/timeline';
import { Ago, Count, Money, Rate, Time } from '@/ui/values';
import { Wizard } from '@/ui/wizard';

// Made-up words on purpose: this page is for builders, and no part of it reaches a user.
const w = {
  long: 'A rather long name that has to wrap or be cut somewhere in the middle of the line',
  sample: 'Sample',
  text: 'Hello *{{1}}*, your _order_ ~KC-1~ `KC-2` is on its way.\n- one\n- two\n> quoted',
};

const broken = { code: 'UNAVAILABLE', message: w.long, requestId: 'req_01JD5V7Q2M', retryAfter: null };
const tones: Tone[] = ['good', 'bad', 'warn', 'info', 'neutral'];
const people = Array.from({ length: 400 }, (_, index) => ({
  id: String(index),
  name: `${w.sample} ${index}`,
  count: index * 37,
}));
const points = Array.from({ length: 30 }, (_, index) => ({
  label: `${index + 1}`,
  a: 40 + ((index * 17) % 31),
  b: 20 + ((index * 11) % 23),
}));
const series = [
  { key: 'a', label: 'A', color: 'brand.6' },
  { key: 'b', label: 'B', color: 'teal.6' },
];
const schema = v.object({
  text: v.pipe(v.string(), v.minLength(1, 'required')),
  secret: v.string(),
  body: v.string(),
  choice: v.string(),
});

/** Every piece of the kit in all of its states; only while developing. */
export function KitPage() {
  return (
    <Words messages={locales.en}>
      <Kit />
    </Words>
  );
}

function Kit() {
  return (
    <Page
      title={w.sample}
      badge={<StatusBadge tone="info">{w.sample}</StatusBadge>}
      help={w.long}
      crumbs={[{ label: w.sample, to: '/' }]}
      actions={<SchemeToggle />}
    >
      <Sections>
        <Values />
        <Cards />
        <Charts />
        <Tables />
        <Forms />
        <Progress />
        <Phones />
        <States />
      </Sections>
    </Page>
  );
}

function Values() {
  const now = new Date().toISOString();
  return (
    <Halves>
      <Panel title={w.sample} about={w.long} actions={<Mark />}>
        <Toolbar end={<Button>{w.sample}</Button>}>
          {tones.map((tone) => (
            <StatusBadge key={tone} tone={tone} live={tone === 'good'}>
              {tone}
            </StatusBadge>
          ))}
        </Toolbar>
        <Facts
          facts={[
            { label: 'Count', value: <Count value={1234567} compact /> },
            { label: 'Rate', value: <Rate value={null} /> },
            { label: 'Money', value: <Money micros="862000" currency="INR" /> },
            { label: 'Time', value: <Time value={now} style="second" /> },
            { label: 'Ago', value: <Ago value={now} /> },
          ]}
        />
      </Panel>
      <Panel title={w.sample}>
        <Timeline items={tones.map((tone) => ({ id: tone, at: now, title: tone, note: w.long, tone }))} />
      </Panel>
    </Halves>
  );
}

function Cards() {
  return (
    <Tiles>
      <KpiCard label={w.sample} value="1,204" delta={compare(120, 100, 'up')} formula="a / b" />
      <KpiCard label={w.sample} value="1,204" delta={compare(120, 100, 'down')} />
      <KpiCard label={w.sample} value="1,204" delta={compare(12, 10, 'up')} change="+2" />
      <KpiCard label={w.sample} value="–" unavailable={w.long} />
    </Tiles>
  );
}

function Charts() {
  const format = (value: number) => formatCount(value);
  return (
    <Halves>
      {(['line', 'area', 'bar', 'stacked'] as const).map((kind) => (
        <Chart
          key={kind}
          title={kind}
          kind={kind}
          points={points}
          series={series}
          axis="Day"
          format={format}
          file="kit"
        />
      ))}
      <Chart title="none" kind="line" points={[]} series={series} axis="Day" format={format} file="kit" />
      <Panel title="Funnel">
        <Funnel
          stages={[
            { id: 'a', label: 'A', value: 1000 },
            { id: 'b', label: 'B', value: 730, of: 'a' },
            { id: 'c', label: 'C', value: 12, of: 'b', tone: 'bad' },
          ]}
        />
      </Panel>
    </Halves>
  );
}

function Tables() {
  const [filters, setFilters] = useState<FilterValues>({ state: ['a'] });
  const [period, setPeriod] = useState<Period>({ period: 'LAST_28_DAYS', compare: 'PREVIOUS' });
  const [sort, setSort] = useState<Sort>({ key: 'COUNT', descending: true });
  const options = ['a', 'b', 'c'].map((value) => ({ value, label: value }));
  return (
    <Panel title="DataTable" flush>
      <DataTable
        id="kit"
        label={w.sample}
        columns={[
          { id: 'name', header: 'Name', cell: (row) => row.name, copy: (row) => row.name },
          {
            id: 'count',
            header: 'Count',
            cell: (row) => formatCount(row.count),
            numeric: true,
            sort: 'COUNT',
            optional: true,
          },
        ]}
        rows={people}
        rowId={(row) => row.id}
        fetching={false}
        problem={null}
        empty={null}
        sort={sort}
        onSort={setSort}
        more={{ has: true, fetching: false, load: () => {} }}
        actions={() => [{ label: w.sample, run: () => {} }]}
        toolbar={
          <>
            <FilterChips
              values={filters}
              onChange={setFilters}
              filters={[
                { key: 'state', label: 'State', options },
                { key: 'kind', label: 'Kind', options },
              ]}
            />
            <PeriodPicker value={period} onChange={setPeriod} comparable />
          </>
        }
      />
    </Panel>
  );
}

function Forms() {
  const kit = useKitForm(schema, { text: '', secret: '', body: '', choice: '' });
  const [step, setStep] = useState<'a' | 'b'>('a');
  const [asking, setAsking] = useState(false);
  const [code, setCode] = useState('');
  return (
    <Halves>
      <Panel title="Form">
        <Form
          kit={kit}
          onSubmit={() =>
            void kit.refuse([
              { field: 'text', code: 'INVALID', message: w.long },
              { field: null, code: 'CONFLICT', message: w.long },
            ])
          }
          actions={<Button type="submit">{w.sample}</Button>}
        >
          <TextField form={kit.form} name="text" label={w.sample} description={w.long} required />
          <PasswordField form={kit.form} name="secret" label={w.sample} />
          <TextAreaField form={kit.form} name="body" label={w.sample} limit={100} />
          <SelectField
            form={kit.form}
            name="choice"
            label={w.sample}
            options={[{ value: 'a', label: 'A' }]}
          />
        </Form>
      </Panel>
      <Sections>
        <Panel title="Wizard">
          <Wizard
            label={w.sample}
            current={step}
            onStep={setStep}
            steps={[
              { id: 'a', label: 'A', ready: true, content: w.long },
              { id: 'b', label: 'B', ready: false, content: w.sample },
            ]}
          />
        </Panel>
        <Panel title="Secrets">
          <Sections>
            <CopyField label={w.sample} value="ph_live_7Jv2mQ9xT4bNc8KpW1sZr6Yd3Hf5Lg0A" once />
            <QrCode value="otpauth://totp/x?secret=JBSWY3DPEHPK3PXP" label={w.sample} />
            <CodeInput value={code} onChange={setCode} />
            <Button onClick={() => setAsking(true)}>{w.sample}</Button>
          </Sections>
        </Panel>
      </Sections>
      <ConfirmDialog
        opened={asking}
        title={w.sample}
        confirm={w.sample}
        typed="delete"
        danger
        onConfirm={() => setAsking(false)}
        onClose={() => setAsking(false)}
      >
        {w.long}
      </ConfirmDialog>
    </Halves>
  );
}

function Progress() {
  return (
    <Panel title="JobProgress">
      <Sections>
        <JobProgress
          label={w.sample}
          done={380}
          total={1000}
          failed={12}
          rate={78}
          remaining={141_000}
          running
        />
        <JobProgress label={w.sample} done={380} total={null} failed={0} running />
        <JobProgress label={w.sample} done={1000} total={1000} failed={1} running={false} />
      </Sections>
    </Panel>
  );
}

function Phones() {
  const message = {
    brand: 'Kaveri Coffee',
    language: 'en',
    marketing: false,
    body: w.text,
    bodyValues: { 1: 'Asha' },
    footer: w.sample,
    buttons: [],
  };
  const buttons = ['A', 'B', 'C', 'D'].map((text) => ({ kind: 'QUICK_REPLY' as const, text }));
  return (
    <Halves>
      <PhonePreview message={message} />
      <PhonePreview
        message={{ ...message, header: w.sample, marketing: true, body: w.text.repeat(3), buttons }}
      />
      <PhonePreview
        message={{
          ...message,
          language: 'ar',
          body: 'مرحبا {{1}}',
          buttons: [{ kind: 'URL', text: 'افتح' }],
        }}
      />
      <PhonePreview message={{ ...message, body: '' }} />
    </Halves>
  );
}

function States() {
  return (
    <Halves>
      <Panel>
        <Empty title={w.sample} text={w.long} action={<Button>{w.sample}</Button>} />
      </Panel>
      <Panel>
        <ErrorState problem={broken} onRetry={() => {}} />
      </Panel>
      <Panel>
        <Forbidden />
      </Panel>
      <Panel>
        <Loading />
      </Panel>
    </Halves>
  );
}
