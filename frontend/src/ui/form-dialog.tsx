import { Button, Modal } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import type { FieldValues } from 'react-hook-form';
import { useT } from '@/i18n/messages';
import { Form, type KitForm } from './form';

interface FormDialogProps<T extends FieldValues> {
  opened: boolean;
  title: string;
  kit: KitForm<T>;
  /** Text of the button that does it: a verb. */
  submit: string;
  danger?: boolean;
  busy?: boolean;
  onSubmit: (values: T) => Promise<void> | void;
  onClose: () => void;
  children: ReactNode;
}

/** A short form in front of the page. It opens empty each time: what was typed may be a secret. */
export function FormDialog<T extends FieldValues>(props: FormDialogProps<T>) {
  const { opened, title, kit, submit, danger, busy, onSubmit, onClose, children } = props;
  const t = useT();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form is emptied when the dialog opens or closes
  useEffect(() => {
    kit.form.reset();
    kit.clear();
  }, [opened]);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      <Form
        kit={kit}
        label={title}
        onSubmit={onSubmit}
        actions={
          <>
            <Button type="submit" color={danger ? 'red.9' : undefined} loading={busy}>
              {submit}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t('kit.cancel')}
            </Button>
          </>
        }
      >
        {children}
      </Form>
    </Modal>
  );
}
