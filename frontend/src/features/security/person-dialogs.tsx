import { Alert } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import * as v from 'valibot';
import {
  EndUserSessionsDocument,
  type PeopleQuery,
  ResetUserFactorsDocument,
  SetUserDisabledDocument,
  SetUserRoleDocument,
} from '@/graphql/graphql';
import { enumLabel, type MessageKey, useT } from '@/i18n/messages';
import { type MutationAnswer, useMutate } from '@/lib/graphql';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { useKitForm } from '@/ui/form';
import { FormDialog } from '@/ui/form-dialog';
import { SelectField } from '@/ui/select-field';
import { roles, useRoleOptions } from './roles';

export type Person = PeopleQuery['users'][number];
export type PersonAct = 'role' | 'sessions' | 'factors' | 'disable' | 'enable';

interface PersonDialogProps {
  person: Person;
  act: PersonAct;
  onClose: () => void;
  onChanged: () => void;
}

/** What an administrator does to one person. Each says first what it means for them. */
export function PersonDialog(props: PersonDialogProps) {
  return props.act === 'role' ? <RoleDialog {...props} /> : <ActDialog {...props} act={props.act} />;
}

type PlainAct = Exclude<PersonAct, 'role'>;
const words: Record<
  PlainAct,
  { title: MessageKey; text: MessageKey; confirm: MessageKey; done: MessageKey }
> = {
  sessions: {
    title: 'people.endTitle',
    text: 'people.endText',
    confirm: 'people.end',
    done: 'people.ended',
  },
  factors: {
    title: 'people.resetTitle',
    text: 'people.resetText',
    confirm: 'people.reset',
    done: 'people.wasReset',
  },
  disable: {
    title: 'people.disableTitle',
    text: 'people.disableText',
    confirm: 'people.disable',
    done: 'people.wasDisabled',
  },
  enable: {
    title: 'people.enableTitle',
    text: 'people.enableText',
    confirm: 'people.enable',
    done: 'people.wasEnabled',
  },
};

function ActDialog({ person, act, onClose, onChanged }: PersonDialogProps & { act: PlainAct }) {
  const t = useT();
  const [endSessions, ending] = useMutate(EndUserSessionsDocument);
  const [resetFactors, resetting] = useMutate(ResetUserFactorsDocument);
  const [setDisabled, setting] = useMutate(SetUserDisabledDocument);
  const [errors, setErrors] = useState<string[]>([]);
  const name = person.name || person.email;
  const settle = ({ refusals }: MutationAnswer<unknown>) => {
    setErrors(refusals.map((one) => one.message));
    onChanged();
    if (refusals.length > 0) return;
    notifications.show({ message: t(words[act].done, { name }) });
    onClose();
  };
  const { id } = person;
  const run = async () => {
    if (act === 'sessions') settle(await endSessions({ id }));
    else if (act === 'factors') settle(await resetFactors({ id }));
    else settle(await setDisabled({ id, disabled: act === 'disable' }));
  };
  return (
    <ConfirmDialog
      opened
      title={t(words[act].title, { name })}
      confirm={t(words[act].confirm)}
      danger={act !== 'enable'}
      errors={errors}
      busy={ending || resetting || setting}
      onConfirm={() => void run()}
      onClose={onClose}
    >
      {t(words[act].text)}
    </ConfirmDialog>
  );
}

const schema = v.object({ role: v.picklist(roles) });

function RoleDialog({ person, onClose, onChanged }: PersonDialogProps) {
  const t = useT();
  const options = useRoleOptions();
  const [setRole, busy] = useMutate(SetUserRoleDocument);
  const kit = useKitForm(schema, { role: person.role as (typeof roles)[number] });
  const role = kit.form.watch('role') as (typeof roles)[number];
  const name = person.name || person.email;
  return (
    <FormDialog
      opened
      title={t('people.roleTitle', { name })}
      kit={kit}
      submit={t('people.changeRole')}
      busy={busy}
      onClose={onClose}
      onSubmit={async (input) => {
        const { refusals } = await setRole({ id: person.id, role: input.role });
        onChanged();
        if (kit.refuse(refusals)) return;
        notifications.show({
          message: t('people.roleChanged', { name, role: enumLabel(t, 'role', input.role) }),
        });
        onClose();
      }}
    >
      <SelectField form={kit.form} name="role" label={t('people.role')} options={options} required />
      <Alert color={role === 'OWNER' ? 'yellow' : 'gray'} variant="light" title={enumLabel(t, 'role', role)}>
        {t(`people.roleAbout.${role}`)}
      </Alert>
      <p style={{ margin: 0 }}>{t('people.roleText')}</p>
    </FormDialog>
  );
}
