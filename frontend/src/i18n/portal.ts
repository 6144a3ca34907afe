// All sentences. Only what is loaded after the sign-in may import this; the doorstep carries en.door.json alone.
import { createIntl } from 'react-intl';
import door from './en.door.json';
import portal from './en.json';
import { type Translate, translator } from './messages';

export const locales = { en: { ...door, ...portal } } as const;

/** A translator outside of React, for tests. */
export function translatorFor(locale: keyof typeof locales): Translate {
  return translator(createIntl({ locale, messages: locales[locale] }));
}

/** The values of a server enum that the catalogue knows, in the order of their labels: for filters. */
export function enumValues(prefix: string): string[] {
  const values = Object.entries(locales.en).filter(([key]) => key.startsWith(`${prefix}.`));
  return values.sort(([, a], [, b]) => a.localeCompare(b)).map(([key]) => key.slice(prefix.length + 1));
}
