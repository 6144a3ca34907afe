import { ActionIcon, Alert, Button, Switch, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash, IconUserPlus } from '@tabler/icons-react';
import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  AllowListDocument,
  type AllowListFieldsFragment,
  type AllowListQuery,
  ConfirmAllowListDocument,
  RollBackAllowListDocument,
  SetAllowListDocument,
  type SetAllowListMutation,
  TestAddressDocument,
} from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { formatDuration } from '@/lib/format';
import { type MutationAnswer, useAsk, useGraph, useMutate } from '@/lib/graphql';
import { useNow } from '@/lib/preferences';
import { useMay } from '@/lib/viewer';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { type Column, DataTable } from '@/ui/data-table';
import { GeneralErrors } from '@/ui/general-errors';
import { Halves, Sections } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import { WaitsForSecondPerson } from '@/ui/second-person';
import { Empty, ErrorState, Loading } from '@/ui/states';
import { StatusBadge } from '@/ui/status-badge';
import { Ago, Time } from '@/ui/values';
import { looksLikeCidr, networkOf } from './cidr';
import classes from './security-layout.module.css';

type Entry = AllowListFieldsFragment['entries'][number];
type Blocked = AllowListQuery['blockedAttempts'][number];
type CutOff = SetAllowListMutation['setAllowList']['cutOff'];
/** Set where the change waits for a second person. */
type Waiting = SetAllowListMutation['setAllowList']['approval'];

const none = {};

/**
 * The allow-list: a change is first a trial, and goes back by itself unless it is confirmed from inside. Mails lead
 * here too, and to who may not see it their own sessions are what matters.
 */
export function AccessPage() {
  const may = useMay();
  return may('SECURITY_READ') ? <Access /> : <Navigate to="/security/sessions" replace />;
}

function Access() {
  const list = useGraph(AllowListDocument, none, { pollMilliseconds: 15_000 });
  if (!list.data) {
    return (
      <Panel>
        {list.problem ? <ErrorState problem={list.problem} onRetry={list.refresh} /> : <Loading lines={8} />}
      </Panel>
    );
  }
  const { allowList, blockedAttempts } = list.data;
  return (
    <Sections>
      {allowList.trialUntil && <TrialBanner until={allowList.trialUntil} onChanged={list.refresh} />}
      <EntriesPanel key={allowList.updatedAt ?? 'new'} list={allowList} onChanged={list.refresh} />
      <Halves>
        <TestPanel ownAddress={allowList.ownAddress} />
        <BlockedPanel attempts={blockedAttempts} />
      </Halves>
    </Sections>
  );
}

function TrialBanner({ until, onChanged }: { until: string; onChanged: () => void }) {
  const t = useT();
  const now = useNow(1_000);
  const [confirm, confirming] = useMutate(ConfirmAllowListDocument);
  const [rollBack, rolling] = useMutate(RollBackAllowListDocument);
  const [errors, setErrors] = useState<string[]>([]);
  const left = Math.max(0, new Date(until).getTime() - now);
  const settle = ({ refusals }: MutationAnswer<unknown>) => {
    setErrors(refusals.map((one) => one.message));
    onChanged();
  };
  return (
    <Alert color="yellow" variant="light" title={t('access.trial')}>
      <GeneralErrors messages={errors} />
      <div className={classes.banner}>
        <span>{t('access.trialText', { time: formatDuration(Math.round(left / 1_000) * 1_000) })}</span>
        <span style={{ display: 'flex', gap: 8 }}>
          <Button size="xs" loading={confirming} onClick={() => void confirm({}).then(settle)}>
            {t('access.keep')}
          </Button>
          <Button
            size="xs"
            variant="default"
            loading={rolling}
            onClick={() => void rollBack({}).then(settle)}
          >
            {t('access.rollBack')}
          </Button>
        </span>
      </div>
    </Alert>
  );
}

interface Draft extends Pick<Entry, 'cidr' | 'label' | 'enabled' | 'expiresAt'> {
  key: number;
}

function EntriesPanel({ list, onChanged }: { list: AllowListFieldsFragment; onChanged: () => void }) {
  const t = useT();
  const may = useMay();
  const manage = may('SECURITY_MANAGE');
  const [entries, setEntries] = useState<Draft[]>(() =>
    (list.trial ?? list.entries).map((entry, key) => ({ ...entry, key })),
  );
  const [errors, setErrors] = useState<string[]>([]);
  const [cutOff, setCutOff] = useState<CutOff | null>(null);
  const [waiting, setWaiting] = useState<Waiting>(null);
  const [save, saving] = useMutate(SetAllowListDocument);
  const input = entries.map(({ cidr, label, enabled, expiresAt }) => ({
    cidr: networkOf(cidr.trim()),
    label: label.trim(),
    enabled,
    expiresAt,
  }));
  const change = (key: number, part: Partial<Draft>) =>
    setEntries(entries.map((entry) => (entry.key === key ? { ...entry, ...part } : entry)));
  const add = (cidr = '', label = '') =>
    setEntries([
      ...entries,
      {
        key: Math.max(0, ...entries.map((entry) => entry.key)) + 1,
        cidr,
        label,
        enabled: true,
        expiresAt: null,
      },
    ]);
  const valid = entries.length > 0 && entries.every((entry) => looksLikeCidr(entry.cidr));
  const hasOwn = entries.some((entry) => entry.enabled && entry.cidr.split('/')[0] === list.ownAddress);
  const run = async (dryRun: boolean) => {
    const { data, refusals } = await save({ entries: input, dryRun });
    const payload = data?.setAllowList;
    if (payload?.approval) {
      setWaiting(payload.approval);
      setErrors([]);
      return setCutOff(null);
    }
    setErrors(refusals.map((one) => one.message));
    if (!payload || refusals.length > 0) return setCutOff(null);
    if (dryRun) return setCutOff(payload.cutOff);
    setCutOff(null);
    onChanged();
  };
  return (
    <Panel
      title={t('access.title')}
      about={list.state === 'BOOTSTRAP' ? t('access.bootstrap') : t('access.about')}
      actions={
        <StatusBadge tone={list.state === 'ACTIVE' ? 'good' : 'warn'}>
          {enumLabel(t, 'access.state', list.state)}
        </StatusBadge>
      }
    >
      <GeneralErrors messages={cutOff ? [] : errors} />
      {waiting && <WaitsForSecondPerson approval={waiting} />}
      {entries.length === 0 && (
        <Text c="dimmed" size="sm">
          {t('access.none')}
        </Text>
      )}
      {entries.length > 0 && (
        <div className={classes.entryHead} aria-hidden="true">
          <span>{t('access.network')}</span>
          <span>{t('access.label')}</span>
        </div>
      )}
      {entries.map((entry) => (
        <div key={entry.key} className={classes.entry}>
          <div className={classes.entryFields}>
            <TextInput
              aria-label={t('access.network')}
              placeholder="203.0.113.0/24"
              value={entry.cidr}
              disabled={!manage}
              error={entry.cidr !== '' && !looksLikeCidr(entry.cidr) && t('rule.cidr')}
              onChange={(event) => change(entry.key, { cidr: event.target.value })}
              classNames={{ input: classes.mono }}
            />
            <TextInput
              aria-label={t('access.label')}
              placeholder={t('access.labelHint')}
              value={entry.label}
              disabled={!manage}
              onChange={(event) => change(entry.key, { label: event.target.value })}
            />
            {entry.expiresAt && (
              <Text size="xs" c="dimmed">
                {t('access.until')} <Time value={entry.expiresAt} />
              </Text>
            )}
          </div>
          <div className={classes.entryTools}>
            <Switch
              aria-label={t('access.enabled')}
              checked={entry.enabled}
              disabled={!manage}
              onChange={(event) => change(entry.key, { enabled: event.target.checked })}
            />
            {manage && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={30}
                aria-label={t('access.remove', { network: entry.cidr })}
                onClick={() => setEntries(entries.filter((one) => one.key !== entry.key))}
              >
                <IconTrash size={16} />
              </ActionIcon>
            )}
          </div>
        </div>
      ))}
      {manage && (
        <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginTop: 14 }}>
          <Button size="sm" variant="default" leftSection={<IconPlus size={15} />} onClick={() => add()}>
            {t('access.add')}
          </Button>
          {!hasOwn && (
            <Button
              size="sm"
              variant="default"
              leftSection={<IconUserPlus size={15} />}
              onClick={() => add(networkOf(list.ownAddress), t('access.ownLabel'))}
            >
              {t('access.addOwn', { address: list.ownAddress })}
            </Button>
          )}
          <Button
            size="sm"
            disabled={!valid}
            loading={saving}
            onClick={() => void run(true)}
            style={{ marginInlineStart: 'auto' }}
          >
            {t('access.save')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        opened={cutOff !== null}
        title={t('access.confirmTitle')}
        confirm={t('access.startTrial')}
        busy={saving}
        errors={errors}
        onConfirm={() => void run(false)}
        onClose={() => setCutOff(null)}
      >
        <p style={{ marginTop: 0 }}>{t('access.confirmText')}</p>
        {cutOff && cutOff.length > 0 ? (
          <Alert color="yellow" variant="light" title={t('access.cutOff', { count: cutOff.length })}>
            <ul className={classes.list}>
              {cutOff.map((one) => (
                <li key={`${one.user?.id ?? one.apiKey?.id}-${one.address}`}>
                  {one.user
                    ? one.user.name || one.user.email
                    : t('access.cutOffKey', { name: one.apiKey?.name ?? '' })}{' '}
                  · <span className={classes.mono}>{one.address}</span> · <Ago value={one.lastUsedAt} />
                </li>
              ))}
            </ul>
          </Alert>
        ) : (
          <Text size="sm">{t('access.noCutOff')}</Text>
        )}
      </ConfirmDialog>
    </Panel>
  );
}

function TestPanel({ ownAddress }: { ownAddress: string }) {
  const t = useT();
  const ask = useAsk(TestAddressDocument);
  const [address, setAddress] = useState('');
  const [verdict, setVerdict] = useState<{ address: string; allowed: boolean; entry: string | null } | null>(
    null,
  );
  const [errors, setErrors] = useState<string[]>([]);
  const test = async (candidate: string) => {
    const { data, problem } = await ask({ address: candidate, entries: null });
    setErrors(problem ? [problem.message || t('problem.text')] : []);
    const answer = data?.testAddress;
    setVerdict(
      answer ? { address: candidate, allowed: answer.allowed, entry: answer.entry?.cidr ?? null } : null,
    );
  };
  return (
    <Panel title={t('access.test')} about={t('access.testAbout')}>
      <Sections>
        <GeneralErrors messages={errors} />
        <form
          style={{ display: 'flex', gap: 8 }}
          onSubmit={(event) => {
            event.preventDefault();
            void test(address.trim() || ownAddress);
          }}
        >
          <TextInput
            style={{ flex: 1 }}
            aria-label={t('access.testAddress')}
            placeholder={ownAddress}
            value={address}
            onChange={(event) => setAddress(event.target.value)}
            classNames={{ input: classes.mono }}
          />
          <Button type="submit" variant="default">
            {t('access.testRun')}
          </Button>
        </form>
        <div aria-live="polite">
          {verdict && (
            <Alert color={verdict.allowed ? 'green' : 'red'} variant="light">
              {verdict.allowed
                ? t('access.allowed', { address: verdict.address, entry: verdict.entry ?? '–' })
                : t('access.refused', { address: verdict.address })}
            </Alert>
          )}
        </div>
      </Sections>
    </Panel>
  );
}

function BlockedPanel({ attempts }: { attempts: Blocked[] }) {
  const t = useT();
  const columns: Column<Blocked>[] = [
    {
      id: 'address',
      header: t('access.address'),
      cell: (row) => <span className={classes.mono}>{row.address}</span>,
      copy: (row) => row.address,
    },
    {
      id: 'who',
      header: t('access.who'),
      cell: (row) => row.user?.name ?? enumLabel(t, 'access.credential', row.credential),
    },
    { id: 'at', header: t('access.at'), cell: (row) => <Ago value={row.at} /> },
  ];
  return (
    <Panel title={t('access.blocked')} flush>
      <DataTable<Blocked>
        id="blocked"
        label={t('access.blocked')}
        columns={columns}
        rows={attempts}
        rowId={(row) => `${row.at}-${row.address}`}
        fetching={false}
        problem={null}
        empty={<Empty title={t('access.noBlocked')} />}
        bare
      />
    </Panel>
  );
}
