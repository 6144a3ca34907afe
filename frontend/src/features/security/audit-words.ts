import { enumLabel, type Translate } from '@/i18n/messages';
import { enumValues } from '@/i18n/portal';

/** Points part the levels of the catalogue; in its keys the noun and the verb of an action are parted by a colon. */
export const actions = enumValues('audit.act').map((value) => value.replace(':', '.'));

export function actionLabel(t: Translate, action: string): string {
  const label = enumLabel(t, 'audit.act', action.replace('.', ':'));
  return label.includes(':') ? action : label;
}

/** Where the values of a detail have names in the catalogue. */
const valueWords: Record<string, string> = {
  role: 'role',
  before: 'role',
  after: 'role',
  action: 'approvals.act',
  actor: 'audit.actor',
};

/** Details come as "name=value"; a value that is one of the server's words is said in ours. */
export function detailText(t: Translate, pair: string): string {
  const at = pair.indexOf('=');
  if (at < 0) return pair;
  const name = pair.slice(0, at);
  const value = pair.slice(at + 1);
  const field = enumLabel(t, 'audit.field', name);
  return t('audit.pair', {
    name: field === name ? enumLabel(t, 'approvals.changed', name) : field,
    value: sayValue(t, name, value),
  });
}

function sayValue(t: Translate, name: string, value: string): string {
  if (name === 'factor') return enumLabel(t, 'factor', value.toUpperCase());
  if (value === 'true') return t('kit.yes');
  if (value === 'false') return t('kit.no');
  const words = valueWords[name];
  return words ? enumLabel(t, words, value) : value;
}
