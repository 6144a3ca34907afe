import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import * as v from 'valibot';
import { InviteUserDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { Form, TextField, useKitForm } from '@/ui/form';
import { SelectField } from '@/ui/select-field';
import { InviteSent, type SentInvite } from './invite-sent';
import { roles, useRoleOptions } from './roles';

interface InviteDialogProps {
  onClose: () => void;
  onMade: () => void;
}

export function InviteDialog({ onClose, onMade }: InviteDialogProps) {
  const t = useT();
  const [sent, setSent] = useState<SentInvite | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('people.invite')}
      closeOnClickOutside={!sent}
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      {sent ? (
        <InviteSent invite={sent} onDone={onClose} />
      ) : (
        <InviteForm
          onMade={(invite) => {
            setSent(invite);
            onMade();
          }}
        />
      )}
    </Modal>
  );
}

const schema = v.object({ email: v.pipe(v.string(), v.trim(), v.email('email')), role: v.picklist(roles) });

function InviteForm({ onMade }: { onMade: (invite: SentInvite) => void }) {
  const t = useT();
  const [invite, busy] = useMutate(InviteUserDocument);
  const options = useRoleOptions();
  const kit = useKitForm(schema, { email: '', role: 'BRAND_MANAGER' });
  return (
    <Form
      kit={kit}
      onSubmit={async (input) => {
        const { data, refusals } = await invite({ input });
        const payload = data?.inviteUser;
        if (payload?.url || payload?.mailed)
          onMade({ email: input.email, url: payload.url, expiresAt: payload.expiresAt });
        else kit.refuse(refusals);
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
        description={t(`people.roleAbout.${kit.form.watch('role') as (typeof roles)[number]}`)}
        options={options}
        required
      />
    </Form>
  );
}
