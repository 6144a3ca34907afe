import { expect, it } from 'vitest';
import type { SendTemplateFragment } from '@/graphql/graphql';
import { fileOf, guessMapping, pastedAddresses, targetsOf } from './audience';
import { confirmed } from './confirm-step';

it('forgives how people paste numbers', () => {
  expect(pastedAddresses(' +91 98110 00001\n\n+91 98110 00002; +91 98110 00003,')).toEqual([
    '+91 98110 00001',
    '+91 98110 00002',
    '+91 98110 00003',
  ]);
});

it('writes a pasted list as a file with a header', async () => {
  expect(await fileOf(['+911', 'a"b']).text()).toBe('to\r\n"+911"\r\n"a""b"');
});

const template = {
  header: 'For {{1}}',
  headerExample: 'Asha',
  variables: ['1', 'code'],
  bodyExamples: ['Asha', 'X'],
  buttons: [{ kind: 'URL', text: 'Go', url: 'https://a.example/{{1}}', urlExample: 'z' }],
} as unknown as SendTemplateFragment;

it('asks for an address, each variable and the ending of the link', () => {
  expect(targetsOf(template).map((target) => target.id)).toEqual(['to', 'header', '1', 'code', 'urlSuffix']);
});

it('maps columns by name, and the address by its usual names', () => {
  expect(guessMapping(targetsOf(template), ['Mobile number', 'CODE', 'other'])).toEqual({
    to: 'Mobile number',
    code: 'CODE',
  });
});

it('takes numbered variables in order when the columns left are as many', () => {
  const numbered = targetsOf({ ...template, header: null, variables: ['1', '2'], buttons: [] });
  expect(guessMapping(numbered, ['first_name', 'phone', 'code'])).toEqual({
    to: 'phone',
    1: 'first_name',
    2: 'code',
  });
  expect(guessMapping(numbered, ['phone', 'first_name', 'code', 'city'])).toEqual({ to: 'phone' });
});

const campaign = (accepted: number, state = 'READY') => ({ state, progress: { accepted } }) as never;

it('wants the count typed above ten thousand', () => {
  const now = { typed: '', later: false, at: '' };
  expect(confirmed(campaign(10_000), now)).toBe(true);
  expect(confirmed(campaign(10_001), now)).toBe(false);
  expect(confirmed(campaign(10_001), { ...now, typed: '10,001' })).toBe(true);
  expect(confirmed(campaign(10_001), { ...now, typed: '10,010' })).toBe(false);
});

it('starts nothing that is not ready, is empty, or has no moment', () => {
  const now = { typed: '', later: false, at: '' };
  expect(confirmed(campaign(5, 'IMPORTING'), now)).toBe(false);
  expect(confirmed(campaign(0), now)).toBe(false);
  expect(confirmed(campaign(5), { ...now, later: true })).toBe(false);
});
