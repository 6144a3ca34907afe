import { Alert, Button, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCertificate, IconSearch, IconShieldCheck, IconUpload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import * as v from 'valibot';
import {
  ConsentLookUpDocument,
  type ConsentLookUpQuery,
  type ConsentSource,
  IssueConsentProofDocument,
  type Purpose,
  RecordConsentsDocument,
  WithdrawConsentsDocument,
} from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useAsk, useMutate } from '@/lib/graphql';
import { momentAt } from '@/lib/period';
import { usePreferences } from '@/lib/preferences';
import type { Problem } from '@/lib/problem';
import { useMay } from '@/lib/viewer';
import { Form, TextField, useKitForm } from '@/ui/form';
import { GeneralErrors } from '@/ui/general-errors';
import { Halves, Sections } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { SelectField } from '@/ui/select-field';
import { Empty, ErrorState, Loading } from '@/ui/states';
import { StatusBadge } from '@/ui/status-badge';
import { Timeline } from '@/ui/timeline';
import { Time } from '@/ui/values';
import classes from './consent.module.css';

// Not needed before a proof was issued.
const ProofDialog = lazy(() => import('./proof-dialog').then((module) => ({ default: module.ProofDialog })));

type Proof = ConsentLookUpQuery['consent'];

/** What was asked for: an address, and a moment unless it is now. */
interface Asked {
  address: string;
  at?: string;
}

/** Who said yes to what, and the evidence. The address is looked up, never kept in the page's address. */
export function ConsentPage() {
  const t = useT();
  const may = useMay();
  const ask = useAsk(ConsentLookUpDocument);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [busy, setBusy] = useState(false);
  const [proof, setProof] = useState<Proof>();
  const [problem, setProblem] = useState<Problem | null>(null);
  const lookUp = async (what: Asked) => {
    setBusy(true);
    const answer = await ask(what);
    setBusy(false);
    setAsked(what);
    setProof(answer.data?.consent);
    setProblem(answer.problem);
  };
  return (
    <Page
      title={t('consent.title')}
      help={t('consent.help')}
      actions={
        may('CONSENT_WRITE') && (
          <Button
            component={Link}
            to="/consent/import"
            variant="default"
            leftSection={<IconUpload size={16} />}
          >
            {t('consent.import')}
          </Button>
        )
      }
    >
      <Sections>
        <Panel title={t('consent.lookUp')} about={t('consent.lookUpAbout')}>
          <Search busy={busy} onAsk={(what) => void lookUp(what)} />
        </Panel>
        {problem ? (
          <Panel>
            <ErrorState problem={problem} onRetry={() => asked && void lookUp(asked)} />
          </Panel>
        ) : busy && !proof ? (
          <Panel>
            <Loading />
          </Panel>
        ) : proof && asked ? (
          <Halves>
            <ProofPanel key={proof.readAt} proof={proof} asked={asked} />
            {may('CONSENT_WRITE') && (
              <ChangePanel
                key={asked.address}
                address={asked.address}
                onChanged={() => void lookUp({ address: asked.address })}
              />
            )}
          </Halves>
        ) : (
          <Panel>
            <Empty
              icon={<IconShieldCheck size={24} aria-hidden="true" />}
              title={t('consent.nothingAsked')}
              text={t('consent.nothingAskedText')}
            />
          </Panel>
        )}
      </Sections>
    </Page>
  );
}

function Search({ busy, onAsk }: { busy: boolean; onAsk: (what: Asked) => void }) {
  const t = useT();
  const { zone } = usePreferences();
  const [typed, setTyped] = useState('');
  const [past, setPast] = useState(false);
  const [moment, setMoment] = useState('');
  const whole = typed.trim() !== '' && (!past || moment !== '');
  return (
    <form
      className={classes.search}
      onSubmit={(event) => {
        event.preventDefault();
        if (whole) onAsk({ address: typed.trim(), at: past ? momentAt(moment, zone) : undefined });
      }}
    >
      <TextInput
        aria-label={t('consent.address')}
        placeholder={t('consent.addressHint')}
        leftSection={<IconSearch size={16} />}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        size="md"
      />
      <Switch
        label={t('consent.asOfOn')}
        checked={past}
        onChange={(event) => setPast(event.currentTarget.checked)}
      />
      {past && (
        <TextInput
          className={classes.moment}
          type="datetime-local"
          label={t('consent.asOf')}
          description={t('consent.asOfZone', { zone })}
          value={moment}
          onChange={(event) => setMoment(event.target.value)}
        />
      )}
      <Button className={classes.go} type="submit" size="md" loading={busy} disabled={!whole}>
        {t('consent.check')}
      </Button>
    </form>
  );
}

function ProofPanel({ proof, asked }: { proof: Proof; asked: Asked }) {
  const t = useT();
  const [issue, issuing] = useMutate(IssueConsentProofDocument);
  const [document, setDocument] = useState<string | null>(null);
  const [refusals, setRefusals] = useState<string[]>([]);
  const nothingThen = proof.known && proof.events.length === 0;
  return (
    <Panel
      title={t('consent.proof')}
      about={
        asked.at && (
          <>
            {t('consent.asItWas')} <Time value={proof.at} />
          </>
        )
      }
      actions={
        <Button
          variant="default"
          leftSection={<IconCertificate size={16} />}
          loading={issuing}
          onClick={async () => {
            const answer = await issue({ address: asked.address, at: proof.at });
            setRefusals(answer.refusals.map((one) => one.message));
            setDocument(answer.data?.issueConsentProof.document ?? null);
          }}
        >
          {t('consent.signed')}
        </Button>
      }
    >
      {document && (
        <Suspense>
          <ProofDialog document={document} onClose={() => setDocument(null)} />
        </Suspense>
      )}
      <Sections>
        <GeneralErrors messages={refusals} />
        {nothingThen && (
          <Alert variant="light" color="gray" title={t('consent.nothingThen')}>
            {t('consent.nothingThenText')}
          </Alert>
        )}
        {!proof.known && (
          <Alert variant="light" color="gray" title={t('consent.unknown')}>
            {t('consent.unknownText')}
          </Alert>
        )}
        {proof.suppressed.length > 0 && (
          <Alert variant="light" color="red" title={t('consent.suppressed')}>
            {t('consent.suppressedText', {
              channels: proof.suppressed.map((channel) => enumLabel(t, 'channel', channel)).join(', '),
            })}
          </Alert>
        )}
        {proof.states.length > 0 && (
          <ul className={classes.states}>
            {proof.states.map((state) => (
              <li key={`${state.channel}-${state.purpose}`}>
                <StatusBadge tone={state.granted ? 'good' : 'bad'}>
                  {state.granted ? t('consent.granted') : t('consent.withdrawn')}
                </StatusBadge>
                <span>
                  {enumLabel(t, 'purpose', state.purpose)} · {enumLabel(t, 'channel', state.channel)}
                </span>
                <span className={classes.dim}>
                  <Time value={state.at} />
                </span>
              </li>
            ))}
          </ul>
        )}
        {proof.events.length > 0 && (
          <Timeline
            items={proof.events.map((event) => ({
              id: event.id,
              at: event.occurredAt,
              tone: event.granted ? 'good' : 'bad',
              title: t(event.granted ? 'consent.eventGranted' : 'consent.eventWithdrawn', {
                purpose: enumLabel(t, 'purpose', event.purpose),
              }),
              note: [
                event.undated && t('consent.undated'),
                enumLabel(t, 'source', event.source),
                event.wordingVersion && t('consent.wordingIs', { version: event.wordingVersion }),
                event.language,
                t('consent.link', { seq: event.seq }),
              ]
                .filter(Boolean)
                .join(' · '),
            }))}
          />
        )}
        {proof.eventCount > proof.events.length && (
          <p className={classes.dim}>{t('consent.more', { count: proof.eventCount })}</p>
        )}
        <p className={classes.dim}>
          {t('consent.readAt', { seq: proof.ledgerSeq })} <Time value={proof.readAt} style="second" />
        </p>
      </Sections>
    </Panel>
  );
}

const purposes: Purpose[] = ['MARKETING', 'UTILITY', 'AUTHENTICATION', 'ALL'];
const sources: ConsentSource[] = ['WEBSITE', 'APP', 'STORE', 'QR', 'EMAIL', 'SMS', 'KEYWORD', 'PORTAL'];

const schema = v.object({
  purpose: v.picklist(purposes),
  source: v.picklist(sources),
  wordingVersion: v.pipe(v.string(), v.maxLength(100, 'tooLong')),
  language: v.pipe(v.string(), v.maxLength(35, 'tooLong')),
});

function ChangePanel({ address, onChanged }: { address: string; onChanged: () => void }) {
  const t = useT();
  const [act, setAct] = useState<'record' | 'withdraw'>('record');
  const [record, recording] = useMutate(RecordConsentsDocument);
  const [withdraw, withdrawing] = useMutate(WithdrawConsentsDocument);
  const kit = useKitForm(schema, {
    purpose: 'MARKETING',
    source: 'PORTAL',
    wordingVersion: '',
    language: '',
  });
  return (
    <Panel
      title={t('consent.change')}
      about={act === 'record' ? t('consent.recordAbout') : t('consent.withdrawAbout')}
    >
      <Form
        kit={kit}
        onSubmit={async (values) => {
          const input = [{ address, channel: 'WHATSAPP' as const, ...values }];
          const { results, refusals } =
            act === 'record'
              ? await record({ input }).then(({ data, refusals }) => ({
                  results: data?.recordConsents.results ?? [],
                  refusals,
                }))
              : await withdraw({ input }).then(({ data, refusals }) => ({
                  results: data?.withdrawConsents.results ?? [],
                  refusals,
                }));
          const all = [...refusals, ...results.flatMap(({ error }) => (error ? [error] : []))];
          if (kit.refuse(all.map((one) => ({ ...one, field: one.field?.replace(/^.*\./, '') })))) return;
          notifications.show({
            message: t(act === 'record' ? 'consent.recorded' : 'consent.withdrawalRecorded'),
          });
          onChanged();
        }}
        actions={
          <Button
            type="submit"
            loading={recording || withdrawing}
            color={act === 'withdraw' ? 'red.9' : undefined}
          >
            {t(act === 'record' ? 'consent.record' : 'consent.withdraw')}
          </Button>
        }
      >
        <SegmentedControl
          fullWidth
          aria-label={t('consent.change')}
          value={act}
          onChange={(value) => setAct(value as 'record' | 'withdraw')}
          data={[
            { value: 'record', label: t('consent.actRecord') },
            { value: 'withdraw', label: t('consent.actWithdraw') },
          ]}
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
        {act === 'record' && (
          <>
            <TextField
              form={kit.form}
              name="wordingVersion"
              label={t('consent.wording')}
              description={t('consent.wordingHint')}
            />
            <TextField
              form={kit.form}
              name="language"
              label={t('consent.language')}
              description={t('consent.languageHint')}
            />
          </>
        )}
      </Form>
    </Panel>
  );
}
