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
          return tools.appendHeaders(operation, {
            // The client would offer streams for every call, and a server may take the offer: only live ones are streams.
            accept:
              operation.kind === 'subscription'
                ? 'text/event-stream'
                : 'application/graphql-response+json, application/json',
            ...(token ? { authorization: `Bearer ${token}` } : {}),
          });
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
