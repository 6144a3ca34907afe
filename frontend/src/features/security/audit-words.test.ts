// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { translatorFor } from '@/i18n/portal';
import { actionLabel, detailText } from './audit-words';

const t = translatorFor('en');
const folder = new URL('../../../../messaging/', import.meta.url);

/** The acts that the server can record, from its source. */
const acts = readdirSync(folder)
  .filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
  .flatMap((name) => [
    ...readFileSync(new URL(name, folder), 'utf8').matchAll(/AuditAction = "([a-z_]+\.[a-z_]+)"/g),
  ])
  .map((match) => match[1]!);

describe('words of the audit log', () => {
  it('finds the acts of the server', () => {
    expect(acts.length).toBeGreaterThan(50);
  });
  it('has words for every act', () => {
    expect(acts.filter((act) => actionLabel(t, act) === act)).toEqual([]);
  });
  it('shows an act without words as it came', () => {
    expect(actionLabel(t, 'moon.landed')).toBe('moon.landed');
  });
  it.each([
    ['role=BRAND_MANAGER', 'Role: Brand manager'],
    ['before=ANALYST', 'Before: Analyst'],
    ['action=SEND_LARGE', 'Act: Large campaign'],
    ['factor=hwk', 'Factor: Passkey'],
    ['address=false', 'Address shown: No'],
    ['idleMinutes=30 → 15', 'Session ends unused after: 30 → 15'],
    ['actor=host', "Done from: The server's command line"],
    ['reason=a=b', 'Reason: a=b'],
    ['newThing=7', 'newThing: 7'],
    ['nothing', 'nothing'],
  ])('says %s', (pair, said) => {
    expect(detailText(t, pair)).toBe(said);
  });
});
