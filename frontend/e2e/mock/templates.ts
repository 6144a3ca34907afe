// Templates in every state of their life.
import { none, page, type Root, unlessEmpty } from './answer.ts';
import { at, day, hour } from './clock.ts';
import type { Scenario } from './scenario.ts';

export const button = (
  kind: string,
  text: string,
  url: string | null = null,
  urlExample: string | null = null,
) => ({
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

export const template = (id: number, seed: TemplateSeed) => ({
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

export const templates = [
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

export function templatesAnswers(scenario: Scenario): Root {
  const some = unlessEmpty(scenario);
  return {
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
  };
}
