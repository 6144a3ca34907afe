import { Select } from '@mantine/core';
import { Controller, type FieldValues } from 'react-hook-form';
import { useT } from '@/i18n/messages';
import { errorText, type FieldProps } from './form';

interface SelectFieldProps<T extends FieldValues> extends FieldProps<T> {
  options: { value: string; label: string }[];
  searchable?: boolean;
}

export function SelectField<T extends FieldValues>({
  form,
  name,
  options,
  required,
  ...props
}: SelectFieldProps<T>) {
  const t = useT();
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field, fieldState }) => (
        <Select
          {...props}
          ref={field.ref}
          data={options}
          value={field.value || null}
          onChange={(value) => field.onChange(value ?? '')}
          onBlur={field.onBlur}
          allowDeselect={!required}
          withAsterisk={required}
          aria-required={required}
          error={errorText(t, fieldState.error?.message)}
        />
      )}
    />
  );
}
