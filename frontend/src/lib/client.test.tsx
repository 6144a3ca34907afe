// @vitest-environment jsdom
import { act, renderHook, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import type { ReactNode } from 'react';
import { Provider } from 'urql';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { EndOtherSessionsDocument, LiveDocument, SessionsDocument } from '@/graphql/graphql';
import { locales } from '@/i18n/portal';
import { Words } from '@/i18n/words';
import { createClient } from './client';
import { StepUpProvider, useGraph, useLive, useMutate } from './graphql';
import { createSession } from './session';

interface Call {
  operation: string;
  authorization: string | null;
  accept: string | null;
}

const calls: Call[] = [];
let answer: (call: Call) => object | HttpResponse<ReadableStream> = () => ({ data: {} });
const server = setupServer(
  http.post('http://localhost:3000/graphql', async ({ request }) => {
    const body = (await request.json()) as { operationName: string };
    const call = {
      operation: body.operationName,
      authorization: request.headers.get('authorization'),
      accept: request.headers.get('accept'),
    };
    calls.push(call);
    const said = answer(call);
    return said instanceof HttpResponse ? said : HttpResponse.json(said);
  }),
);
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
afterEach(() => {
  calls.length = 0;
});
afterAll(() => server.close());

const request: typeof fetch = (input, init) => fetch(new URL(String(input), 'http://localhost:3000'), init);
const refreshed = { data: { refreshSession: { accessToken: 'fresh', expiresAt: '2100-01-01T00:00:00Z' } } };
const refused = (code: string) => ({ data: null, errors: [{ message: 'no', extensions: { code } }] });

function around(ask = async () => false) {
  const session = createSession(Date.now, request);
  session.signedIn('old', '2100-01-01T00:00:00Z');
  const client = createClient(session, request);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <Words messages={locales.en}>
      <Provider value={client}>
        <StepUpProvider ask={ask}>{children}</StepUpProvider>
      </Provider>
    </Words>
  );
  return { session, wrapper };
}

it('renews the token once and repeats the question', async () => {
  answer = (call) => {
    if (call.operation === 'RefreshSession') return refreshed;
    return call.authorization === 'Bearer fresh' ? { data: { sessions: [] } } : refused('UNAUTHENTICATED');
  };
  const { wrapper } = around();
  const { result } = renderHook(() => useGraph(SessionsDocument, {}), { wrapper });
  await waitFor(() => expect(result.current.data).toEqual({ sessions: [] }));
  expect(calls.map((call) => `${call.operation} ${call.authorization}`)).toEqual([
    'Sessions Bearer old',
    'RefreshSession null',
    'Sessions Bearer fresh',
  ]);
});

it('ends the session when the renewal is refused', async () => {
  answer = (call) =>
    call.operation === 'RefreshSession'
      ? { data: { refreshSession: { accessToken: null, expiresAt: null } } }
      : refused('UNAUTHENTICATED');
  const { session, wrapper } = around();
  const { result } = renderHook(() => useGraph(SessionsDocument, {}), { wrapper });
  await waitFor(() => expect(result.current.problem?.code).toBe('UNAUTHENTICATED'));
  expect(session.token()).toBeNull();
});

it('asks for a fresh code and repeats the mutation', async () => {
  let fresh = false;
  answer = () =>
    fresh ? { data: { endOtherSessions: { ended: 2, userErrors: [] } } } : refused('STEP_UP_REQUIRED');
  const ask = vi.fn(async () => {
    fresh = true;
    return true;
  });
  const { wrapper } = around(ask);
  const { result } = renderHook(() => useMutate(EndOtherSessionsDocument), { wrapper });
  const outcome = await act(() => result.current[0]({}));
  expect(outcome).toMatchObject({
    data: { endOtherSessions: { ended: 2 } },
    problem: null,
    refusals: [],
  });
  expect(ask).toHaveBeenCalledOnce();
  expect(calls).toHaveLength(2);
});

it('does not repeat the mutation when the person gives no code', async () => {
  answer = () => refused('STEP_UP_REQUIRED');
  const { wrapper } = around(async () => false);
  const { result } = renderHook(() => useMutate(EndOtherSessionsDocument), { wrapper });
  const outcome = await act(() => result.current[0]({}));
  expect(outcome.problem?.code).toBe('STEP_UP_REQUIRED');
  expect(outcome.refusals.map((one) => one.code)).toEqual(['STEP_UP_REQUIRED']);
  expect(calls).toHaveLength(1);
});

it('gives the refusals of a payload, and a failure of the whole request as one', async () => {
  const refusal = { field: 'id', code: 'INVALID', message: 'No such session.' };
  answer = () => ({ data: { endOtherSessions: { ended: 0, userErrors: [refusal] } } });
  const { wrapper } = around();
  const { result } = renderHook(() => useMutate(EndOtherSessionsDocument), { wrapper });
  expect((await act(() => result.current[0]({}))).refusals).toEqual([refusal]);
  answer = () => ({ errors: [{ message: 'Try again soon.', extensions: { code: 'UNAVAILABLE' } }] });
  expect((await act(() => result.current[0]({}))).refusals).toEqual([
    { code: 'UNAVAILABLE', message: 'Try again soon.' },
  ]);
});

it('offers a stream for live operations only', async () => {
  answer = () => ({ data: { sessions: [] } });
  const { wrapper } = around();
  const { result } = renderHook(() => useGraph(SessionsDocument, {}), { wrapper });
  await waitFor(() => expect(result.current.data).toBeDefined());
  expect(calls[0]?.accept).not.toContain('event-stream');
});

/** A stream that the test writes to and ends. */
function stream() {
  let out: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      out = controller;
    },
  });
  const write = (text: string) => out.enqueue(new TextEncoder().encode(text));
  write(':\n\n');
  return {
    response: new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream' } }),
    say: (queued: number) =>
      write(`event: next\ndata: ${JSON.stringify({ data: { live: { queued } } })}\n\n`),
    end: () => out.close(),
  };
}

it('keeps one stream open while it speaks, and opens another when it ends', async () => {
  const streams: ReturnType<typeof stream>[] = [];
  answer = () => {
    const opened = stream();
    streams.push(opened);
    return opened.response;
  };
  const { wrapper } = around();
  const { result, unmount } = renderHook(() => useLive(LiveDocument, {}), { wrapper });
  await waitFor(() => expect(streams).toHaveLength(1));
  expect(result.current).toMatchObject({ data: undefined, connected: false });
  for (const queued of [1, 2, 3]) {
    streams[0]!.say(queued);
    await waitFor(() => expect(result.current.data?.live.queued).toBe(queued));
    expect(result.current.connected).toBe(true);
  }
  expect(calls).toHaveLength(1);
  expect(calls[0]?.accept).toBe('text/event-stream');
  streams[0]!.end();
  await waitFor(() => expect(result.current.connected).toBe(false));
  expect(result.current.data?.live.queued).toBe(3);
  await waitFor(() => expect(streams).toHaveLength(2), { timeout: 20_000 });
  streams[1]!.say(4);
  await waitFor(() =>
    expect(result.current).toMatchObject({ data: { live: { queued: 4 } }, connected: true }),
  );
  unmount();
});
