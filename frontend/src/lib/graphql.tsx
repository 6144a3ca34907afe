import type { AnyVariables, CombinedError, TypedDocumentNode } from '@urql/core';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useClient, useMutation, useQuery } from 'urql';
import type { TypedDocumentString } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { type Problem, problemOf, type UserError } from './problem';

type Document<R, V> = TypedDocumentString<R, V>;

/** The generated documents are strings with a type; urql takes strings, and types by its own wrapper. */
function request<R, V>(document: Document<R, V>): TypedDocumentNode<R, V & AnyVariables> {
  return document.toString() as unknown as TypedDocumentNode<R, V & AnyVariables>;
}

export interface QueryState<R> {
  data: R | undefined;
  fetching: boolean;
  problem: Problem | null;
  refresh: () => void;
}

interface QueryOptions {
  pause?: boolean;
  /** Asks again at this interval while the page is visible. */
  pollMilliseconds?: number;
}

/** One query for a component. While new variables load, the earlier answer stays on screen. */
export function useGraph<R, V>(
  document: Document<R, V>,
  variables: V,
  options: QueryOptions = {},
): QueryState<R> {
  const [result, execute] = useQuery({
    query: request(document),
    variables: variables as V & AnyVariables,
    pause: options.pause,
    requestPolicy: 'cache-and-network',
  });
  const refresh = useCallback(() => execute({ requestPolicy: 'network-only' }), [execute]);
  useInterval(refresh, options.pause ? undefined : options.pollMilliseconds);
  const kept = useRef<R | undefined>(undefined);
  if (result.data !== undefined) kept.current = result.data;
  if (options.pause) kept.current = undefined;
  return {
    data: result.data ?? kept.current,
    fetching: result.fetching || result.stale,
    problem: result.fetching ? null : problemOf(result.error),
    refresh,
  };
}

function useInterval(run: () => void, milliseconds: number | undefined): void {
  useEffect(() => {
    if (!milliseconds) return;
    const timer = setInterval(() => {
      if (!document.hidden) run();
    }, milliseconds);
    return () => clearInterval(timer);
  }, [run, milliseconds]);
}

interface Connection<N> {
  edges: { node: N }[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

export interface Pages<N> {
  rows: N[];
  fetching: boolean;
  problem: Problem | null;
  more: { has: boolean; fetching: boolean; load: () => void };
  refresh: () => void;
}

/** A list with a cursor: the first page follows the variables, later pages are added below. */
export function usePages<R, V extends { after?: string | null }, N>(
  document: Document<R, V>,
  variables: V,
  pick: (data: R) => Connection<N>,
  options: QueryOptions = {},
): Pages<N> {
  const client = useClient();
  const first = useGraph(document, variables, options);
  const key = JSON.stringify(variables);
  const [later, setLater] = useState<{
    key: string;
    pages: Connection<N>[];
    fetching: boolean;
    problem: Problem | null;
  }>({
    key,
    pages: [],
    fetching: false,
    problem: null,
  });
  const own = later.key === key ? later : { key, pages: [], fetching: false, problem: null };
  const head = first.data ? pick(first.data) : undefined;
  const pages = head ? [head, ...own.pages] : [];
  const last = pages.at(-1);
  const load = async () => {
    if (!last || own.fetching) return;
    setLater({ ...own, fetching: true });
    const page = await client.query(request(document), { ...variables, after: last.pageInfo.endCursor } as V &
      AnyVariables);
    const problem = problemOf(page.error);
    setLater({
      key,
      pages: page.data ? [...own.pages, pick(page.data)] : own.pages,
      fetching: false,
      problem,
    });
  };
  return {
    rows: useMemo(() => pages.flatMap((page) => page.edges.map((edge) => edge.node)), [pages]),
    fetching: first.fetching,
    problem: first.problem ?? own.problem,
    more: { has: last?.pageInfo.hasNextPage ?? false, fetching: own.fetching, load: () => void load() },
    refresh: () => {
      setLater({ key, pages: [], fetching: false, problem: null });
      first.refresh();
    },
  };
}

/** Asks the person for a fresh code; resolves to whether they gave one. */
export type AskStepUp = () => Promise<boolean>;

const StepUpContext = createContext<AskStepUp>(async () => false);

export function StepUpProvider({ ask, children }: { ask: AskStepUp; children: ReactNode }) {
  return <StepUpContext value={ask}>{children}</StepUpContext>;
}

export interface MutationAnswer<R> {
  data: R | undefined;
  problem: Problem | null;
  /** Why it was not done: the server's refusals, or the failure of the whole request as one. Empty once it was done. */
  refusals: UserError[];
}

/** The refusals in a mutation's answer; undefined where there is no answer. */
function refusalsIn(data: unknown): UserError[] | undefined {
  const payloads = data && typeof data === 'object' ? Object.values(data) : [];
  const lists = payloads.flatMap((payload) =>
    Array.isArray(payload?.userErrors) ? [payload.userErrors] : [],
  );
  return lists.length > 0 ? lists.flat() : undefined;
}

/**
 * One mutation for a component. When the server wants a fresher factor, the person is asked and the call is repeated,
 * so that no screen has to know.
 */
export function useMutate<R, V>(
  document: Document<R, V>,
): [(variables: V) => Promise<MutationAnswer<R>>, boolean] {
  const [result, execute] = useMutation(request(document));
  const ask = useContext(StepUpContext);
  const t = useT();
  const run = useCallback(
    async (variables: V): Promise<MutationAnswer<R>> => {
      let answer = await execute(variables as V & AnyVariables);
      if (needsStepUp(answer.data, answer.error) && (await ask()))
        answer = await execute(variables as V & AnyVariables);
      const problem = problemOf(answer.error);
      const failed = { code: problem?.code ?? 'INTERNAL', message: problem?.message || t('problem.text') };
      return { data: answer.data, problem, refusals: refusalsIn(answer.data) ?? [failed] };
    },
    [execute, ask, t],
  );
  return [run, result.fetching];
}

function needsStepUp(data: unknown, error: CombinedError | undefined): boolean {
  if (error?.graphQLErrors.some((one) => one.extensions?.code === 'STEP_UP_REQUIRED')) return true;
  return refusalsIn(data)?.some((one) => one.code === 'STEP_UP_REQUIRED') ?? false;
}

/** A query run by hand, for look-ups that must happen only when asked for. */
export function useAsk<R, V>(
  document: Document<R, V>,
): (variables: V) => Promise<Pick<QueryState<R>, 'data' | 'problem'>> {
  const client = useClient();
  return useCallback(
    async (variables: V) => {
      const answer = await client
        .query(request(document), variables as V & AnyVariables, { requestPolicy: 'network-only' })
        .toPromise();
      return { data: answer.data as R | undefined, problem: problemOf(answer.error) };
    },
    [client, document],
  );
}

/** Waits between attempts to open a broken stream again. */
const reconnectMilliseconds = [1_000, 2_000, 5_000, 10_000];

export interface LiveState<R> {
  data: R | undefined;
  /** Whether the stream is up; a screen says so when it is not. */
  connected: boolean;
}

/**
 * One stream of the server. It is opened again when it breaks, and closed while the page is hidden. What it said last
 * stays on screen meanwhile. urql's own hook does not tell a stream that ended from one that is silent.
 */
export function useLive<R, V>(
  document: Document<R, V>,
  variables: V,
  options: { pause?: boolean } = {},
): LiveState<R> {
  const client = useClient();
  const visible = usePageVisible();
  const key = JSON.stringify(variables);
  const [state, setState] = useState<LiveState<R> & { key: string }>({
    key,
    data: undefined,
    connected: false,
  });
  const paused = options.pause || !visible;
  useEffect(() => {
    if (paused) return;
    let attempt = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let close = open();
    function open() {
      const values = JSON.parse(key) as V & AnyVariables;
      return client.subscription(request(document), values).subscribe((result) => {
        const data = result.data as R | undefined;
        if (data) attempt = 0;
        setState((before) => ({
          key,
          data: data ?? (before.key === key ? before.data : undefined),
          connected: result.hasNext && !result.error,
        }));
        if (!result.hasNext) again();
      }).unsubscribe;
    }
    function again() {
      clearTimeout(timer);
      const wait = reconnectMilliseconds[Math.min(attempt++, reconnectMilliseconds.length - 1)];
      timer = setTimeout(() => {
        close();
        close = open();
      }, wait);
    }
    return () => {
      clearTimeout(timer);
      close();
      setState((before) => ({ ...before, connected: false }));
    };
  }, [client, document, key, paused]);
  return state.key === key ? state : { data: undefined, connected: false };
}

function usePageVisible(): boolean {
  const [visible, setVisible] = useState(() => !document.hidden);
  useEffect(() => {
    const update = () => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', update);
    return () => document.removeEventListener('visibilitychange', update);
  }, []);
  return visible;
}
