import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import type { Client } from '@urql/core';
import * as v from 'valibot';
import { campaignSearch } from '@/features/campaigns/search';
import { consentSearch } from '@/features/consent/search';
import { messageSearch } from '@/features/messages/search';
import { overviewSearch } from '@/features/overview/search';
import { auditSearch } from '@/features/security/search';
import { sendSearch } from '@/features/send/search';
import { templateSearch } from '@/features/templates/search';
import { parseSearch, stringifySearch } from '@/lib/search';
import type { Session } from '@/lib/session';
import { ErrorPage, NotFoundPage } from './error-pages';

export interface RouterContext {
  session: Session;
  client: Client;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: v.object({ next: v.fallback(v.optional(v.string()), undefined) }),
  component: lazyRouteComponent(() => import('@/features/sign-in/sign-in-page'), 'SignInPage'),
});

// The one-time token stands behind the #: it reaches neither the server's log nor another site.
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyRouteComponent(() => import('@/features/sign-in/invite-page'), 'InvitePage'),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('@/features/sign-in/reset-page'), 'ResetPage'),
});

/** Everything behind the sign-in. A reload has no token any more; the refresh cookie brings one. */
const portal = createRoute({
  getParentRoute: () => root,
  id: 'portal',
  beforeLoad: async ({ context, location }) => {
    if (context.session.token() === null && !(await context.session.refresh())) {
      throw redirect({ to: '/sign-in', search: { next: location.href === '/' ? undefined : location.href } });
    }
  },
  component: lazyRouteComponent(() => import('./portal'), 'Portal'),
});

const overview = createRoute({
  getParentRoute: () => portal,
  path: '/',
  validateSearch: overviewSearch,
  component: lazyRouteComponent(() => import('@/features/overview/overview-page'), 'OverviewPage'),
});

const templates = createRoute({
  getParentRoute: () => portal,
  path: '/templates',
  validateSearch: templateSearch,
  component: lazyRouteComponent(() => import('@/features/templates/templates-page'), 'TemplatesPage'),
});
const templateNew = createRoute({
  getParentRoute: () => portal,
  path: '/templates/new',
  component: lazyRouteComponent(() => import('@/features/templates/template-editor-page'), 'NewTemplatePage'),
});
const template = createRoute({
  getParentRoute: () => portal,
  path: '/templates/$id',
  component: lazyRouteComponent(() => import('@/features/templates/template-page'), 'TemplatePage'),
});
const templateEdit = createRoute({
  getParentRoute: () => portal,
  path: '/templates/$id/edit',
  component: lazyRouteComponent(
    () => import('@/features/templates/template-editor-page'),
    'EditTemplatePage',
  ),
});

const consent = createRoute({
  getParentRoute: () => portal,
  path: '/consent',
  component: lazyRouteComponent(() => import('@/features/consent/consent-page'), 'ConsentPage'),
});
const consentImport = createRoute({
  getParentRoute: () => portal,
  path: '/consent/import',
  validateSearch: consentSearch,
  component: lazyRouteComponent(() => import('@/features/consent/import-page'), 'ConsentImportPage'),
});

const send = createRoute({
  getParentRoute: () => portal,
  path: '/send',
  validateSearch: sendSearch,
  component: lazyRouteComponent(() => import('@/features/send/send-page'), 'SendPage'),
});

const campaigns = createRoute({
  getParentRoute: () => portal,
  path: '/campaigns',
  validateSearch: campaignSearch,
  component: lazyRouteComponent(() => import('@/features/campaigns/campaigns-page'), 'CampaignsPage'),
});
const campaign = createRoute({
  getParentRoute: () => portal,
  path: '/campaigns/$id',
  component: lazyRouteComponent(() => import('@/features/campaigns/campaign-page'), 'CampaignPage'),
});

const messages = createRoute({
  getParentRoute: () => portal,
  path: '/messages',
  validateSearch: messageSearch,
  component: lazyRouteComponent(() => import('@/features/messages/messages-page'), 'MessagesPage'),
});
const message = createRoute({
  getParentRoute: () => portal,
  path: '/messages/$id',
  component: lazyRouteComponent(() => import('@/features/messages/message-page'), 'MessagePage'),
});

const numbers = createRoute({
  getParentRoute: () => portal,
  path: '/numbers',
  component: lazyRouteComponent(() => import('@/features/numbers/numbers-page'), 'NumbersPage'),
});

const approvals = createRoute({
  getParentRoute: () => portal,
  path: '/approvals',
  component: lazyRouteComponent(() => import('@/features/approvals/approvals-page'), 'ApprovalsPage'),
});
const approval = createRoute({
  getParentRoute: () => portal,
  path: '/approvals/$id',
  component: lazyRouteComponent(() => import('@/features/approvals/approval-page'), 'ApprovalPage'),
});

const security = createRoute({
  getParentRoute: () => portal,
  path: '/security',
  component: lazyRouteComponent(() => import('@/features/security/security-layout'), 'SecurityLayout'),
});
const securityIndex = createRoute({
  getParentRoute: () => security,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/security/access-page'), 'AccessPage'),
});
const securityKeys = createRoute({
  getParentRoute: () => security,
  path: '/keys',
  component: lazyRouteComponent(() => import('@/features/security/keys-page'), 'KeysPage'),
});
const securityPeople = createRoute({
  getParentRoute: () => security,
  path: '/people',
  component: lazyRouteComponent(() => import('@/features/security/people-page'), 'PeoplePage'),
});
const securitySessions = createRoute({
  getParentRoute: () => security,
  path: '/sessions',
  component: lazyRouteComponent(() => import('@/features/security/sessions-page'), 'SessionsPage'),
});
const securityPolicy = createRoute({
  getParentRoute: () => security,
  path: '/policy',
  component: lazyRouteComponent(() => import('@/features/security/policy-page'), 'PolicyPage'),
});
const securityKeeping = createRoute({
  getParentRoute: () => security,
  path: '/data',
  component: lazyRouteComponent(() => import('@/features/security/keeping-page'), 'KeepingPage'),
});
const securityAudit = createRoute({
  getParentRoute: () => security,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('@/features/security/audit-page'), 'AuditPage'),
});

const tree = root.addChildren([
  signIn,
  invite,
  reset,
  portal.addChildren([
    overview,
    templates,
    templateNew,
    template,
    templateEdit,
    consent,
    consentImport,
    send,
    campaigns,
    campaign,
    messages,
    message,
    numbers,
    approvals,
    approval,
    security.addChildren([
      securityIndex,
      securityKeys,
      securityPeople,
      securitySessions,
      securityPolicy,
      securityKeeping,
      securityAudit,
    ]),
  ]),
]);

export function createPortalRouter(context: RouterContext) {
  const routes = import.meta.env.DEV
    ? tree.addChildren([
        ...(tree.children as unknown as []),
        createRoute({
          getParentRoute: () => root,
          path: '/_kit',
          component: lazyRouteComponent(() => import('./kit-page'), 'KitPage'),
        }),
      ])
    : tree;
  return createRouter({
    routeTree: routes as typeof tree,
    context,
    defaultPreload: 'intent',
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
    parseSearch,
    stringifySearch,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}
