import { Button, Modal, Stack } from '@mantine/core';
import { IconUserCheck, IconUserOff, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import * as v from 'valibot';
import {
  InviteUserDocument,
  PeopleDocument,
  type PeopleQuery,
  type Role,
  SetUserDisabledDocument,
} from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useGraph, useMutate } from '@/lib/graphql';
import { useMay, useViewer } from '@/lib/viewer';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { CopyField } from '@/ui/copy';
import { type Column, DataTable } from '@/ui/data-table';
import { Form, TextField, useKitForm } from '@/ui/form';
import { Panel } from '@/ui/panel';
import { SelectField } from '@/ui/select-field';
import { Empty } from '@/ui/states';
import { StatusBadge } from '@/ui/status-badge';
import { Ago } from '@/ui/values';

type Person = PeopleQuery['users'][number];
const none = {};

/** Who has an account here. */
export function PeoplePage() {
  const t = useT();
  const may = useMay();
  const { user } = useViewer();
  const people = useGraph(PeopleDocument, none);
  const [inviting, setInviting] = useState(false);
  const [changing, setChanging] = useState<Person | null>(null);
  const manage = may('SECURITY_MANAGE');
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
        ) : one.secondFactor ? (
          <StatusBadge tone="good">{t('people.twoFactors')}</StatusBadge>
        ) : (
          <StatusBadge tone="warn">{t('people.noFactor')}</StatusBadge>
        ),
    },
    {
      id: 'seen',
      header: t('people.seen'),
      cell: (one) => (one.lastSignInAt ? <Ago value={one.lastSignInAt} /> : t('keys.never')),
    },
  ];
  return (
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
        actions={(one) =>
          manage && one.id !== user.id
            ? [
                {
                  label: one.disabled ? t('people.enable') : t('people.disable'),
                  icon: one.disabled ? <IconUserCheck size={16} /> : <IconUserOff size={16} />,
                  danger: !one.disabled,
                  run: setChanging,
                },
              ]
            : []
        }
        bare
      />
      <InviteDialog opened={inviting} onClose={() => setInviting(false)} />
      <DisableDialog person={changing} onClose={() => setChanging(null)} onChanged={people.refresh} />
    </Panel>
  );
}

const roles: Role[] = [
  'OWNER',
  'SECURITY_ADMIN',
  'BRAND_MANAGER',
  'APPROVER',
  'ANALYST',
  'AGENT',
  'DEVELOPER',
];
const schema = v.object({ email: v.pipe(v.string(), v.trim(), v.email('email')), role: v.picklist(roles) });

function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useT();
  const [url, setUrl] = useState<string>();
  const close = () => {
    setUrl(undefined);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('people.invite')}
      closeOnClickOutside={!url}
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      {url ? (
        <Stack>
          <p style={{ margin: 0 }}>{t('people.handOver')}</p>
          <CopyField label={t('people.address')} value={url} once />
          <Button onClick={close}>{t('kit.done')}</Button>
        </Stack>
      ) : (
        opened && <InviteForm onMade={setUrl} />
      )}
    </Modal>
  );
}

function InviteForm({ onMade }: { onMade: (url: string) => void }) {
  const t = useT();
  const [invite, busy] = useMutate(InviteUserDocument);
  const kit = useKitForm(schema, { email: '', role: 'BRAND_MANAGER' });
  return (
    <Form
      kit={kit}
      onSubmit={async (input) => {
        const { data, problem } = await invite({ input });
        const payload = data?.inviteUser;
        if (payload?.url) onMade(payload.url);
        else
          kit.refuse(
            payload?.userErrors ?? [{ code: 'INTERNAL', message: problem?.message || t('problem.text') }],
          );
      }}
      actions={
        <Button type="submit" loading={busy}>
          {t('people.makeInvite')}
        </Button>
      }
    >
      <TextField
        form={kit.form}
        name="email"
        type="email"
        label={t('people.email')}
        inputMode="email"
        autoComplete="off"
        required
      />
      <SelectField
        form={kit.form}
        name="role"
        label={t('people.role')}
        options={roles.map((value) => ({ value, label: enumLabel(t, 'role', value) }))}
        required
      />
    </Form>
  );
}

function DisableDialog({
  person,
  onClose,
  onChanged,
}: {
  person: Person | null;
  onClose: () => void;
  onChanged: () => void;
}) {
  const t = useT();
  const [set, busy] = useMutate(SetUserDisabledDocument);
  const [errors, setErrors] = useState<string[]>([]);
  const disable = person ? !person.disabled : true;
  const run = async () => {
    if (!person) return;
    const { data, problem } = await set({ id: person.id, disabled: disable });
    const refusals = data
      ? data.setUserDisabled.userErrors.map((one) => one.message)
      : [problem?.message || t('problem.text')];
    setErrors(refusals);
    if (refusals.length > 0) return;
    onChanged();
    onClose();
  };
  return (
    <ConfirmDialog
      opened={person !== null}
      title={t(disable ? 'people.disableTitle' : 'people.enableTitle', {
        name: person?.name || person?.email,
      })}
      confirm={t(disable ? 'people.disable' : 'people.enable')}
      danger={disable}
      errors={errors}
      busy={busy}
      onConfirm={() => void run()}
      onClose={onClose}
    >
      {t(disable ? 'people.disableText' : 'people.enableText')}
    </ConfirmDialog>
  );
}
