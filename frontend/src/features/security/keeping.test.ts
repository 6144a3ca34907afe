import { expect, it } from 'vitest';
import { consequences, effect, type Kept } from './keeping';

const kept: Kept = { addressMode: 'HASHED', contentMode: 'HASHED', messageDays: 180, summaryDays: 365 };

it.each([
  ['addressMode', { addressMode: 'NONE' }, 'tighter'],
  ['addressMode', { addressMode: 'PLAIN' }, 'looser'],
  ['contentMode', { contentMode: 'NONE' }, 'tighter'],
  ['messageDays', { messageDays: 30 }, 'tighter'],
  ['messageDays', { messageDays: 365 }, 'looser'],
  ['summaryDays', { summaryDays: 365 }, 'same'],
] as const)('%s', (field, change, want) => {
  expect(effect(field, kept, { ...kept, ...change } as Kept)).toBe(want);
});

it('says what is lost before what is not', () => {
  expect(consequences(kept, { ...kept, addressMode: 'PLAIN', messageDays: 30 })).toEqual([
    { key: 'keeping.messageShorter', tighter: true },
    { key: 'keeping.addressLooser', tighter: false },
  ]);
  expect(consequences(kept, kept)).toEqual([]);
});
