import type { KeepingFieldsFragment, StorageMode } from '@/graphql/graphql';
import type { MessageKey } from '@/i18n/messages';

export type Kept = Pick<KeepingFieldsFragment, 'addressMode' | 'contentMode' | 'messageDays' | 'summaryDays'>;
export type KeptField = keyof Kept;

export const fields: KeptField[] = ['addressMode', 'contentMode', 'messageDays', 'summaryDays'];

const keeps: Record<StorageMode, number> = { PLAIN: 2, HASHED: 1, NONE: 0 };

/** What changing one field means for what is there: something goes, nothing comes back, or it is as before. */
export function effect(field: KeptField, before: Kept, after: Kept): 'tighter' | 'looser' | 'same' {
  const measure = (kept: Kept) =>
    field === 'addressMode' || field === 'contentMode' ? keeps[kept[field]] : kept[field];
  const difference = measure(after) - measure(before);
  if (difference === 0) return 'same';
  return difference < 0 ? 'tighter' : 'looser';
}

/** The sentences that tell what a change does, the harmful first. */
export function consequences(before: Kept, after: Kept): { key: MessageKey; tighter: boolean }[] {
  const said = fields
    .map((field) => ({ field, effect: effect(field, before, after) }))
    .filter((one) => one.effect !== 'same')
    .map(({ field, effect }) => ({
      key: sentences[field][effect as 'tighter' | 'looser'],
      tighter: effect === 'tighter',
    }));
  return said.sort((a, b) => Number(b.tighter) - Number(a.tighter));
}

const sentences: Record<KeptField, Record<'tighter' | 'looser', MessageKey>> = {
  addressMode: { tighter: 'keeping.addressTighter', looser: 'keeping.addressLooser' },
  contentMode: { tighter: 'keeping.contentTighter', looser: 'keeping.contentLooser' },
  messageDays: { tighter: 'keeping.messageShorter', looser: 'keeping.messageLonger' },
  summaryDays: { tighter: 'keeping.summaryShorter', looser: 'keeping.summaryLonger' },
};
