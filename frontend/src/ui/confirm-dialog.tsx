import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useT } from '@/i18n/messages';
import { GeneralErrors } from './general-errors';

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  children?: ReactNode;
  /** Text of the button that does it: a verb. */
  confirm: string;
  danger?: boolean;
  /** The reader must type exactly this first: for what cannot be undone. */
  typed?: string;
  errors?: string[];
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that is hard to take back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { opened, title, children, confirm, danger, typed, errors = [], busy, onConfirm, onClose } = props;
  const t = useT();
  const [text, setText] = useState('');
  useEffect(() => {
    if (opened) setText('');
  }, [opened]);
  const allowed = typed === undefined || text.trim() === typed;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (allowed) onConfirm();
        }}
      >
        <Stack gap="md">
          <GeneralErrors messages={errors} />
          {children && (
            <Text size="sm" component="div">
              {children}
            </Text>
          )}
          {typed !== undefined && (
            <TextInput
              label={t('kit.confirm.type', { text: typed })}
              value={text}
              onChange={(event) => setText(event.target.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('kit.cancel')}
            </Button>
            <Button type="submit" color={danger ? 'red.9' : undefined} disabled={!allowed} loading={busy}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
