import { Button } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import * as v from 'valibot';
import { RevealMessageDocument, type RevealMessageMutation } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { TextField, useKitForm } from '@/ui/form';
import { FormDialog } from '@/ui/form-dialog';
import { Facts } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import classes from './messages.module.css';

type Revealed = RevealMessageMutation['revealMessage'];

/** How long a message stays in plain: long enough to read it, too short to be forgotten on the screen. */
export const shownMilliseconds = 60_000;

const schema = v.object({
  reason: v.pipe(v.string(), v.trim(), v.minLength(3, 'reason'), v.maxLength(200, 'tooLong')),
});

/** The person and the text in plain, for a moment. Every look is in the audit log, with its reason. */
export function RevealPanel({ id }: { id: string }) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  useHidden(revealed !== null, () => setRevealed(null));
  return (
    <Panel
      title={t('messages.plain')}
      about={t(revealed ? 'messages.plainShown' : 'messages.plainAbout')}
      actions={
        revealed ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconEyeOff size={15} />}
            onClick={() => setRevealed(null)}
          >
            {t('messages.hide')}
          </Button>
        ) : (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconEye size={15} />}
            onClick={() => setAsking(true)}
          >
            {t('messages.reveal')}
          </Button>
        )
      }
    >
      {revealed ? (
        <Facts
          facts={[
            {
              label: t('messages.to'),
              value: <Part value={revealed.address} why={revealed.addressWithheld} />,
            },
            { label: t('messages.text'), value: <Part value={revealed.text} why={revealed.textWithheld} /> },
          ]}
        />
      ) : (
        <p className={classes.veiled} aria-hidden="true">
          ••• •••• ••••
        </p>
      )}
      <ReasonDialog
        opened={asking}
        id={id}
        onClose={() => setAsking(false)}
        onRevealed={(answer) => {
          setAsking(false);
          setRevealed(answer);
        }}
      />
    </Panel>
  );
}

function Part({ value, why }: { value: string | null; why: string | null }) {
  const t = useT();
  if (why) return <span className={classes.absent}>{enumLabel(t, 'messages.withheld', why)}</span>;
  return <span className={classes.plain}>{value}</span>;
}

/** Hides again after a moment, and at once when the page goes out of sight. */
function useHidden(shown: boolean, hide: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the time runs from the reveal on, not from each drawing
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(hide, shownMilliseconds);
    const away = () => {
      if (document.hidden) hide();
    };
    document.addEventListener('visibilitychange', away);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', away);
    };
  }, [shown]);
}

interface ReasonDialogProps {
  opened: boolean;
  id: string;
  onClose: () => void;
  onRevealed: (revealed: Revealed) => void;
}

function ReasonDialog({ opened, id, onClose, onRevealed }: ReasonDialogProps) {
  const t = useT();
  const kit = useKitForm(schema, { reason: '' });
  const [reveal, busy] = useMutate(RevealMessageDocument);
  return (
    <FormDialog
      opened={opened}
      title={t('messages.revealTitle')}
      kit={kit}
      submit={t('messages.reveal')}
      busy={busy}
      onClose={onClose}
      onSubmit={async ({ reason }) => {
        const { data, refusals } = await reveal({ id, reason });
        const payload = data?.revealMessage;
        if (!kit.refuse(refusals) && payload) onRevealed(payload);
      }}
    >
      <TextField
        form={kit.form}
        name="reason"
        label={t('messages.revealReason')}
        description={t('messages.revealReasonHint')}
        maxLength={200}
        autoComplete="off"
        required
      />
    </FormDialog>
  );
}
