import { ActionIcon, Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { PasskeysDocument, type PasskeysQuery } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useGraph } from '@/lib/graphql';
import { passkeysWork } from '@/lib/passkey';
import { ErrorState } from '@/ui/states';
import { StatusBadge } from '@/ui/status-badge';
import { Ago, Time } from '@/ui/values';
import { FactorRow } from './factor-row';

type Passkey = PasskeysQuery['passkeys'][number];
type Asked = { act: 'add' } | { act: 'rename' | 'remove'; passkey: Passkey } | null;
const none = {};

// Forms are not needed before somebody changes something.
const AddPasskey = lazy(() => import('./passkey-dialogs').then((module) => ({ default: module.AddPasskey })));
const RenamePasskey = lazy(() =>
  import('./passkey-dialogs').then((module) => ({ default: module.RenamePasskey })),
);
const RemovePasskey = lazy(() =>
  import('./passkey-dialogs').then((module) => ({ default: module.RemovePasskey })),
);

/** The viewer's passkeys, each with its name, and the way to another one. */
export function Passkeys({ onChanged }: { onChanged: () => void }) {
  const t = useT();
  const own = useGraph(PasskeysDocument, none);
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  const done = (message: string) => {
    notifications.show({ message });
    own.refresh();
    onChanged();
    close();
  };
  if (own.problem) return <ErrorState problem={own.problem} onRetry={own.refresh} />;
  return (
    <>
      <FactorRow
        name={t('account.passkeys')}
        about={t(passkeysWork() ? 'account.passkeysAbout' : 'account.noPasskeysHere')}
        action={
          <Button
            size="xs"
            variant="default"
            disabled={!passkeysWork()}
            onClick={() => setAsked({ act: 'add' })}
          >
            {t('account.addPasskey')}
          </Button>
        }
      />
      {own.data?.passkeys.map((passkey) => (
        <FactorRow
          key={passkey.id}
          name={passkey.name}
          badge={passkey.backedUp && <StatusBadge tone="neutral">{t('account.synced')}</StatusBadge>}
          about={
            <>
              {t('account.added')} <Time value={passkey.createdAt} style="date" /> ·{' '}
              {passkey.lastUsedAt ? (
                <>
                  {t('account.lastUsed')} <Ago value={passkey.lastUsedAt} />
                </>
              ) : (
                t('account.neverUsed')
              )}
            </>
          }
          action={
            <Group gap={4}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={30}
                aria-label={t('account.renameOne', { name: passkey.name })}
                onClick={() => setAsked({ act: 'rename', passkey })}
              >
                <IconPencil size={16} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={30}
                aria-label={t('account.removeOne', { name: passkey.name })}
                onClick={() => setAsked({ act: 'remove', passkey })}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
          }
        />
      ))}
      <Suspense fallback={null}>
        {asked?.act === 'add' && (
          <AddPasskey onClose={close} onDone={() => done(t('account.passkeyAdded'))} />
        )}
        {asked?.act === 'rename' && (
          <RenamePasskey
            passkey={asked.passkey}
            onClose={close}
            onDone={() => done(t('account.passkeyRenamed'))}
          />
        )}
        {asked?.act === 'remove' && (
          <RemovePasskey
            passkey={asked.passkey}
            onClose={close}
            onDone={() => done(t('account.passkeyRemoved'))}
          />
        )}
      </Suspense>
    </>
  );
}
