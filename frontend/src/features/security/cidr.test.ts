import { expect, it } from 'vitest';
import { looksLikeCidr, networkOf } from './cidr';

it.each(['203.0.113.0/24', '203.0.113.9', '2001:db8::/32', '::1', '::/0', '2001:db8:0:0:0:0:0:1/128'])(
  'takes %s',
  (text) => {
    expect(looksLikeCidr(text)).toBe(true);
  },
);

it.each([
  '',
  '203.0.113',
  '203.0.113.256',
  '203.0.113.0/33',
  '203.0.113.0/',
  'example.com',
  '2001:db8::1::2',
  ':::',
  '2001:db8',
  '1.2.3.4/24/1',
  '2001:db8::/129',
])('does not take %j', (text) => {
  expect(looksLikeCidr(text)).toBe(false);
});

it('makes one address a network', () => {
  expect([networkOf('203.0.113.9'), networkOf('2001:db8::1'), networkOf('10.0.0.0/8')]).toEqual([
    '203.0.113.9/32',
    '2001:db8::1/128',
    '10.0.0.0/8',
  ]);
});
