import { useMemo } from 'react';
import { type IntlShape, useIntl } from 'react-intl';
import type door from './en.door.json';
import type portal from './en.json';

/** Every sentence of the portal by key; scripts/lint-catalogue.ts keeps text out of the components. */
export type MessageKey = keyof typeof door | keyof typeof portal;
export type Values = Record<string, string | number | bigint | boolean | Date | null | undefined>;

export interface Translate {
  (key: MessageKey, values?: Values): string;
  /** Whether the loaded catalogue has the key. */
  knows: (key: string) => key is MessageKey;
}

export function translator(intl: IntlShape): Translate {
  return Object.assign(
    (key: MessageKey, values?: Values) =>
      intl.formatMessage({ id: key }, values as Record<string, string>) as string,
    { knows: (key: string): key is MessageKey => key in intl.messages },
  );
}

/** The same function until the language changes, so that effects may depend on it. */
export function useT(): Translate {
  const intl = useIntl();
  return useMemo(() => translator(intl), [intl]);
}

/** Server enums reach the screen through the catalogue; an unknown one is shown as it came, never hidden. */
export function enumLabel(t: Translate, prefix: string, value: string): string {
  const key = `${prefix}.${value}`;
  return t.knows(key) ? t(key) : value;
}
