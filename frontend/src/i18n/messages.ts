import { useMemo } from 'react';
import { createIntl, type IntlShape, useIntl } from 'react-intl';
import en from './en.json';

/** Every sentence of the portal by key; scripts/lint-catalogue.ts keeps text out of the components. */
export type MessageKey = keyof typeof en;
export type Values = Record<string, string | number | bigint | boolean | Date | null | undefined>;
export type Translate = (key: MessageKey, values?: Values) => string;

export const locales = { en } as const;

export function translator(intl: IntlShape): Translate {
  return (key, values) => intl.formatMessage({ id: key }, values as Record<string, string>) as string;
}

/** The same function until the language changes, so that effects may depend on it. */
export function useT(): Translate {
  const intl = useIntl();
  return useMemo(() => translator(intl), [intl]);
}

/** A translator outside of React, for tests and for pure functions that take one. */
export function translatorFor(locale: keyof typeof locales): Translate {
  return translator(createIntl({ locale, messages: locales[locale] }));
}

/** Server enums reach the screen through the catalogue; an unknown one is shown as it came, never hidden. */
export function enumLabel(t: Translate, prefix: string, value: string): string {
  const key = `${prefix}.${value}`;
  return key in en ? t(key as MessageKey) : value;
}

/** The values of a server enum that the catalogue knows, in the order of their labels: for filters. */
export function enumValues(prefix: string): string[] {
  const values = Object.entries(en).filter(([key]) => key.startsWith(`${prefix}.`));
  return values.sort(([, a], [, b]) => a.localeCompare(b)).map(([key]) => key.slice(prefix.length + 1));
}
