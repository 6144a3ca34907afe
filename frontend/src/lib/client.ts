import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import type { Session } from './session';

/** The GraphQL client: one endpoint, one document cache, live streams by server-sent events over the same path. */
export function createClient(session: Session, request: typeof fetch): Client {
  return new Client({
    url: '/graphql',
    fetch: request,
    fetchOptions: { credentials: 'same-origin' },
    fetchSubscriptions: true,
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      authExchange(async (tools) => ({
        addAuthToOperation: (operation) => {
          const token = session.token();
          return token ? tools.appendHeaders(operation, { Authorization: `Bearer ${token}` }) : operation;
        },
        willAuthError: () => session.token() !== null && session.stale(),
        didAuthError: (error) =>
          session.token() !== null &&
          error.graphQLErrors.some((one) => one.extensions?.code === 'UNAUTHENTICATED'),
        refreshAuth: async () => {
          await session.refresh();
        },
      })),
      fetchExchange,
    ],
  });
}
