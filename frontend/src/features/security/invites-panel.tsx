import { Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconMailForward, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { type PeopleQuery, ResendInviteDocument, WithdrawInviteDocument } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { usePreferences } from '@/lib/preferences';
import { useMay } from '@/lib/viewer';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { type Column, DataTable } from '@/ui/data-table';
import { Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { StatusBadge } from '@/ui/status-badge';
import { Ago, Time } from '@/ui/values';
import { InviteSent, type SentInvite } from './invite-sent';

type OpenInvite = PeopleQuery['openInvites'][number];

/** Who was invited and has not come yet. */
export function InvitesPanel({ invites, onChanged }: { invites: OpenInvite[]; onChanged: () => void }) {
  const t = useT();
  const may = useMay();
  const { now } = usePreferences();
  const [resend] = useMutate(ResendInviteDocument);
  const [sent, setSent] = useState<SentInvite | null>(null);
  const [withdrawing, setWithdrawing] = useState<OpenInvite | null>(null);
  const over = (invite: OpenInvite) => new Date(invite.expiresAt).getTime() <= now();
  const send = async (invite: OpenInvite) => {
    const { data, refusals } = await resend({ id: invite.id });
    const payload = data?.resendInvite;
    if (payload?.url || payload?.mailed)
      setSent({ email: invite.email, url: payload.url, expiresAt: payload.expiresAt });
    else notifications.show({ color: 'red', message: refusals[0]?.message });
    onChanged();
  };
  const columns: Column<OpenInvite>[] = [
    { id: 'email', header: t('people.email'), cell: (one) => one.email, copy: (one) => one.email },
    { id: 'role', header: t('people.role'), cell: (one) => enumLabel(t, 'role', one.role) },
    {
      id: 'by',
      header: t('people.invitedBy'),
      cell: (one) => one.invitedBy?.name ?? t('people.theHost'),
    },
    { id: 'sent', header: t('people.invitedAt'), cell: (one) => <Ago value={one.createdAt} /> },
    {
      id: 'expires',
      header: t('people.goodUntil'),
      cell: (one) =>
        over(one) ? (
          <StatusBadge tone="bad">{t('people.expired')}</StatusBadge>
        ) : (
          <Time value={one.expiresAt} />
        ),
    },
  ];
  return (
    <Panel title={t('people.invites')} flush>
      <DataTable<OpenInvite>
        id="invites"
        label={t('people.invites')}
        columns={columns}
        rows={invites}
        rowId={(one) => one.id}
        fetching={false}
        problem={null}
        empty={<Empty title={t('people.noInvites')} />}
        actions={(one) =>
          may('SECURITY_MANAGE')
            ? [
                {
                  label: t('people.resend'),
                  icon: <IconMailForward size={16} />,
                  run: () => void send(one),
                },
                {
                  label: t('people.withdraw'),
                  icon: <IconTrash size={16} />,
                  danger: true,
                  run: setWithdrawing,
                },
              ]
            : []
        }
        bare
      />
      <Modal
        opened={sent !== null}
        onClose={() => setSent(null)}
        title={t('people.resent')}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        {sent && <InviteSent invite={sent} onDone={() => setSent(null)} />}
      </Modal>
      <WithdrawDialog invite={withdrawing} onClose={() => setWithdrawing(null)} onDone={onChanged} />
    </Panel>
  );
}

interface WithdrawDialogProps {
  invite: OpenInvite | null;
  onClose: () => void;
  onDone: () => void;
}

function WithdrawDialog({ invite, onClose, onDone }: WithdrawDialogProps) {
  const t = useT();
  const [withdraw, busy] = useMutate(WithdrawInviteDocument);
  const [errors, setErrors] = useState<string[]>([]);
  const run = async () => {
    if (!invite) return;
    const { refusals } = await withdraw({ id: invite.id });
    setErrors(refusals.map((one) => one.message));
    onDone();
    if (refusals.length === 0) onClose();
  };
  return (
    <ConfirmDialog
      opened={invite !== null}
      title={t('people.withdrawTitle', { email: invite?.email })}
      confirm={t('people.withdraw')}
      danger
      errors={errors}
      busy={busy}
      onConfirm={() => void run()}
      onClose={() => {
        setErrors([]);
        onClose();
      }}
    >
      {t('people.withdrawText')}
    </ConfirmDialog>
  );
}
