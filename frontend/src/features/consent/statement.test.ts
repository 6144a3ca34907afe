import { expect, it } from 'vitest';
import { readStatement } from './statement';

const issued = {
  statement: {
    type: 'posthaste/consent-proof/v1',
    tenant: { id: '7', name: 'Tea', brand: 'Tea' },
    address: '+919811100001',
    address_kind: 'PHONE',
    as_of: '2026-03-04T05:06:07.000Z',
    issued_at: '2026-03-05T05:06:07.000Z',
    suppressed: [],
    states: [{ channel: 'WHATSAPP', purpose: 'MARKETING', granted: true, entry: '12' }],
    entries: [],
    entry_count: 0,
    ledger: { link: 12, hash: 'ab' },
  },
  signature: { algorithm: 'Ed25519', public_key: 'k', value: 'v' },
};

it('reads what was signed', () => {
  const { statement, signature } = readStatement(JSON.stringify(issued));
  expect(statement.states[0]?.since).toBeUndefined();
  expect([statement.address, statement.ledger.link, signature.value]).toEqual(['+919811100001', 12, 'v']);
});

it.each([
  ['another form', { ...issued, statement: { ...issued.statement, type: 'posthaste/consent-proof/v2' } }],
  ['no signature', { statement: issued.statement }],
  ['a missing member', { ...issued, statement: { ...issued.statement, ledger: undefined } }],
])('shows nothing of %s', (_, document) => {
  expect(() => readStatement(JSON.stringify(document))).toThrow();
});
