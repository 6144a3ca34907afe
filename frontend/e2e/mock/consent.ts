// One person's consent, with the events that led to it.
import { none, type Root } from './answer.ts';
import { at, day } from './clock.ts';
import { runningJob } from './jobs.ts';

const consentProof = {
  known: true,
  suppressed: [] as string[],
  eventCount: 3,
  ledgerSeq: 918_204,
  at: at(0),
  readAt: at(0),
  states: [
    { channel: 'WHATSAPP', purpose: 'MARKETING', granted: true, eventId: 'e1', at: at(-12 * day) },
    { channel: 'WHATSAPP', purpose: 'UTILITY', granted: true, eventId: 'e1', at: at(-90 * day) },
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
      undated: false,
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
      undated: false,
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
      undated: false,
      recordedAt: at(-90 * day),
      seq: 640_551,
    },
  ],
};

const nothing = { ...consentProof, known: false, eventCount: 0, states: [], events: [] };
/** The first day of which something is known, and what was. */
const stopped = {
  ...consentProof,
  at: at(-30 * day),
  suppressed: ['WHATSAPP'],
  eventCount: 2,
  states: consentProof.states.map((state) => ({ ...state, granted: false, at: at(-60 * day) })),
  events: consentProof.events.slice(1),
};

interface Question {
  address: string;
  at?: string;
}

function proofOf(question: Question): typeof consentProof {
  if (question.address.endsWith('0')) return nothing;
  return question.at && Date.parse(question.at) < Date.parse(at(-12 * day)) ? stopped : consentProof;
}

/** A file as the server signs it; nothing here checks the signature. */
function signedProof(question: Question): string {
  const proof = proofOf(question);
  const statement = {
    type: 'posthaste/consent-proof/v1',
    tenant: { id: '7340032551937', name: 'Kaveri Coffee Private Limited', brand: 'Kaveri Coffee' },
    address: question.address.replaceAll(' ', ''),
    address_kind: 'PHONE',
    as_of: question.at ?? proof.at,
    issued_at: proof.readAt,
    suppressed: proof.suppressed,
    states: proof.states.map(({ at: since, eventId: entry, ...state }) => ({ ...state, since, entry })),
    entries: proof.events.map((event) => ({
      id: event.id,
      channel: event.channel,
      purpose: event.purpose,
      granted: event.granted,
      source: event.source,
      wording_version: event.wordingVersion,
      language: event.language,
      occurred_at: event.occurredAt,
      recorded_at: event.recordedAt,
      ledger_link: event.seq,
    })),
    entry_count: proof.eventCount,
    ledger: { link: 918_207, hash: '9f3c1a77d0e25b84c6f1e09a3d7b52e8410fc96ab37e5d20188c4fe6a1b90d35' },
  };
  const signature = {
    algorithm: 'Ed25519',
    canonicalization: 'RFC 8785',
    public_key: 'mY0pQn3vK7sZ1tWc8rBfLh2uXe5aGj4dNo6iTqPxSVE',
    public_key_pem: '',
    value: 'd3Hk0T9bq1ZfW7yPpVxu4cN8sLr2aGmJ6eXoYtIhKzQvB5nEwDg1RfCjUlM0OiSaT7y2pVx9kHq4bZcN8sLr2w==',
  };
  return JSON.stringify({ statement, signature }, null, 2);
}

export function consentAnswers(): Root {
  return {
    consent: (question: Question) => ({ ...proofOf(question), ...(question.at ? { at: question.at } : {}) }),
    issueConsentProof: (question: Question) => ({ document: signedProof(question), ...none }),
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
