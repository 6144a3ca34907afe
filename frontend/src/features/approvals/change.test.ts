import { expect, it } from 'vitest';
import { translatorFor } from '@/i18n/portal';
import { bothSides } from './change';

const t = translatorFor('en');
const here = { zone: 'Asia/Kolkata', locale: 'en-GB' };
const texts = (field: string, before: string, after: string) => {
  const sides = bothSides(t, { field, before, after }, here);
  return [sides.before.map((one) => one.text).join(), sides.after.map((one) => one.text).join()];
};

it.each([
  ['idleMinutes', '30', '15', '30 minutes', '15 minutes'],
  ['sessionHours', '12', '1', '12 hours', '1 hour'],
  ['approveCampaignsAbove', '0', '10000', 'None waits', 'Above 10,000 people'],
  ['approvalActs', '', 'CHANGE_ALLOW_LIST', '', 'Change of the allow-list'],
  ['state', 'READY', 'RUNNING', 'Ready', 'Running'],
  ['recipients', '', '29870', '', '29,870 people'],
  ['runAt', '', 'as soon as it is approved', '', 'as soon as it is approved'],
  ['runAt', '', '2026-11-23T03:30:00Z', '', '23 Nov 2026, 09:00'],
  ['somethingNew', 'a, b', 'c', 'a, b', 'c'],
])('says %s from %s to %s', (field, before, after, saidBefore, saidAfter) => {
  expect(texts(field, before, after)).toEqual([saidBefore, saidAfter]);
});

it('marks each network by itself', () => {
  const { before, after } = bothSides(
    t,
    { field: 'allowList', before: '203.0.113.0/24, 192.0.2.0/24', after: '203.0.113.0/24, 198.51.100.7/32' },
    here,
  );
  expect(before).toEqual([
    { text: '203.0.113.0/24', mark: 'kept' },
    { text: '192.0.2.0/24', mark: 'gone' },
  ]);
  expect(after).toEqual([
    { text: '203.0.113.0/24', mark: 'kept' },
    { text: '198.51.100.7/32', mark: 'new' },
  ]);
});
