import { ActionIcon, Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { useT } from '@/i18n/messages';
import classes from './copy.module.css';

/** A small button that copies one value and says that it did. */
export function CopyButton({ value, label }: { value: string; label?: string }) {
  const t = useT();
  const clipboard = useClipboard({ timeout: 1500 });
  const text = clipboard.copied ? t('kit.copied') : (label ?? t('kit.copy'));
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={24}
      aria-label={text}
      title={text}
      onClick={(event) => {
        event.stopPropagation();
        clipboard.copy(value);
      }}
    >
      {clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
    </ActionIcon>
  );
}

/** A value to take along; with `once` the reader is told that it will not be shown again. */
export function CopyField({ label, value, once }: { label: string; value: string; once?: boolean }) {
  const t = useT();
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <div>
      <div className={classes.label}>{label}</div>
      <div className={classes.field}>
        <div className={classes.value} data-testid="copy-value">
          {value}
        </div>
        <Button
          className={classes.button}
          variant="default"
          leftSection={clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          onClick={() => clipboard.copy(value)}
        >
          {clipboard.copied ? t('kit.copied') : t('kit.copy')}
        </Button>
      </div>
      {once && (
        <p className={classes.once}>
          <IconAlertTriangle size={16} aria-hidden="true" />
          {t('kit.shownOnce')}
        </p>
      )}
    </div>
  );
}
