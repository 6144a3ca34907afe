import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form';
import * as v from 'valibot';
import { useT } from '@/i18n/messages';
import { PasswordField } from './form';

const shortest = 12;

/** Rules of the two fields, for a form's schema; samePassword goes at its end. The server knows more: a list of known ones. */
export const newPassword = {
  password: v.pipe(v.string(), v.minLength(shortest, 'password')),
  repeat: v.string(),
};

type NewPassword = { password: string; repeat: string };

/** That both are the same, told at the second. */
export function samePassword<T extends NewPassword>(): v.BaseValidation<T, T, v.BaseIssue<unknown>> {
  // The library's types cannot follow the keys of a type parameter.
  return v.forward(
    v.partialCheck<NewPassword, [['password'], ['repeat']], NewPassword, 'repeat'>(
      [['password'], ['repeat']],
      ({ password, repeat }) => password === repeat,
      'repeat',
    ),
    ['repeat'],
  ) as never;
}

/** A new password, typed twice. */
export function NewPasswordFields<T extends FieldValues & NewPassword>({
  form,
  label,
  again,
}: {
  form: UseFormReturn<T>;
  label: string;
  again: string;
}) {
  const t = useT();
  return (
    <>
      <PasswordField
        form={form}
        name={'password' as FieldPath<T>}
        label={label}
        description={t('invite.passwordHint', { length: shortest })}
        autoComplete="new-password"
        required
      />
      <PasswordField
        form={form}
        name={'repeat' as FieldPath<T>}
        label={again}
        autoComplete="new-password"
        required
      />
    </>
  );
}
