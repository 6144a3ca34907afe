// A made-up company: enough of everything to see every screen full, and switches to see it empty, refused or broken.
import { GraphQLError } from 'graphql';

export interface Scenario {
  signedIn: boolean;
  /** full: a busy company · empty: the first day · broken: every question fails · forbidden: no permission at all */
  data: 'full' | 'empty' | 'broken' | 'forbidden';
}

/** Pictures and tests stand at this moment. */
export const now = Date.parse('2026-11-22T09:30:00Z');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const at = (offset: number) => new Date(now + offset).toISOString();

/** Deterministic noise between 0 and 1. */
const noise = (seed: number) => {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return x - Math.floor(x);
};

const none = { userErrors: [] };

const viewerUser = {
  id: '71',
  name: 'Asha Menon',
  email: 'asha@kaveri-coffee.example',
  role: 'OWNER',
  disabled: false,
  secondFactor: true,
  lastSignInAt: at(-3 * minute),
  createdAt: at(-200 * day),
};

const tenant = {
  id: '7',
  name: 'Kaveri Coffee Pvt Ltd',
  brand: 'Kaveri Coffee',
  zone: 'Asia/Kolkata',
  country: 'IN',
  locale: 'en-IN',
  currency: 'INR',
  state: 'ACTIVE',
  addressMode: 'PLAIN',
  contentMode: 'HASHED',
  messageDays: 180,
  mediaDays: 7,
  summaryDays: 365,
  createdAt: at(-300 * day),
};

const permissions = [
  'SIGNED_IN',
  'ANALYTICS_READ',
  'MESSAGE_READ',
  'MESSAGE_SEND',
  'CAMPAIGN_MANAGE',
  'CONSENT_READ',
  'CONSENT_WRITE',
  'TEMPLATE_READ',
  'TEMPLATE_MANAGE',
  'SENDER_READ',
  'SENDER_MANAGE',
  'SECURITY_READ',
  'SECURITY_MANAGE',
  'KEY_MANAGE',
  'TENANT_READ',
  'TENANT_MANAGE',
  'APPROVE',
  'ADDRESS_REVEAL',
  'CONTENT_REVEAL',
];

const sessions = [
  {
    id: '901',
    address: '203.0.113.24',
    agent: 'Firefox 146 on Linux',
    factors: ['password', 'totp'],
    createdAt: at(-2 * hour),
    lastUsedAt: at(-1000),
    expiresAt: at(10 * hour),
    current: true,
  },
  {
    id: '902',
    address: '203.0.113.77',
    agent: 'Chrome 143 on Android',
    factors: ['password', 'totp'],
    createdAt: at(-9 * hour),
    lastUsedAt: at(-40 * minute),
    expiresAt: at(3 * hour),
    current: false,
  },
];

const senders = [
  {
    id: '501',
    channel: 'WHATSAPP',
    display: '+91 98450 12345',
    verifiedName: 'Kaveri Coffee',
    providerId: '109283746512345',
    state: 'ACTIVE',
    stopReason: null,
    quality: 'GREEN',
    messagesPerSecond: 80,
    queued: 1240,
    portfolioId: '401',
    webhookUrl: 'https://posthaste.kaveri-coffee.example/hooks/meta/4f2a',
  },
  {
    id: '502',
    channel: 'WHATSAPP',
    display: '+91 98450 67890',
    verifiedName: 'Kaveri Care',
    providerId: '109283746567890',
    state: 'ACTIVE',
    stopReason: null,
    quality: 'YELLOW',
    messagesPerSecond: 80,
    queued: 0,
    portfolioId: '401',
    webhookUrl: 'https://posthaste.kaveri-coffee.example/hooks/meta/4f2b',
  },
  {
    id: '503',
    channel: 'WHATSAPP',
    display: '+971 50 123 4567',
    verifiedName: '',
    providerId: '109283746599999',
    state: 'STOPPED',
    stopReason:
      'Meta refuses the token of this portfolio (190). Store a new system-user token, then let the number send again.',
    quality: 'UNKNOWN',
    messagesPerSecond: 20,
    queued: 86,
    portfolioId: '401',
    webhookUrl: 'https://posthaste.kaveri-coffee.example/hooks/meta/4f2c',
  },
];

const portfolios = [
  {
    id: '401',
    metaId: '884412093311',
    name: 'Kaveri Group',
    dailyLimit: 100_000,
    reserve: 8_000,
    tokenSet: true,
    budget: { used: 71_420, left: 28_580, nextFreeAt: at(4 * minute), emptyAt: at(6 * hour) },
    wabas: [{ id: '451', metaId: '220099118833', name: 'Kaveri India' }],
    senders,
  },
];

const button = (kind: string, text: string, url: string | null = null, urlExample: string | null = null) => ({
  kind,
  text,
  url,
  urlExample,
});
interface TemplateSeed {
  name: string;
  category: string;
  state: string;
  body: string;
  examples: string[];
  quality?: string;
  reason?: string;
  header?: string;
  headerExample?: string;
  footer?: string;
  language?: string;
  asked?: string;
  buttons?: ReturnType<typeof button>[];
}
const template = (id: number, seed: TemplateSeed) => ({
  id: String(id),
  wabaId: '451',
  name: seed.name,
  language: seed.language ?? 'en_IN',
  category: seed.category,
  askedCategory: seed.asked ?? seed.category,
  parameterFormat: 'POSITIONAL',
  state: seed.state,
  stateReason: seed.reason ?? null,
  stateAt: at(-id * 7 * hour),
  quality: seed.quality ?? 'GREEN',
  header: seed.header ?? null,
  headerExample: seed.headerExample ?? null,
  body: seed.body,
  bodyExamples: seed.examples,
  footer: seed.footer ?? null,
  buttons: seed.buttons ?? [],
  variables: seed.examples.map((_, index) => String(index + 1)),
  sendable: seed.state === 'APPROVED',
  createdAt: at(-id * 2 * day),
});

const templates = [
  template(1, {
    name: 'diwali_offer_v3',
    category: 'MARKETING',
    state: 'APPROVED',
    header: 'Festive brews for {{1}}',
    headerExample: 'Asha',
    body: 'Namaste {{1}}! 🪔\n\nOur *Diwali blend* is back: notes of cardamom and jaggery, roasted this week.\n\nUse code *{{2}}* for _20 % off_ until {{3}}.\n\n- Free delivery over ₹499\n- Roasted to order\n- Beans or ground\n\nEnjoy the lights, and the coffee.',
    examples: ['Asha', 'DIYA20', '14 November'],
    footer: 'Reply STOP to opt out',
    buttons: [
      button('URL', 'Shop the blend', 'https://kaveri-coffee.example/d/{{1}}', 'dw25'),
      button('QUICK_REPLY', 'Find a café'),
      button('QUICK_REPLY', 'Remind me later'),
      button('QUICK_REPLY', 'Stop offers'),
    ].sort((a, b) => a.kind.localeCompare(b.kind)),
  }),
  template(2, {
    name: 'order_shipped',
    category: 'UTILITY',
    state: 'APPROVED',
    body: 'Hello {{1}}, your order *{{2}}* has left our roastery. It should reach you by {{3}}.',
    examples: ['Asha', 'KC-20931', 'Tuesday'],
    buttons: [button('URL', 'Track it', 'https://kaveri-coffee.example/t/{{1}}', 'KC-20931')],
  }),
  template(3, {
    name: 'login_code',
    category: 'AUTHENTICATION',
    state: 'APPROVED',
    body: '{{1}} is your code. Do not share it.',
    examples: ['482913'],
  }),
  template(4, {
    name: 'subscription_renewal',
    category: 'MARKETING',
    asked: 'UTILITY',
    state: 'APPROVED',
    quality: 'YELLOW',
    body: 'Your coffee subscription renews on {{1}} for {{2}}. Nothing to do if all is well.',
    examples: ['1 December', '₹899'],
  }),
  template(5, {
    name: 'cafe_opening_indiranagar',
    category: 'MARKETING',
    state: 'PENDING',
    quality: 'UNKNOWN',
    body: 'We are opening in Indiranagar on {{1}}, and the first cup is on us.',
    examples: ['5 December'],
  }),
  template(6, {
    name: 'winback_90_days',
    category: 'MARKETING',
    state: 'PAUSED',
    quality: 'RED',
    reason:
      'Paused by Meta for 3 hours because people blocked or reported it. Improve the text or narrow the audience before it is paused again: the third time it is disabled.',
    body: 'We miss you, {{1}}. Here is {{2}} off your next bag.',
    examples: ['Asha', '15 %'],
  }),
  template(7, {
    name: 'feedback_request',
    category: 'UTILITY',
    state: 'REJECTED',
    quality: 'UNKNOWN',
    reason:
      'Rejected: the text asks for an opinion, which Meta counts as marketing. Change the category to Marketing and submit again.',
    body: 'How was your coffee, {{1}}? Tell us in one word.',
    examples: ['Asha'],
  }),
  template(8, {
    name: 'store_hours_ar',
    category: 'UTILITY',
    state: 'DRAFT',
    quality: 'UNKNOWN',
    language: 'ar',
    body: 'مرحبا {{1}}، متجرنا مفتوح اليوم حتى الساعة {{2}} مساءً.',
    examples: ['آشا', '10'],
  }),
];

const progress = (accepted: number, share: number, pace = 0) => {
  const sent = Math.round(accepted * share * 0.985);
  const delivered = Math.round(sent * 0.962);
  return {
    accepted,
    refused: Math.round(accepted * 0.043),
    queued: Math.round(accepted * (1 - share)),
    sent,
    delivered,
    read: Math.round(delivered * 0.71),
    failed: Math.round(accepted * share * 0.011),
    unknown: share > 0 && share < 1 ? 3 : 0,
    suppressed: Math.round(accepted * share * 0.004),
    pace,
    doneAt: pace > 0 ? at(((accepted * (1 - share)) / pace) * 1000) : null,
  };
};

const refusals = [
  { code: 'CONSENT_MISSING', count: 1_204, lines: Array.from({ length: 100 }, (_, index) => 7 + index * 31) },
  { code: 'INVALID', count: 63, lines: [12, 48, 190, 771, 902, 1204] },
  { code: 'LIMITED', count: 18, lines: [88, 89] },
];

const campaign = (
  id: number,
  name: string,
  state: string,
  share: number,
  accepted: number,
  part: object = {},
) => ({
  id: String(id),
  name,
  state,
  stateReason: null,
  template: templates[id % 4]!,
  sender: senders[0]!,
  refusals: id === 601 || id === 602 ? refusals : [],
  progress: progress(accepted, share, state === 'RUNNING' ? 78.4 : 0),
  job: null,
  runAt: null,
  createdAt: at(-(id - 600) * 9 * hour),
  startedAt: share > 0 ? at(-(id - 600) * 8 * hour) : null,
  finishedAt: state === 'DONE' ? at(-(id - 600) * 7 * hour) : null,
  ...part,
});

const campaigns = [
  campaign(601, 'Diwali offer, loyal customers', 'RUNNING', 0.63, 29_870),
  campaign(602, 'Diwali offer, lapsed customers', 'READY', 0, 18_240),
  campaign(603, 'Renewal notice, December', 'PAUSED', 0.31, 6_120, {
    stateReason:
      'Paused by itself: the template subscription_renewal was moved from Utility to Marketing, which costs ₹4,180 more. Resume if that is all right.',
  }),
  campaign(604, 'Café opening, Koramangala', 'DONE', 1, 4_410),
  campaign(605, 'Order updates, replay', 'DONE', 1, 912),
  campaign(606, 'Win back after 90 days', 'STOPPED', 0.2, 12_000, { stateReason: 'Stopped by Asha Menon.' }),
];

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
const messages = Array.from({ length: 140 }, (_, index) => {
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
    return {
      rows: failures.map(([errorCode, errorText, failed]) => ({ ...zeroRow, errorCode, errorText, failed })),
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

const live = (step: number) => ({
  accepted: 18_204 + step * 160,
  queued: 11_052 - step * 120,
  sentPerSecond: 78.4 - (step % 3),
  sentToday: 42_190 + step * 157,
  failedToday: 466 + step,
  unsettled: 3,
  exportLag: 1.4,
  at: at(step * 2_000),
});

const users = [
  viewerUser,
  {
    ...viewerUser,
    id: '72',
    name: 'Rohan Iyer',
    email: 'rohan@kaveri-coffee.example',
    role: 'BRAND_MANAGER',
    lastSignInAt: at(-5 * hour),
  },
  {
    ...viewerUser,
    id: '73',
    name: 'Meera Pillai',
    email: 'meera@kaveri-coffee.example',
    role: 'ANALYST',
    secondFactor: false,
    lastSignInAt: null,
  },
  {
    ...viewerUser,
    id: '74',
    name: 'Jonas Weber',
    email: 'jonas@agency.example',
    role: 'AGENT',
    disabled: true,
    lastSignInAt: at(-60 * day),
  },
];

const entry = (cidr: string, label: string, enabled = true, expiresAt: string | null = null) => ({
  cidr,
  label,
  enabled,
  expiresAt,
});
const allowList = {
  state: 'TRIAL',
  entries: [entry('203.0.113.0/24', 'Bengaluru office'), entry('2001:db8:41::/48', 'Bengaluru office')],
  trial: [
    entry('203.0.113.0/24', 'Bengaluru office'),
    entry('2001:db8:41::/48', 'Bengaluru office'),
    entry('198.51.100.7/32', 'Agency, until launch', true, at(9 * day)),
  ],
  trialUntil: at(7 * minute),
  ownAddress: '203.0.113.24',
  updatedAt: at(-3 * minute),
};

const apiKey = (id: number, name: string, part: object = {}) => ({
  id: String(id),
  name,
  prefix: `ph_live_${String(id)}k`,
  scopes: ['MESSAGE_SEND', 'MESSAGE_READ'],
  cidrs: ['203.0.113.0/24'],
  test: false,
  createdAt: at(-40 * day),
  expiresAt: at(50 * day),
  lastUsedAt: at(-2 * minute),
  revokedAt: null,
  ...part,
});
const apiKeys = [
  apiKey(811, 'Order service'),
  apiKey(812, 'Dashboards', { scopes: ['ANALYTICS_READ'], lastUsedAt: at(-3 * hour) }),
  apiKey(813, 'Trial of the CRM', { prefix: 'ph_test_813k', test: true, lastUsedAt: null }),
  apiKey(814, 'Old shop', { revokedAt: at(-3 * day) }),
];

const blocked = [
  { at: at(-14 * minute), address: '45.83.12.9', credential: 'PASSWORD', user: null },
  { at: at(-2 * hour), address: '2a01:4f8:c0c::1', credential: 'API_KEY', user: null },
  { at: at(-26 * hour), address: '198.51.100.201', credential: 'SESSION', user: users[3]! },
];

const auditActions = [
  'session.open',
  'allowlist.trial',
  'template.submit',
  'campaign.start',
  'consent.lookup',
  'apikey.create',
  'user.invite',
];
const auditEvents = Array.from({ length: 60 }, (_, index) => ({
  id: String(3_000 - index),
  at: at(-index * 47 * minute),
  action: auditActions[index % auditActions.length]!,
  user: index % 5 === 4 ? null : users[index % 2]!,
  address: index % 5 === 4 ? null : '203.0.113.24',
  target: String(600 + index),
  detail: index % 3 === 0 ? ['state=RUNNING', 'count=29870'] : [],
}));

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

const job = (id: string, part: object = {}) => ({
  id,
  kind: 'CONSENT_IMPORT',
  state: 'DONE',
  done: 12_000,
  total: 12_000,
  failed: 41,
  error: null,
  failures: [],
  createdAt: at(-5 * day),
  startedAt: at(-5 * day),
  finishedAt: at(-5 * day + 9_000),
  ...part,
});
const runningJob = job('j1', {
  state: 'RUNNING',
  done: 38_400,
  total: 61_200,
  failed: 57,
  createdAt: at(-20_000),
  startedAt: at(-19_000),
  finishedAt: null,
  failures: [
    { line: 18, field: 'phone', code: 'INVALID' },
    { line: 402, field: 'phone', code: 'INVALID' },
    { line: 511, field: 'agreed_at', code: 'INVALID' },
  ],
});

function page<T extends { id: string }>(rows: T[], args: { first: number; after?: string | null }) {
  const start = args.after ? rows.findIndex((one) => one.id === args.after) + 1 : 0;
  const shown = rows.slice(start, start + args.first);
  return {
    edges: shown.map((node) => ({ cursor: node.id, node })),
    pageInfo: { hasNextPage: start + args.first < rows.length, endCursor: shown.at(-1)?.id ?? null },
  };
}

type Arguments = Record<string, never>;
type Root = Record<string, unknown>;

/** Answers by field, for queries and mutations alike. */
export function world(scenario: Scenario): Root {
  const empty = scenario.data === 'empty';
  const some = <T>(rows: T[]): T[] => (empty ? [] : rows);
  const arrived = {
    state: 'SIGNED_IN',
    pendingToken: null,
    accessToken: 'mock-token',
    expiresAt: new Date(Date.now() + 5 * minute).toISOString(),
    ...none,
  };
  const root: Root = {
    viewer: {
      user: viewerUser,
      tenant,
      permissions: scenario.data === 'forbidden' ? ['SIGNED_IN'] : permissions,
      address: '203.0.113.24',
      session: sessions[0],
    },
    tenant,
    invite: ({ token }: { token: string }) =>
      token === 'good'
        ? {
            email: 'new@kaveri-coffee.example',
            role: 'BRAND_MANAGER',
            brand: 'Kaveri Coffee',
            expiresAt: at(2 * day),
          }
        : null,
    refreshSession: () =>
      scenario.signedIn
        ? arrived
        : {
            state: null,
            pendingToken: null,
            accessToken: null,
            expiresAt: null,
            userErrors: [{ field: null, code: 'UNAUTHENTICATED', message: 'Sign in.' }],
          },
    signIn: ({ input }: { input: { email: string; password: string } }) =>
      input.password === 'wrong'
        ? {
            state: null,
            pendingToken: null,
            accessToken: null,
            expiresAt: null,
            userErrors: [
              { field: null, code: 'UNAUTHENTICATED', message: 'E-mail or password is not right.' },
            ],
          }
        : {
            ...arrived,
            state: input.email.startsWith('new') ? 'ENROLMENT' : 'SECOND_FACTOR',
            pendingToken: 'pending',
            accessToken: null,
          },
    confirmSecondFactor: ({ input }: { input: { code: string } }) =>
      input.code === '000000'
        ? {
            ...arrived,
            state: null,
            accessToken: null,
            userErrors: [
              { field: 'code', code: 'INVALID', message: 'That code is not right. Use the one shown now.' },
            ],
          }
        : arrived,
    useRecoveryCode: () => arrived,
    beginEnrolment: () => ({
      uri: 'otpauth://totp/Posthaste:asha@kaveri-coffee.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Posthaste',
      manualKey: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP',
      ...none,
    }),
    confirmEnrolment: () => ({
      accessToken: 'mock-token',
      expiresAt: arrived.expiresAt,
      recoveryCodes: Array.from({ length: 10 }, (_, index) => `K7QM-${1000 + index * 731}-XR4T-9WPA`),
      ...none,
    }),
    acceptInvite: () => ({ ...arrived, state: 'ENROLMENT', pendingToken: 'pending', accessToken: null }),
    signOut: none,
    stepUp: ({ code }: { code: string }) =>
      code === '000000'
        ? { userErrors: [{ field: 'code', code: 'INVALID', message: 'That code is not right.' }] }
        : none,
    analytics: {
      messageStats: (args: StatsArguments) =>
        empty
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
    live: empty
      ? {
          accepted: 0,
          queued: 0,
          sentPerSecond: 0,
          sentToday: 0,
          failedToday: 0,
          unsettled: 0,
          exportLag: 0.4,
          at: at(0),
        }
      : live(0),
    templates: (args: {
      first: number;
      after?: string;
      where?: { states?: string[]; categories?: string[]; name?: string };
    }) =>
      page(
        some(templates).filter(
          (one) =>
            (!args.where?.states || args.where.states.includes(one.state)) &&
            (!args.where?.categories || args.where.categories.includes(one.category)) &&
            (!args.where?.name || one.name.includes(args.where.name)),
        ),
        args,
      ),
    template: ({ id }: { id: string }) => templates.find((one) => one.id === id) ?? null,
    checkTemplate: [],
    createTemplate: ({ input }: { input: { name: string } }) =>
      input.name === 'taken'
        ? {
            template: null,
            userErrors: [
              { field: 'name', code: 'CONFLICT', message: 'There is a template of this name and language.' },
            ],
          }
        : { template: templates[7], ...none },
    updateTemplate: { template: templates[7], ...none },
    submitTemplate: { template: { ...templates[7], state: 'PENDING' }, ...none },
    deleteTemplate: { template: templates[7], ...none },
    portfolios: some(portfolios),
    senders: some(senders),
    createPortfolio: { portfolio: portfolios[0], ...none },
    createWaba: {
      waba: portfolios[0]!.wabas[0],
      webhookUrl: senders[0]!.webhookUrl,
      verifyToken: 'vt_5Qk2b8mYd0',
      ...none,
    },
    createSender: { sender: senders[0], ...none },
    resumeSender: { sender: { ...senders[2], state: 'ACTIVE', stopReason: null }, ...none },
    campaigns: (args: { first: number; after?: string; states?: string[] }) =>
      page(
        some(campaigns).filter((one) => !args.states || args.states.includes(one.state)),
        args,
      ),
    campaign: ({ id }: { id: string }) => campaigns.find((one) => one.id === id) ?? null,
    createCampaign: { campaign: campaigns[1], ...none },
    uploadAudience: { job: job('j2', { kind: 'CAMPAIGN_AUDIENCE' }), url: '/uploads/ticket', ...none },
    startCampaign: { campaign: campaigns[0], ...none },
    pauseCampaign: { campaign: { ...campaigns[0], state: 'PAUSED' }, ...none },
    resumeCampaign: { campaign: { ...campaigns[2], state: 'RUNNING' }, ...none },
    stopCampaign: { campaign: { ...campaigns[0], state: 'STOPPED' }, ...none },
    messages: (args: { first: number; after?: string; where?: { statuses?: string[] } }) =>
      page(
        some(messages).filter((one) => !args.where?.statuses || args.where.statuses.includes(one.status)),
        args,
      ),
    message: ({ id }: { id: string }) => messages.find((one) => one.id === id) ?? null,
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
    job: ({ id }: { id: string }) => (id === 'j1' ? runningJob : null),
    jobs: some([
      job('j9'),
      job('j8', { state: 'FAILED', done: 210, failed: 210, error: 'The column phone is missing.' }),
    ]),
    users,
    sessions,
    allowList: empty
      ? {
          state: 'BOOTSTRAP',
          entries: [],
          trial: null,
          trialUntil: null,
          ownAddress: '203.0.113.24',
          updatedAt: null,
        }
      : allowList,
    blockedAttempts: some(blocked),
    testAddress: ({ address }: { address: string }) =>
      address.startsWith('203.0.113.')
        ? { allowed: true, entry: allowList.entries[0] }
        : { allowed: false, entry: null },
    setAllowList: {
      allowList,
      cutOff: [{ user: users[1], address: '198.51.100.90', lastUsedAt: at(-2 * day) }],
      ...none,
    },
    confirmAllowList: {
      allowList: { ...allowList, state: 'ACTIVE', trial: null, trialUntil: null },
      cutOff: [],
      ...none,
    },
    rollBackAllowList: {
      allowList: { ...allowList, state: 'ACTIVE', trial: null, trialUntil: null },
      cutOff: [],
      ...none,
    },
    apiKeys: some(apiKeys),
    createApiKey: { apiKey: apiKeys[0], secret: 'ph_live_7Jv2mQ9xT4bNc8KpW1sZr6Yd3Hf5Lg0A', ...none },
    revokeApiKey: { apiKey: { ...apiKeys[0], revokedAt: at(0) }, ...none },
    inviteUser: {
      url: 'https://posthaste.kaveri-coffee.example/invite#good',
      expiresAt: at(3 * day),
      ...none,
    },
    setUserDisabled: none,
    endSession: { ended: 1, ...none },
    endOtherSessions: { ended: 1, ...none },
    audit: (args: { first: number; after?: string }) => page(some(auditEvents), args),
  };
  if (scenario.data === 'broken') return breakAll(root);
  return root;
}

const alive = new Set(['viewer', 'refreshSession', 'signIn']);

function breakAll(root: Root): Root {
  const broken: Root = {};
  for (const name of Object.keys(root)) {
    broken[name] = alive.has(name)
      ? root[name]
      : (_: Arguments) => {
          throw new GraphQLError('One of our stores is away; try again.', {
            extensions: { code: 'UNAVAILABLE', requestId: 'req_01JD5V7Q2M' },
          });
        };
  }
  return broken;
}

/** A running campaign moves on with each step; any other stays as it is. */
function campaignAt(id: unknown, step: number): object | undefined {
  const found = campaigns.find((one) => one.id === id);
  if (found?.state !== 'RUNNING') return found;
  return { ...found, progress: progress(29_870, Math.min(1, 0.63 + step * 0.005), 78.4) };
}

/** What the streams tell, one value at a time. */
export async function* streams(
  field: string,
  id: unknown,
  scenario: Scenario,
  pause: () => Promise<void>,
): AsyncGenerator<Root> {
  for (let step = 0; ; step++) {
    if (field === 'live') yield { live: scenario.data === 'empty' ? world(scenario).live : live(step) };
    else yield { campaignProgress: campaignAt(id, step) };
    await pause();
  }
}
