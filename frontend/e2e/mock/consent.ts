// One person's consent, with the events that led to it.
import { none, type Root } from './answer.ts';
import { at, day } from './clock.ts';
import { runningJob } from './jobs.ts';

const consentProof = {
  known: true,
  suppressed: [],
  ledgerSeq: 918_204,
  at: at(0),
  states: [
    { channel: 'WHATSAPP', purpose: 'MARKETING', granted: true, at: at(-12 * day) },
    { channel: 'WHATSAPP', purpose: 'UTILITY', granted: true, at: at(-90 * day) },
  ],
  events: [
    {
      id: 'e3',
      channel: 'WHATSAPP',
      purpose: 'MARKETING',
      granted: true,
      source: 'WEBSITE',
      wordingVersion: 'web-2026-09',
      language: 'en-IN',
      occurredAt: at(-12 * day),
      recordedAt: at(-12 * day),
      seq: 902_113,
    },
    {
      id: 'e2',
      channel: 'WHATSAPP',
      purpose: 'MARKETING',
      granted: false,
      source: 'KEYWORD',
      wordingVersion: '',
      language: 'en',
      occurredAt: at(-60 * day),
      recordedAt: at(-60 * day),
      seq: 711_004,
    },
    {
      id: 'e1',
      channel: 'WHATSAPP',
      purpose: 'UTILITY',
      granted: true,
      source: 'STORE',
      wordingVersion: 'store-2026-01',
      language: 'kn',
      occurredAt: at(-90 * day),
      recordedAt: at(-90 * day),
      seq: 640_551,
    },
  ],
};

export function consentAnswers(): Root {
  return {
    consent: ({ address }: { address: string }) =>
      address.endsWith('0') ? { ...consentProof, known: false, states: [], events: [] } : consentProof,
    recordConsents: {
      recorded: 1,
      results: [{ index: 0, recorded: true, eventId: 'e4', error: null }],
      ...none,
    },
    withdrawConsents: {
      recorded: 1,
      results: [{ index: 0, recorded: true, eventId: 'e5', error: null }],
      ...none,
    },
    createConsentImport: { job: runningJob, url: '/uploads/ticket', ...none },
  };
}
