import { expect, it } from 'vitest';
import { inOrder } from './order';

const step = (name: string, at: string, attempt = 1) => ({
  step: name,
  at: `2026-11-22T09:30:${at}Z`,
  attempt,
});

it('puts a failure told by the second behind the attempt told by the millisecond', () => {
  const told = [
    step('ACCEPTED', '02.900', 0),
    step('FAILED', '03.000'),
    step('ATTEMPTED', '03.412'),
    step('SENT', '03.733'),
  ];
  expect(inOrder(told).map((one) => one.step)).toEqual(['ACCEPTED', 'ATTEMPTED', 'SENT', 'FAILED']);
});

it('keeps the attempts apart', () => {
  const told = [step('ATTEMPTED', '05.100', 2), step('FAILED', '05.050', 1), step('ATTEMPTED', '03.000', 1)];
  expect(inOrder(told).map((one) => `${one.attempt} ${one.step}`)).toEqual([
    '1 ATTEMPTED',
    '1 FAILED',
    '2 ATTEMPTED',
  ]);
});
