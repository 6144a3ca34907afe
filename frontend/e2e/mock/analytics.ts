// The numbers of four weeks, with those of the four weeks before.
import type { Root } from './answer.ts';
import { at, day, noise, now } from './clock.ts';
import type { Scenario } from './scenario.ts';
import { templates } from './templates.ts';

const zeroRow = {
  bucketStart: null,
  bucketLabel: null,
  channel: null,
  category: null,
  senderId: null,
  senderName: null,
  templateId: null,
  templateName: null,
  campaignId: null,
  campaignName: null,
  country: null,
  errorCode: null,
  errorText: null,
  button: null,
  targeted: 0,
  suppressed: 0,
  attempted: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  unknown: 0,
  possibleDuplicates: 0,
  inFlight: 0,
  replies: 0,
  clicks: 0,
  optOuts: 0,
  recipients: 0,
  deliveryRate: null,
  readRate: null,
  failureRate: null,
  replyRate: null,
  clickRate: null,
  optOutRate: null,
  spendMicros: null,
  currency: null,
  deliverP50Ms: null,
  deliverP95Ms: null,
  readP50Ms: null,
  readP95Ms: null,
};

function row(targeted: number, seed: number, part: object = {}) {
  const suppressed = Math.round(targeted * 0.041);
  const attempted = targeted - suppressed;
  const sent = Math.round(attempted * (0.985 + noise(seed) * 0.01));
  const delivered = Math.round(sent * (0.94 + noise(seed + 1) * 0.04));
  const read = Math.round(delivered * (0.64 + noise(seed + 2) * 0.12));
  const failed = attempted - sent;
  const replies = Math.round(delivered * (0.03 + noise(seed + 3) * 0.02));
  const optOuts = Math.round(delivered * 0.004);
  return {
    ...zeroRow,
    targeted,
    suppressed,
    attempted,
    sent,
    delivered,
    read,
    failed,
    unknown: 2,
    inFlight: sent - delivered,
    replies,
    clicks: replies * 2,
    optOuts,
    recipients: Math.round(sent * 0.8),
    deliveryRate: delivered / sent,
    readRate: read / delivered,
    failureRate: failed / attempted,
    replyRate: replies / delivered,
    clickRate: (replies * 2) / delivered,
    optOutRate: optOuts / delivered,
    spendMicros: delivered * 862_000,
    currency: 'INR',
    deliverP50Ms: 1_900 + Math.round(noise(seed + 4) * 400),
    deliverP95Ms: 8_400 + Math.round(noise(seed + 5) * 2_500),
    readP50Ms: 380_000,
    readP95Ms: 9_000_000,
    ...part,
  };
}

function sum(rows: ReturnType<typeof row>[], part: object = {}) {
  return row(
    rows.reduce((total, one) => total + one.targeted, 0),
    99,
    part,
  );
}

function series(days: number, from: number, scale: number, seed: number) {
  return Array.from({ length: days }, (_, index) => {
    const start = from + index * day;
    const weekday = new Date(start).getUTCDay();
    const base = (weekday === 0 ? 2_100 : weekday === 5 ? 7_400 : 4_800) * scale;
    return row(Math.round(base * (0.8 + noise(seed + index) * 0.5)), seed + index, {
      bucketStart: new Date(start).toISOString(),
      bucketLabel: new Date(start).toISOString().slice(0, 10),
    });
  });
}

interface StatsArguments {
  granularity: string;
  groupBy: string[];
  compare?: string | null;
  first: number;
}

function messageStats(args: StatsArguments) {
  const meta = {
    from: at(-28 * day),
    to: at(0),
    timeZone: 'Asia/Kolkata',
    granularity: args.granularity,
    rowCount: 28,
    truncated: false,
    dataThrough: at(-20_000),
    maturing: true,
    approximate: ['recipients'],
    unavailable: [],
    elapsedMs: 8,
  };
  const pageInfo = { hasNextPage: false, endCursor: null };
  const rows = series(28, now - 28 * day, 1, 3);
  if (args.groupBy.includes('TEMPLATE')) {
    const grouped = templates.slice(0, 4).map((one, index) =>
      row([61_000, 38_200, 21_400, 9_100][index]!, 40 + index, {
        templateId: one.id,
        templateName: one.name,
      }),
    );
    return { rows: grouped, totals: sum(rows), comparison: null, pageInfo, meta };
  }
  if (args.groupBy.includes('ERROR_CODE')) {
    const failures: [number, string, number][] = [
      [
        131026,
        'The number is not on WhatsApp, or its owner has not accepted the new terms. Use another channel.',
        942,
      ],
      [
        131049,
        'Meta limits how much marketing one person gets. Try again in a few days; do not repeat it today.',
        511,
      ],
      [130472, 'Meta held the message back in an experiment. It is tried again by itself.', 77],
      [131047, 'More than 24 hours have passed since the person wrote. Send a template instead.', 12],
    ];
    const refusals: [number, string, number][] = [
      [2, 'Not sent: the person has opted out. Nothing to do.', 318],
      [8, 'Not sent: the address or the variables are not valid. Correct the list.', 41],
    ];
    return {
      rows: [
        ...failures.map(([errorCode, errorText, failed]) => ({ ...zeroRow, errorCode, errorText, failed })),
        ...refusals.map(([errorCode, errorText, suppressed]) => ({
          ...zeroRow,
          errorCode,
          errorText,
          suppressed,
        })),
      ],
      totals: sum(rows),
      comparison: null,
      pageInfo,
      meta,
    };
  }
  const before = series(28, now - 56 * day, 0.86, 70);
  const comparison = args.compare
    ? {
        from: at(-56 * day),
        to: at(-28 * day),
        rows: before,
        totals: sum(before, { optOutRate: 0.0047, deliverP95Ms: 8_100 }),
      }
    : null;
  return { rows, totals: sum(rows), comparison, pageInfo, meta };
}

const metric = (name: string, displayName: string, unit: string, formula: string, goodDirection: string) => ({
  name,
  displayName,
  unit,
  formula,
  description: formula,
  goodDirection,
  additive: unit === 'COUNT',
});

const metrics = [
  metric('sent', 'Sent', 'COUNT', 'messages the provider took', 'NEUTRAL'),
  metric('deliveryRate', 'Delivery rate', 'RATIO', 'delivered / sent', 'UP'),
  metric(
    'readRate',
    'Read rate',
    'RATIO',
    'read / delivered; a lower bound, since receipts can be off',
    'UP',
  ),
  metric('replyRate', 'Reply rate', 'RATIO', 'replies / delivered', 'UP'),
  metric('failureRate', 'Failure rate', 'RATIO', 'failed / attempted', 'DOWN'),
  metric('optOutRate', 'Opt-out rate', 'RATIO', 'optOuts / delivered', 'DOWN'),
  metric('spendMicros', 'Spend', 'MICROS', 'sum of the prices in the provider’s reports', 'NEUTRAL'),
  metric(
    'deliverP95Ms',
    'Delivered in (95 %)',
    'MILLISECONDS',
    '95th percentile from sent to delivered',
    'DOWN',
  ),
];

export function analyticsAnswers(scenario: Scenario): Root {
  return {
    analytics: {
      messageStats: (args: StatsArguments) =>
        scenario.data === 'empty'
          ? {
              rows: [],
              totals: zeroRow,
              comparison: null,
              pageInfo: { hasNextPage: false, endCursor: null },
              meta: {
                from: at(-28 * day),
                to: at(0),
                timeZone: 'UTC',
                granularity: args.granularity,
                rowCount: 0,
                truncated: false,
                dataThrough: at(0),
                maturing: false,
                approximate: [],
                unavailable: [],
                elapsedMs: 2,
              },
            }
          : messageStats(args),
    },
    analyticsDatasets: [
      {
        name: 'messageStats',
        metrics,
        dimensions: ['CHANNEL'],
        limits: [{ granularity: 'DAY', maxDays: 400 }],
        maxDimensions: 4,
        maxPageSize: 10_000,
        retentionDays: 365,
        dataThrough: at(0),
      },
    ],
    errorPlaybook: [],
  };
}
