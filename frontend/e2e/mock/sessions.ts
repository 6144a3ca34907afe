// Signing in, proving it, and where one is signed in.
import { none, type Root } from './answer.ts';
import { at, hour, minute } from './clock.ts';
import type { Scenario } from './scenario.ts';

export const sessions = [
  {
    id: '901',
    address: '203.0.113.24',
    agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0',
    factors: ['PWD', 'OTP'],
    createdAt: at(-2 * hour),
    lastUsedAt: at(-1000),
    expiresAt: at(10 * hour),
    current: true,
  },
  {
    id: '902',
    address: '203.0.113.77',
    agent:
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36',
    factors: ['PWD', 'OTP'],
    createdAt: at(-9 * hour),
    lastUsedAt: at(-40 * minute),
    expiresAt: at(3 * hour),
    current: false,
  },
];

export function sessionsAnswers(scenario: Scenario): Root {
  const arrived = {
    state: 'SIGNED_IN',
    pendingToken: null,
    secondFactors: [] as string[],
    accessToken: 'mock-token',
    expiresAt: new Date(Date.now() + 5 * minute).toISOString(),
    ...none,
  };
  return {
    sessions,
    refreshSession: () =>
      scenario.signedIn
        ? arrived
        : {
            state: null,
            pendingToken: null,
            secondFactors: [],
            accessToken: null,
            expiresAt: null,
            userErrors: [{ field: null, code: 'UNAUTHENTICATED', message: 'Sign in.' }],
          },
    signIn: ({ input }: { input: { email: string; password: string } }) =>
      input.password === 'wrong'
        ? {
            state: null,
            pendingToken: null,
            secondFactors: [],
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
            secondFactors: input.email.startsWith('asha') ? ['PASSKEY', 'TOTP'] : ['TOTP'],
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
    requestPasswordReset: ({ email }: { email: string }) =>
      email.startsWith('often')
        ? {
            userErrors: [
              { field: null, code: 'LIMITED', message: 'too many requests; wait a while before the next' },
            ],
          }
        : none,
    resetPassword: ({ input }: { input: { token: string; password: string } }) => {
      if (input.token !== 'good')
        return {
          userErrors: [
            {
              field: 'token',
              code: 'NOT_FOUND',
              message: 'this link is not good any more; ask for a new one',
            },
          ],
        };
      return input.password.startsWith('password')
        ? {
            userErrors: [
              {
                field: 'password',
                code: 'INVALID',
                message: 'this password is on a list of known ones; choose another',
              },
            ],
          }
        : none;
    },
    changePassword: ({ input }: { input: { currentPassword: string } }) =>
      input.currentPassword === 'wrong'
        ? {
            userErrors: [
              { field: 'currentPassword', code: 'INVALID', message: 'this is not your present password' },
            ],
          }
        : none,
    signOut: none,
    stepUp: ({ code }: { code: string }) =>
      code === '000000'
        ? { userErrors: [{ field: 'code', code: 'INVALID', message: 'That code is not right.' }] }
        : none,
    endSession: { ended: 1, ...none },
    endOtherSessions: { ended: 1, ...none },
  };
}
