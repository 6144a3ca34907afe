import { Button, Group, type MantineSize, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { CodeInput } from './code-input';

interface CodeFormProps {
  /** Gives the code to the server; resolves to why it was refused, or to nothing once the form has done its work. */
  onCode: (code: string) => Promise<string | undefined>;
  busy: boolean;
  /** Text of the button that gives the code: a verb. */
  submit: string;
  label?: string;
  size?: MantineSize;
  variant?: 'default' | 'filled';
  autoFocus?: boolean;
  /** Between the box and the buttons. */
  children?: ReactNode;
  /** Beside the button; without it the button is as wide as the box. */
  beside?: ReactNode;
}

/** Six digits that go off by themselves once they are there. Wrong ones clear the box, so that the next can be typed at once. */
export function CodeForm(props: CodeFormProps) {
  const { onCode, busy, submit, label, size, variant, autoFocus, children, beside } = props;
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  const give = async (digits: string) => {
    const refusal = await onCode(digits);
    if (refusal === undefined) return;
    setCode('');
    setError(refusal);
  };
  const button = (
    <Button type="submit" size={size} variant={variant} loading={busy} disabled={code.length !== 6}>
      {submit}
    </Button>
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length === 6) void give(code);
      }}
    >
      <Stack gap="md">
        <CodeInput
          value={code}
          onChange={setCode}
          onComplete={give}
          error={error}
          disabled={busy}
          label={label}
          autoFocus={autoFocus}
        />
        {children}
        {beside ? (
          <Group justify="flex-end" gap="xs">
            {beside}
            {button}
          </Group>
        ) : (
          button
        )}
      </Stack>
    </form>
  );
}
