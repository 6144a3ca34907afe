// Vite with hot reload in front of the made-up world: npm run dev. `npm run dev -- empty` shows the first day.
import { createServer } from 'vite';
import type { Scenario } from './mock/scenario.ts';
import { startServer } from './mock/server.ts';

const data = (process.argv[2] ?? 'full') as Scenario['data'];
const mock = await startServer({ signedIn: true, data });
const vite = await createServer({
  root: new URL('..', import.meta.url).pathname,
  server: { port: 5173, host: '127.0.0.1', proxy: { '/graphql': mock.url, '/uploads': mock.url } },
});
await vite.listen();
vite.printUrls();
