import { Link, Outlet } from '@tanstack/react-router';
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
  { to: '/security/policy', label: 'security.policy', permission: 'SECURITY_READ' },
  { to: '/security/audit', label: 'security.audit', permission: 'SECURITY_READ' },
];

/** Who may come in, from where, and what they did. */
export function SecurityLayout() {
  const t = useT();
  const may = useMay();
  return (
    <Page title={t('security.title')} help={t('security.help')}>
      <nav className={classes.tabs} aria-label={t('security.title')}>
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
