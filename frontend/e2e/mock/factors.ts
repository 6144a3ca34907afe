// Second factors: one's own, and how well everyone is covered.
import { none, type Root } from './answer.ts';
import { at, day, hour } from './clock.ts';
import { users } from './people.ts';

const passkeys = [
  { id: '881', name: 'Work laptop', backedUp: false, createdAt: at(-90 * day), lastUsedAt: at(-2 * hour) },
  { id: '882', name: 'iPhone', backedUp: true, createdAt: at(-12 * day), lastUsedAt: null },
];

const of = (index: number, totp: boolean, keys: number, recoveryCodes: number) => ({
  user: users[index]!,
  enrolled: totp || keys > 0,
  totp,
  passkeys: keys,
  recoveryCodes,
});

const ceremony = (request: object) => ({
  ceremony: {
    id: '977',
    options: JSON.stringify({ publicKey: { challenge: 'c2F5LWZyaWVuZA', ...request } }),
  },
  ...none,
});
const ask = ceremony({ rpId: 'localhost', allowCredentials: [] });

export function factorsAnswers(): Root {
  return {
    passkeys,
    factors: of(0, true, 2, 8),
    factorCoverage: {
      people: [of(0, true, 2, 8), of(1, true, 0, 2), of(2, false, 0, 0)],
      total: 3,
      enrolled: 2,
      withPasskey: 1,
    },
    beginPasskeySignIn: ask,
    finishPasskeySignIn: {
      state: null,
      pendingToken: null,
      secondFactors: [],
      accessToken: null,
      expiresAt: null,
      userErrors: [{ field: 'response', code: 'INVALID', message: 'this passkey did not work; try again' }],
    },
    beginPasskeyStepUp: ask,
    finishPasskeyStepUp: none,
    beginPasskey: ask,
    finishPasskey: { passkey: passkeys[0], ...none },
    renamePasskey: none,
    removePasskey: none,
    beginReplacement: {
      uri: 'otpauth://totp/Posthaste:asha@kaveri-coffee.example?secret=KRSXG5BANZXXI2DJNZTSA3TFO4&issuer=Posthaste',
      manualKey: 'KRSX G5BA NZXX I2DJ NZTS A3TF O4',
      ...none,
    },
    confirmReplacement: none,
    renewRecoveryCodes: {
      recoveryCodes: Array.from({ length: 10 }, (_, index) => `P3TR-${1400 + index * 613}-WM8K-2QHD`),
      ...none,
    },
    resetUserFactors: none,
    setUserRole: none,
    endUserSessions: { ended: 2, ...none },
  };
}
