// The company itself.
import type { Root } from './answer.ts';
import { at, day } from './clock.ts';

export const tenant = {
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

export function tenantAnswers(): Root {
  return {
    tenant,
  };
}
