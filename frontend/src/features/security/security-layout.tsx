import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Permission } from '@/graphql/graphql';
import { type MessageKey, useT } from '@/i18n/messages';
import { useMay } from '@/lib/viewer';
import { Page } from '@/ui/page';
import classes from './security-layout.module.css';

const tabs: { to: string; label: MessageKey; permission: Permission }[] = [
  { to: '/security', label: 'security.access', permission: 'SECURITY_READ' },
  { to: '/security/keys', label: 'security.keys', permission: 'KEY_MANAGE' },
  { to: '/security/people', label: 'security.people', permission: 'SECURITY_READ' },
  { to: '/security/sessions', label: 'security.sessions', permission: 'SIGNED_IN' },
  { to: '/security/data', label: 'security.keeping', permission: 'SECURITY_READ' },
  { to: '/security/policy', label: 'security.policy', permission: 'SECURITY_READ' },
  { to: '/security/audit', label: 'security.audit', permission: 'SECURITY_READ' },
];

/** Who may come in, from where, and what they did. */
export function SecurityLayout() {
  const t = useT();
  const may = useMay();
  const bar = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone not all tabs fit, and where one is must not be among those that are out of sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the active tab changes with the path
  useEffect(() => {
    const active = bar.current?.querySelector('[data-status="active"]');
    if (bar.current && active instanceof HTMLElement)
      bar.current.scrollLeft = active.offsetLeft - (bar.current.clientWidth - active.offsetWidth) / 2;
  }, [pathname]);
  return (
    <Page title={t('security.title')} help={t('security.help')}>
      <nav ref={bar} className={classes.tabs} aria-label={t('security.title')}>
        {tabs
          .filter((tab) => tab.permission === 'SIGNED_IN' || may(tab.permission))
          .map((tab) => (
            <Link
              key={tab.to}
              to={tab.to}
              className={classes.tab}
              activeOptions={{ exact: true, includeSearch: false }}
            >
              {t(tab.label)}
            </Link>
          ))}
      </nav>
      <Outlet />
    </Page>
  );
}
