import { Button } from '@mantine/core';
import {
  IconLogout,
  IconShieldX,
  IconUserCheck,
  IconUserCog,
  IconUserOff,
  IconUserPlus,
} from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { PeopleDocument, type PeopleQuery } from '@/graphql/graphql';
import { enumLabel, type Translate, useT } from '@/i18n/messages';
import { useGraph } from '@/lib/graphql';
import { useMay, useViewer } from '@/lib/viewer';
import { type Column, DataTable, type RowAction } from '@/ui/data-table';
import { Sections } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { StatusBadge } from '@/ui/status-badge';
import { Ago } from '@/ui/values';
import { CoveragePanel } from './coverage-panel';
import { InvitesPanel } from './invites-panel';
import type { Person, PersonAct } from './person-dialogs';

// Forms are not needed before somebody does something.
const InviteDialog = lazy(() =>
  import('./invite-dialog').then((module) => ({ default: module.InviteDialog })),
);
const PersonDialog = lazy(() =>
  import('./person-dialogs').then((module) => ({ default: module.PersonDialog })),
);

type Factors = PeopleQuery['factorCoverage']['people'][number];
const none = {};

/** Who has an account here, who is about to, and how well they are protected. */
export function PeoplePage() {
  const t = useT();
  const may = useMay();
  const { user } = useViewer();
  const people = useGraph(PeopleDocument, none);
  const [inviting, setInviting] = useState(false);
  const [asked, setAsked] = useState<{ person: Person; act: PersonAct } | null>(null);
  const manage = may('SECURITY_MANAGE');
  const factors = new Map(people.data?.factorCoverage.people.map((one) => [one.user.id, one]));
  const columns: Column<Person>[] = [
    {
      id: 'name',
      header: t('people.name'),
      cell: (one) => <strong style={{ fontWeight: 580 }}>{one.name || one.email}</strong>,
    },
    { id: 'email', header: t('people.email'), cell: (one) => one.email, copy: (one) => one.email },
    { id: 'role', header: t('people.role'), cell: (one) => enumLabel(t, 'role', one.role) },
    {
      id: 'state',
      header: t('people.state'),
      cell: (one) =>
        one.disabled ? (
          <StatusBadge tone="bad">{t('people.disabled')}</StatusBadge>
        ) : (factors.get(one.id)?.enrolled ?? one.secondFactor) ? (
          <StatusBadge tone="good">{t('people.twoFactors')}</StatusBadge>
        ) : (
          <StatusBadge tone="warn">{t('people.noFactor')}</StatusBadge>
        ),
    },
    { id: 'factors', header: t('people.factors'), cell: (one) => sayFactors(t, factors.get(one.id)) },
    {
      id: 'seen',
      header: t('people.seen'),
      cell: (one) => (one.lastSignInAt ? <Ago value={one.lastSignInAt} /> : t('keys.never')),
    },
  ];
  const actions = (one: Person): RowAction<Person>[] => {
    // Only an owner does anything to an owner, and nobody to themselves.
    if (!manage || one.id === user.id || (one.role === 'OWNER' && user.role !== 'OWNER')) return [];
    const ask = (act: PersonAct) => (person: Person) => setAsked({ person, act });
    if (one.disabled)
      return [{ label: t('people.enable'), icon: <IconUserCheck size={16} />, run: ask('enable') }];
    return [
      { label: t('people.changeRole'), icon: <IconUserCog size={16} />, run: ask('role') },
      { label: t('people.end'), icon: <IconLogout size={16} />, run: ask('sessions') },
      { label: t('people.reset'), icon: <IconShieldX size={16} />, danger: true, run: ask('factors') },
      { label: t('people.disable'), icon: <IconUserOff size={16} />, danger: true, run: ask('disable') },
    ];
  };
  return (
    <Sections>
      <Panel
        title={t('security.people')}
        flush
        actions={
          manage && (
            <Button size="xs" leftSection={<IconUserPlus size={15} />} onClick={() => setInviting(true)}>
              {t('people.invite')}
            </Button>
          )
        }
      >
        <DataTable<Person>
          id="people"
          label={t('security.people')}
          columns={columns}
          rows={people.data?.users ?? []}
          rowId={(one) => one.id}
          fetching={people.fetching}
          problem={people.problem}
          onRetry={people.refresh}
          empty={<Empty title={t('people.empty')} />}
          actions={actions}
          bare
        />
      </Panel>
      {people.data && (
        <>
          <InvitesPanel invites={people.data.openInvites} onChanged={people.refresh} />
          <CoveragePanel coverage={people.data.factorCoverage} />
        </>
      )}
      <Suspense fallback={null}>
        {inviting && <InviteDialog onClose={() => setInviting(false)} onMade={people.refresh} />}
        {asked && (
          <PersonDialog
            key={`${asked.person.id}-${asked.act}`}
            {...asked}
            onClose={() => setAsked(null)}
            onChanged={people.refresh}
          />
        )}
      </Suspense>
    </Sections>
  );
}

/** Which factors a person has, in words; a dash for who may not sign in. */
function sayFactors(t: Translate, factors: Factors | undefined): string {
  if (!factors?.enrolled) return '–';
  const parts = [
    factors.totp && t('factor.OTP'),
    factors.passkeys > 0 && t('people.passkeys', { count: factors.passkeys }),
    t('people.codesLeft', { count: factors.recoveryCodes }),
  ];
  return parts.filter(Boolean).join(', ');
}
