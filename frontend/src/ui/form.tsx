import { valibotResolver } from '@hookform/resolvers/valibot';
import { PasswordInput, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import {
  type DefaultValues,
  type FieldPath,
  type FieldValues,
  type Path,
  type UseFormReturn,
  useForm,
} from 'react-hook-form';
import type * as v from 'valibot';
import { enumLabel, type Translate, useT } from '@/i18n/messages';
import type { UserError } from '@/lib/problem';
import classes from './form.module.css';
import { GeneralErrors } from './general-errors';

export interface KitForm<T extends FieldValues> {
  form: UseFormReturn<T>;
  /** Refusals that belong to no field of this form. */
  general: string[];
  /** Puts refusals on their fields and focuses the first; true when there were any. */
  refuse: (errors: UserError[]) => boolean;
  clear: () => void;
}

/** A form with local rules and a place for the server's refusals. */
export function useKitForm<S extends v.GenericSchema<FieldValues, FieldValues>>(
  schema: S,
  defaults: DefaultValues<v.InferInput<S>>,
): KitForm<v.InferInput<S>> {
  type T = v.InferInput<S>;
  const [general, setGeneral] = useState<string[]>([]);
  const form = useForm<T>({
    // The resolver's types lose the schema's shape when the schema is a type parameter.
    resolver: valibotResolver(schema as never) as never,
    defaultValues: defaults,
    mode: 'onTouched',
  });
  return {
    form,
    general,
    clear: () => setGeneral([]),
    refuse: (errors) => {
      const { fields, rest } = assignErrors(errors, (path) => isField(form.getValues(), path));
      for (const [path, message] of fields) form.setError(path as Path<T>, { type: 'server', message });
      if (fields[0]) form.setFocus(fields[0][0] as Path<T>);
      setGeneral(rest);
      return errors.length > 0;
    },
  };
}

/** Splits refusals into those of known fields and the rest. An "input." prefix is the mutation's argument, not a field. */
export function assignErrors(
  errors: UserError[],
  known: (path: string) => boolean,
): { fields: [string, string][]; rest: string[] } {
  const fields: [string, string][] = [];
  const rest: string[] = [];
  for (const error of errors) {
    const path = error.field?.replace(/^input\./, '') ?? '';
    if (path !== '' && known(path)) fields.push([path, error.message]);
    else rest.push(error.message);
  }
  return { fields, rest };
}

function isField(values: unknown, path: string): boolean {
  let here: unknown = values;
  for (const part of path.split('.')) {
    if (here === null || typeof here !== 'object' || !(part in here)) return false;
    here = (here as Record<string, unknown>)[part];
  }
  return true;
}

/** A local rule names its sentence by key; the server's refusal is a sentence already. */
export function errorText(t: Translate, message: string | undefined): string | undefined {
  return message === undefined ? undefined : enumLabel(t, 'rule', message);
}

interface FormProps<T extends FieldValues> {
  kit: KitForm<T>;
  onSubmit: (values: T) => Promise<void> | void;
  children: ReactNode;
  actions?: ReactNode;
  label?: string;
}

export function Form<T extends FieldValues>({ kit, onSubmit, children, actions, label }: FormProps<T>) {
  return (
    <form
      className={classes.form}
      noValidate
      aria-label={label}
      onSubmit={(event) => {
        kit.clear();
        void kit.form.handleSubmit(onSubmit)(event);
      }}
    >
      <GeneralErrors messages={kit.general} />
      {children}
      {actions && <div className={classes.foot}>{actions}</div>}
    </form>
  );
}

export interface FieldProps<T extends FieldValues> {
  form: UseFormReturn<T>;
  name: FieldPath<T>;
  label: string;
  description?: ReactNode;
  placeholder?: string;
  required?: boolean;
  disabled?: boolean;
}

interface TextFieldProps<T extends FieldValues> extends FieldProps<T> {
  type?: string;
  autoComplete?: string;
  autoFocus?: boolean;
  inputMode?: 'numeric' | 'email' | 'tel' | 'url';
  maxLength?: number;
  mono?: boolean;
}

export function TextField<T extends FieldValues>({
  form,
  name,
  required,
  mono,
  ...props
}: TextFieldProps<T>) {
  const t = useT();
  const error = errorText(t, form.getFieldState(name, form.formState).error?.message);
  return (
    <TextInput
      {...form.register(name)}
      {...props}
      withAsterisk={required}
      aria-required={required}
      error={error}
      styles={mono ? { input: { fontFamily: 'var(--mantine-font-family-monospace)' } } : undefined}
    />
  );
}

export function PasswordField<T extends FieldValues>({ form, name, required, ...props }: TextFieldProps<T>) {
  const t = useT();
  const error = errorText(t, form.getFieldState(name, form.formState).error?.message);
  return (
    <PasswordInput
      {...form.register(name)}
      {...props}
      withAsterisk={required}
      aria-required={required}
      error={error}
      visibilityToggleButtonProps={{ 'aria-label': t('kit.form.showPassword'), tabIndex: 0 }}
    />
  );
}

interface TextAreaProps<T extends FieldValues> extends FieldProps<T> {
  rows?: number;
  /** Shows how much room is left. */
  limit?: number;
}

export function TextAreaField<T extends FieldValues>({
  form,
  name,
  required,
  rows = 4,
  limit,
  ...props
}: TextAreaProps<T>) {
  const t = useT();
  const error = errorText(t, form.getFieldState(name, form.formState).error?.message);
  const length = limit ? String(form.watch(name) ?? '').length : 0;
  return (
    <Textarea
      {...form.register(name)}
      {...props}
      description={props.description ?? (limit ? t('kit.form.length', { length, limit }) : undefined)}
      autosize
      minRows={rows}
      withAsterisk={required}
      aria-required={required}
      error={error}
    />
  );
}
