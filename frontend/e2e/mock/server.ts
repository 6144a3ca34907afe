// Serves the built portal under the policy that the real server sets, and answers its operations out of a made-up world.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { execute, type GraphQLSchema, parse, validate } from 'graphql';
import type { Scenario } from './scenario.ts';
import { serverSchema } from './schema.ts';
import { streams, world } from './world.ts';

const dist = new URL('../../dist', import.meta.url).pathname;
const csp = readFileSync(new URL('../../csp.txt', import.meta.url), 'utf8').trim();
const kinds: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

export interface MockServer {
  url: string;
  /** Operations that the schema or the world could not answer as a screen expects. */
  faults: string[];
  set: (scenario: Scenario) => void;
  close: () => Promise<void>;
}

export async function startServer(scenario: Scenario, port = 0): Promise<MockServer> {
  const schema = serverSchema();
  const faults: string[] = [];
  const state = { scenario };
  const server = createServer((request, response) => {
    void handle(request, response, schema, state, faults).catch((error: unknown) => {
      faults.push(String(error));
      response.statusCode = 500;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    set: (next) => {
      state.scenario = next;
    },
    close: () => stop(server),
  };
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  schema: GraphQLSchema,
  state: { scenario: Scenario },
  faults: string[],
): Promise<void> {
  response.setHeader('Content-Security-Policy', csp);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (path === '/graphql') return answer(request, response, schema, state.scenario, faults);
  if (path.startsWith('/uploads/') && request.method === 'PUT') {
    for await (const _ of request);
    response.setHeader('Content-Type', 'application/json');
    response.end('{"jobId":"j1"}');
    return;
  }
  serveFile(path, response);
}

function serveFile(path: string, response: ServerResponse): void {
  const wanted = join(dist, normalize(path));
  const found = wanted.startsWith(dist) && existsSync(wanted) && statSync(wanted).isFile();
  if (!found && path.startsWith('/assets/')) {
    response.statusCode = 404;
    response.end();
    return;
  }
  const file = found ? wanted : join(dist, 'index.html');
  if (path.startsWith('/assets/')) response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
  response.setHeader('Content-Type', kinds[extname(file)] ?? 'application/octet-stream');
  createReadStream(file).pipe(response);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  schema: GraphQLSchema,
  scenario: Scenario,
  faults: string[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
    query: string;
    variables?: Record<string, unknown>;
    operationName?: string;
  };
  const document = parse(query);
  const invalid = validate(schema, document);
  if (invalid.length > 0) {
    faults.push(...invalid.map((error) => `${operationName}: ${error.message}`));
    return send(response, {
      errors: invalid.map((error) => ({ message: error.message, extensions: { code: 'INVALID' } })),
    });
  }
  const operation = document.definitions.find((one) => one.kind === 'OperationDefinition');
  // gqlgen answers with a stream whoever offers to take one.
  if (operation?.operation !== 'subscription' && request.headers.accept?.includes('text/event-stream'))
    faults.push(`${operationName}: a plain call offers to take a stream`);
  if (operation?.operation === 'subscription') return stream(response, schema, document, variables, scenario);
  const result = await execute({
    schema,
    document,
    rootValue: world(scenario),
    variableValues: variables,
    operationName,
  });
  if (scenario.data !== 'broken' && result.errors)
    faults.push(...result.errors.map((error) => `${operationName}: ${error.message}`));
  send(response, result);
}

function send(response: ServerResponse, body: unknown): void {
  response.setHeader('Content-Type', 'application/graphql-response+json');
  response.end(JSON.stringify(body));
}

/** Server-sent events as gqlgen writes them: a comment, then "next" events. */
async function stream(
  response: ServerResponse,
  schema: GraphQLSchema,
  document: ReturnType<typeof parse>,
  variables: Record<string, unknown> | undefined,
  scenario: Scenario,
): Promise<void> {
  response.setHeader('Content-Type', 'text/event-stream');
  response.setHeader('Cache-Control', 'no-cache');
  response.write(':\n\n');
  const operation = document.definitions.find((one) => one.kind === 'OperationDefinition');
  const selection = operation?.selectionSet.selections[0];
  const field = selection?.kind === 'Field' ? selection.name.value : '';
  let open = true;
  response.on('close', () => {
    open = false;
  });
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 2_000));
  for await (const value of streams(field, variables?.id, scenario, pause)) {
    if (!open) return;
    const result = await execute({ schema, document, rootValue: value, variableValues: variables });
    response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }
}
