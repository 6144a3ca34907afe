// Keys of programs.
import { none, type Root, unlessEmpty } from './answer.ts';
import { at, day, hour, minute } from './clock.ts';
import type { Scenario } from './scenario.ts';

const apiKey = (id: number, name: string, part: object = {}) => ({
  id: String(id),
  name,
  prefix: `ph_live_${String(id)}k`,
  scopes: ['MESSAGE_SEND', 'MESSAGE_READ'],
  cidrs: ['203.0.113.0/24'],
  test: false,
  quota: 600,
  lastMinute: 0,
  createdAt: at(-40 * day),
  expiresAt: at(50 * day),
  lastUsedAt: at(-2 * minute),
  revokedAt: null,
  ...part,
});

const apiKeys = [
  apiKey(811, 'Order service', { quota: 6_000, lastMinute: 1_284 }),
  apiKey(812, 'Dashboards', { scopes: ['ANALYTICS_READ'], lastUsedAt: at(-3 * hour) }),
  apiKey(813, 'Trial of the CRM', { prefix: 'ph_test_813k', test: true, lastUsedAt: null }),
  apiKey(814, 'Old shop', { revokedAt: at(-3 * day) }),
];

export function keysAnswers(scenario: Scenario): Root {
  const some = unlessEmpty(scenario);
  return {
    apiKeys: some(apiKeys),
    createApiKey: { apiKey: apiKeys[0], secret: 'ph_live_7Jv2mQ9xT4bNc8KpW1sZr6Yd3Hf5Lg0A', ...none },
    rotateApiKey: { apiKey: apiKeys[0], secret: 'ph_live_3Kp8sD1vR6yNq0ZtB5wXf2Hj9Mg4Lc7E', ...none },
    setApiKeyQuota: { apiKey: apiKeys[0], ...none },
    revokeApiKey: { apiKey: { ...apiKeys[0], revokedAt: at(0) }, ...none },
  };
}
