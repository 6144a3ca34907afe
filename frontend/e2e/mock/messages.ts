// Single messages with what became of each.
import { none, page, type Root, unlessEmpty } from './answer.ts';
import { campaigns } from './campaigns.ts';
import { at, minute } from './clock.ts';
import type { Scenario } from './scenario.ts';
import { senders } from './senders.ts';
import { templates } from './templates.ts';

const messageStates = [
  'READ',
  'DELIVERED',
  'DELIVERED',
  'SENT',
  'READ',
  'FAILED',
  'QUEUED',
  'UNKNOWN',
  'SUPPRESSED',
  'READ',
  'DELIVERED',
];

export const messages = Array.from({ length: 140 }, (_, index) => {
  const status = messageStates[index % messageStates.length]!;
  const accepted = -(index * 3 + 1) * minute;
  const went = !['QUEUED', 'SUPPRESSED'].includes(status);
  return {
    id: `48${String(912_000 + index)}.3`,
    channel: 'WHATSAPP',
    category: templates[index % 4]!.category,
    status,
    sender: senders[index % 2]!,
    template: templates[index % 4]!,
    campaign: index % 3 === 0 ? campaigns[0]! : null,
    country: index % 9 === 0 ? 'AE' : 'IN',
    to: `+91 98••• ••${String(100 + ((index * 37) % 900))}`,
    acceptedAt: at(accepted),
    plannedAt: at(accepted),
    sentAt: went && status !== 'FAILED' ? at(accepted + 4_000) : null,
    deliveredAt: ['DELIVERED', 'READ'].includes(status) ? at(accepted + 6_500) : null,
    readAt: status === 'READ' ? at(accepted + 240_000) : null,
    reason:
      status === 'FAILED'
        ? 'This number is not on WhatsApp, or its owner has not accepted the new terms. Use another channel for this person.'
        : status === 'SUPPRESSED'
          ? 'The person opted out after the message was accepted.'
          : null,
    errorCode: status === 'FAILED' ? 131026 : null,
    attempts: status === 'FAILED' ? 2 : went ? 1 : 0,
    expiresOn: '2027-05-21',
    timeline: [
      { at: at(accepted), attempt: 0, step: 'ACCEPTED', errorCode: null, note: null },
      ...(went
        ? [
            {
              at: at(accepted + 3_100),
              attempt: 1,
              step: 'ATTEMPTED',
              errorCode: null,
              note: 'Handed to WhatsApp.',
            },
          ]
        : []),
      ...(status === 'FAILED'
        ? [
            {
              at: at(accepted + 3_900),
              attempt: 1,
              step: 'FAILED',
              errorCode: 130472,
              note: 'WhatsApp held it back in an experiment. Tried again later.',
            },
            {
              at: at(accepted + 63_100),
              attempt: 2,
              step: 'ATTEMPTED',
              errorCode: null,
              note: 'Handed to WhatsApp.',
            },
            {
              at: at(accepted + 64_000),
              attempt: 2,
              step: 'FAILED',
              errorCode: 131026,
              note: 'This number is not on WhatsApp.',
            },
          ]
        : []),
      ...(['SENT', 'DELIVERED', 'READ'].includes(status)
        ? [{ at: at(accepted + 4_000), attempt: 1, step: 'SENT', errorCode: null, note: null }]
        : []),
      ...(['DELIVERED', 'READ'].includes(status)
        ? [{ at: at(accepted + 6_500), attempt: 1, step: 'DELIVERED', errorCode: null, note: null }]
        : []),
      ...(status === 'READ'
        ? [{ at: at(accepted + 240_000), attempt: 1, step: 'READ', errorCode: null, note: null }]
        : []),
      ...(status === 'READ'
        ? [
            {
              at: at(accepted + 280_000),
              attempt: 1,
              step: 'REPLIED',
              errorCode: null,
              note: 'Tapped “Find a café”.',
            },
          ]
        : []),
      ...(status === 'SUPPRESSED'
        ? [
            {
              at: at(accepted + 1_000),
              attempt: 0,
              step: 'SUPPRESSED',
              errorCode: null,
              note: 'The person opted out after the message was accepted.',
            },
          ]
        : []),
    ],
  };
});

export function messagesAnswers(scenario: Scenario): Root {
  const some = unlessEmpty(scenario);
  return {
    messages: (args: { first: number; after?: string; where?: { statuses?: string[] } }) =>
      page(
        some(messages).filter((one) => !args.where?.statuses || args.where.statuses.includes(one.status)),
        args,
      ),
    revealMessage: scenario.stale
      ? {
          userErrors: [
            { field: null, code: 'STEP_UP_REQUIRED', message: 'confirm with your second factor to go on' },
          ],
        }
      : {
          address: '+91 98110 00001',
          addressWithheld: null,
          text: 'diwali_offer_v3 (en_IN): Asha · DIYA20 · 14 November',
          textWithheld: null,
          ...none,
        },
    message: ({ id }: { id: string }) => messages.find((one) => one.id === id) ?? null,
  };
}
