import { TextInput } from '@mantine/core';
import { useT } from '@/i18n/messages';

interface CodeInputProps {
  value: string;
  onChange: (code: string) => void;
  /** Called once six digits are there. */
  onComplete?: (code: string) => void;
  error?: string;
  label?: string;
  disabled?: boolean;
  autoFocus?: boolean;
}

/** Six digits in one box: pasting, password managers and screen readers all work with one box better than with six. */
export function CodeInput({
  value,
  onChange,
  onComplete,
  error,
  label,
  disabled,
  autoFocus,
}: CodeInputProps) {
  const t = useT();
  return (
    <TextInput
      label={label ?? t('kit.code.label')}
      value={value}
      onChange={(event) => {
        const code = event.target.value.replace(/\D/g, '').slice(0, 6);
        onChange(code);
        if (code.length === 6 && code !== value) onComplete?.(code);
      }}
      error={error}
      disabled={disabled}
      autoFocus={autoFocus}
      autoComplete="one-time-code"
      inputMode="numeric"
      size="lg"
      placeholder="••••••"
      styles={{
        input: {
          fontFamily: 'var(--mantine-font-family-monospace)',
          letterSpacing: '0.5em',
          fontSize: '1.375rem',
          textAlign: 'center',
        },
      }}
    />
  );
}
