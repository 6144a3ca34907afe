import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient } from '@/lib/client';
import { createSession } from '@/lib/session';
import { Providers } from './providers';
import { createPortalRouter } from './router';
import './mantine.css';
import './theme-variables.css';
import './global.css';

const request: typeof fetch = (input, init) => fetch(input, init);
const session = createSession(Date.now, request);
const client = createClient(session, request);
const router = createPortalRouter({ session, client });

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Providers client={client}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
