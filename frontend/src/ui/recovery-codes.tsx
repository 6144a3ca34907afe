import { Button, Group, Stack } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useT } from '@/i18n/messages';
import { download } from '@/lib/csv';
import classes from './recovery-codes.module.css';

/** Shown once. The way on opens when the person says that the codes are kept. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const t = useT();
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <Stack gap="md">
      <p style={{ margin: 0 }}>{t('recovery.text')}</p>
      <div data-print>
        <p className={classes.heading}>{t('recovery.heading')}</p>
        <ul className={classes.codes} aria-label={t('recovery.codes')}>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
      </div>
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          onClick={() => clipboard.copy(codes.join('\n'))}
        >
          {clipboard.copied ? t('kit.copied') : t('kit.copy')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => download('posthaste-recovery-codes.txt', codes.join('\n'), 'text/plain')}
        >
          {t('recovery.save')}
        </Button>
        <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
          {t('recovery.print')}
        </Button>
      </Group>
      <Button size="md" onClick={onDone}>
        {t('recovery.kept')}
      </Button>
    </Stack>
  );
}
