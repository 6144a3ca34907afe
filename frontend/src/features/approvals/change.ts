import { enumLabel, type Translate } from '@/i18n/messages';
import { formatCount, formatTime } from '@/lib/format';

/** One value of a change in the words of the screen. mark says what happens to it by the act. */
export interface Said {
  text: string;
  mark: 'kept' | 'gone' | 'new';
}

export interface Preferences {
  zone: string;
  locale: string;
}

interface Change {
  field: string;
  before: string;
  after: string;
}

/** Fields whose value is a list, written by the server with ", " in between. */
const lists = new Set(['allowList', 'approvalActs']);

/** Both sides of one line; of lists each entry is marked by itself, so that one new network among fifty is seen. */
export function bothSides(
  t: Translate,
  { field, before, after }: Change,
  preferences: Preferences,
): { before: Said[]; after: Said[] } {
  const say = (value: string) => sayValue(t, field, value, preferences);
  if (!lists.has(field)) {
    return {
      before: before === '' ? [] : [{ text: say(before), mark: 'gone' }],
      after: after === '' ? [] : [{ text: say(after), mark: 'new' }],
    };
  }
  const old = entriesOf(before);
  const next = entriesOf(after);
  return {
    before: old.map((one) => ({ text: say(one), mark: next.includes(one) ? 'kept' : 'gone' })),
    after: next.map((one) => ({ text: say(one), mark: old.includes(one) ? 'kept' : 'new' })),
  };
}

function entriesOf(value: string): string[] {
  return value === '' ? [] : value.split(', ');
}

function sayValue(t: Translate, field: string, value: string, { zone, locale }: Preferences): string {
  const number = Number(value);
  switch (field) {
    case 'state':
      return enumLabel(t, 'campaign.state', value);
    case 'addressMode':
    case 'contentMode':
      return enumLabel(t, 'keeping.mode', value);
    case 'messageDays':
    case 'summaryDays':
      return t('keeping.days', { count: number });
    case 'approvalActs':
      return enumLabel(t, 'approvals.act', value);
    case 'recipients':
      return t('campaigns.rows', { count: number });
    case 'approveCampaignsAbove':
      return number === 0
        ? t('policy.noCampaignWaits')
        : t('policy.above', { count: formatCount(number, locale) });
    case 'idleMinutes':
      return t('policy.minutes', { count: number });
    case 'sessionHours':
    case 'approvalHours':
      return t('policy.hours', { count: number });
    case 'runAt':
      return Number.isNaN(Date.parse(value)) ? value : formatTime(value, zone, 'minute', locale);
    default:
      return value;
  }
}
