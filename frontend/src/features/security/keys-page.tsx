import { Button, Modal, Stack } from '@mantine/core';
import { IconGauge, IconKey, IconPlus, IconRefresh, IconTrash } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { type ApiKeyFieldsFragment, ApiKeysDocument, RevokeApiKeyDocument } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useGraph, useMutate } from '@/lib/graphql';
import { usePreferences } from '@/lib/preferences';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { CopyField } from '@/ui/copy';
import { type Column, DataTable } from '@/ui/data-table';
import { Panel } from '@/ui/panel';
import { Empty, Loading } from '@/ui/states';
import { StatusBadge } from '@/ui/status-badge';
import { Ago, Time } from '@/ui/values';
import classes from './security-layout.module.css';

// Not needed before someone makes or changes a key.
const CreateForm = lazy(() => import('./create-key-form').then((module) => ({ default: module.CreateForm })));
const QuotaDialog = lazy(() => import('./quota-dialog').then((module) => ({ default: module.QuotaDialog })));
const RotateForm = lazy(() => import('./rotate-key-form').then((module) => ({ default: module.RotateForm })));

const none = {};

/** Keys for programs: shown once, narrow, and with an end. */
export function KeysPage() {
  const t = useT();
  const { now } = usePreferences();
  const keys = useGraph(ApiKeysDocument, none);
  const [creating, setCreating] = useState(false);
  const [rotating, setRotating] = useState<ApiKeyFieldsFragment | null>(null);
  const [limiting, setLimiting] = useState<ApiKeyFieldsFragment | null>(null);
  const [revoking, setRevoking] = useState<ApiKeyFieldsFragment | null>(null);
  const create = (
    <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setCreating(true)}>
      {t('keys.create')}
    </Button>
  );
  const live = (key: ApiKeyFieldsFragment) =>
    key.revokedAt === null && new Date(key.expiresAt).getTime() > now();
  const columns: Column<ApiKeyFieldsFragment>[] = [
    {
      id: 'name',
      header: t('keys.name'),
      cell: (key) => <strong style={{ fontWeight: 580 }}>{key.name}</strong>,
    },
    {
      id: 'prefix',
      header: t('keys.prefix'),
      cell: (key) => <span className={classes.mono}>{key.prefix}…</span>,
    },
    {
      id: 'state',
      header: t('keys.state'),
      cell: (key) =>
        key.revokedAt ? (
          <StatusBadge tone="bad">{t('keys.revoked')}</StatusBadge>
        ) : live(key) ? (
          <StatusBadge tone={key.test ? 'info' : 'good'}>
            {key.test ? t('keys.test') : t('keys.live')}
          </StatusBadge>
        ) : (
          <StatusBadge tone="neutral">{t('keys.expired')}</StatusBadge>
        ),
    },
    {
      id: 'scopes',
      header: t('keys.scopes'),
      cell: (key) => key.scopes.map((scope) => enumLabel(t, 'scope', scope)).join(', '),
      optional: true,
    },
    {
      id: 'used',
      header: t('keys.used'),
      cell: (key) => (key.lastUsedAt ? <Ago value={key.lastUsedAt} /> : t('keys.never')),
    },
    {
      id: 'quota',
      header: t('keys.lastMinute'),
      cell: (key) => t('keys.quotaUsed', { used: key.lastMinute, quota: key.quota }),
      optional: true,
    },
    {
      id: 'ends',
      header: t('keys.ends'),
      cell: (key) => <Time value={key.expiresAt} style="date" />,
      optional: true,
    },
  ];
  return (
    <Panel title={t('security.keys')} about={t('keys.about')} actions={create} flush>
      <DataTable<ApiKeyFieldsFragment>
        id="keys"
        label={t('security.keys')}
        columns={columns}
        rows={keys.data?.apiKeys ?? []}
        rowId={(key) => key.id}
        fetching={keys.fetching}
        problem={keys.problem}
        onRetry={keys.refresh}
        empty={
          <Empty
            icon={<IconKey size={24} aria-hidden="true" />}
            title={t('keys.empty')}
            text={t('keys.emptyText')}
            action={create}
          />
        }
        actions={(key) =>
          live(key)
            ? [
                { label: t('keys.rotate'), icon: <IconRefresh size={16} />, run: setRotating },
                { label: t('keys.changeQuota'), icon: <IconGauge size={16} />, run: setLimiting },
                { label: t('keys.revoke'), icon: <IconTrash size={16} />, danger: true, run: setRevoking },
              ]
            : []
        }
        bare
      />
      <SecretDialog
        opened={creating}
        title={t('keys.create')}
        onClose={() => setCreating(false)}
        onMade={keys.refresh}
      >
        {(show) => <CreateForm onMade={show} />}
      </SecretDialog>
      <SecretDialog
        opened={rotating !== null}
        title={t('keys.rotateTitle', { name: rotating?.name })}
        onClose={() => setRotating(null)}
        onMade={keys.refresh}
      >
        {(show) => rotating && <RotateForm apiKey={rotating} onMade={show} />}
      </SecretDialog>
      {limiting && (
        <Suspense fallback={null}>
          <QuotaDialog apiKey={limiting} onClose={() => setLimiting(null)} onChanged={keys.refresh} />
        </Suspense>
      )}
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} onRevoked={keys.refresh} />
    </Panel>
  );
}

interface SecretDialogProps {
  opened: boolean;
  title: string;
  onClose: () => void;
  onMade: () => void;
  /** What makes the key; it gives the secret, which takes its place. */
  children: (show: (secret: string) => void) => ReactNode;
}

/** Makes a key and shows its secret once. */
function SecretDialog({ opened, title, onClose, onMade, children }: SecretDialogProps) {
  const t = useT();
  const [secret, setSecret] = useState<string>();
  const close = () => {
    setSecret(undefined);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={secret ? t('keys.made') : title}
      size="lg"
      closeOnClickOutside={!secret}
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      {secret ? (
        <Stack>
          <CopyField label={t('keys.secret')} value={secret} once />
          <Button onClick={close}>{t('keys.kept')}</Button>
        </Stack>
      ) : (
        opened && (
          <Suspense fallback={<Loading />}>
            {children((made) => {
              setSecret(made);
              onMade();
            })}
          </Suspense>
        )
      )}
    </Modal>
  );
}

function RevokeDialog({
  apiKey,
  onClose,
  onRevoked,
}: {
  apiKey: ApiKeyFieldsFragment | null;
  onClose: () => void;
  onRevoked: () => void;
}) {
  const t = useT();
  const [revoke, busy] = useMutate(RevokeApiKeyDocument);
  const [errors, setErrors] = useState<string[]>([]);
  const run = async () => {
    if (!apiKey) return;
    const { refusals } = await revoke({ id: apiKey.id });
    setErrors(refusals.map((one) => one.message));
    if (refusals.length > 0) return;
    onRevoked();
    onClose();
  };
  return (
    <ConfirmDialog
      opened={apiKey !== null}
      title={t('keys.revokeTitle', { name: apiKey?.name })}
      confirm={t('keys.revoke')}
      danger
      errors={errors}
      busy={busy}
      onConfirm={() => void run()}
      onClose={onClose}
    >
      {t('keys.revokeText')}
    </ConfirmDialog>
  );
}
