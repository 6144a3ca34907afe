import { Button, Modal, Text } from '@mantine/core';
import { useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import * as v from 'valibot';
import { ExportEvidenceDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { download, save } from '@/lib/download';
import { useMutate } from '@/lib/graphql';
import { usePreferences } from '@/lib/preferences';
import { Form, TextField, useKitForm } from '@/ui/form';
import { dayAfter, lastQuarter } from './evidence-days';

const day = v.pipe(v.string(), v.isoDate('required'));
const schema = v.object({ from: day, until: day });

/** Takes signed evidence of a period away as one file. */
export function EvidenceDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { now } = usePreferences();
  const { session } = useRouteContext({ from: '/portal' });
  const [ask] = useMutate(ExportEvidenceDocument);
  const [busy, setBusy] = useState(false);
  const kit = useKitForm(schema, lastQuarter(now()));
  const run = async ({ from, until }: { from: string; until: string }) => {
    const { data, refusals } = await ask({ input: { from, before: dayAfter(until) } });
    const payload = data?.exportEvidence;
    if (!payload?.url) return void kit.refuse(refusals.map((one) => ({ ...one, field: 'until' })));
    const got = await download(session, payload.url);
    if (got.file) {
      save(got.file, got.name);
      onClose();
    } else kit.refuse([{ code: 'INTERNAL', message: t('evidence.failed') }]);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('evidence.title')}
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      <Form
        kit={kit}
        onSubmit={async (days) => {
          setBusy(true);
          await run(days).finally(() => setBusy(false));
        }}
        actions={
          <Button type="submit" loading={busy}>
            {t('evidence.download')}
          </Button>
        }
      >
        <Text size="sm">{t('evidence.about')}</Text>
        <TextField form={kit.form} name="from" type="date" label={t('evidence.from')} required />
        <TextField form={kit.form} name="until" type="date" label={t('evidence.until')} required />
      </Form>
    </Modal>
  );
}
