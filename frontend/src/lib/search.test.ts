import { expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './search';

it.each<Record<string, unknown>>([
  { campaign: '48912005331990017' },
  { name: 'true', other: '007', empty: '' },
  { states: ['APPROVED', 'PAUSED'] },
  { name: '[draft] {x} "y"' },
  { name: 'ünï & = ? #' },
])('brings back %j', (values) => {
  expect(parseSearch(stringifySearch(values))).toEqual(values);
});

it('writes ids and words without quotes, and nothing for nothing', () => {
  expect(stringifySearch({ campaign: '602', step: 'check' })).toBe('?campaign=602&step=check');
  expect(stringifySearch({ states: undefined })).toBe('');
});

it.each(['?states=[', '?states={"a":', '?x="'])('leaves out what cannot be read in %s', (search) => {
  expect(parseSearch(search)).toEqual({});
});
