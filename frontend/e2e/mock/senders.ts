// Portfolios, accounts and numbers.
import { none, type Root, unlessEmpty } from './answer.ts';
import { at, hour, minute } from './clock.ts';
import type { Scenario } from './scenario.ts';

export const senders = [
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

export function sendersAnswers(scenario: Scenario): Root {
  const some = unlessEmpty(scenario);
  return {
    portfolios: some(portfolios),
    senders: some(senders),
    createPortfolio: { portfolio: portfolios[0], ...none },
    createWaba: {
      waba: portfolios[0]!.wabas[0],
      webhookUrl: senders[0]!.webhookUrl,
      verifyToken: 'vt_5Qk2b8mYd0',
      ...none,
    },
    replacePortfolioToken: { portfolio: portfolios[0], ...none },
    replaceAppSecret: none,
    createSender: { sender: senders[0], ...none },
    resumeSender: { sender: { ...senders[2], state: 'ACTIVE', stopReason: null }, ...none },
  };
}
