import { ActionIcon, Drawer, Menu } from '@mantine/core';
import { IconLogout, IconMenu2, IconShieldLock } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ApprovalsToDecideDocument } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useGraph } from '@/lib/graphql';
import { useMay, useViewer } from '@/lib/viewer';
import { Mark } from '@/ui/logo';
import { SchemeToggle } from '@/ui/scheme-toggle';
import { StatusBadge } from '@/ui/status-badge';
import { navigation } from './navigation';
import classes from './shell.module.css';

/** The frame of the signed-in portal. */
export function Shell({ onSignOut }: { onSignOut: () => void }) {
  const t = useT();
  const { tenant } = useViewer();
  const [drawer, setDrawer] = useState(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu and takes the focus
  useEffect(() => {
    setDrawer(false);
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        {t('app.skip')}
      </a>
      <div className={classes.side}>
        <Brand />
        <Navigation />
        <div className={classes.foot}>{t('app.zone', { zone: tenant.zone })}</div>
      </div>
      <div>
        <header className={classes.top}>
          <ActionIcon
            className={classes.burger}
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t('app.menu')}
            onClick={() => setDrawer(true)}
          >
            <IconMenu2 size={20} />
          </ActionIcon>
          <div className={classes.tenant}>
            <span>{tenant.brand || tenant.name}</span>
            {tenant.state !== 'ACTIVE' && (
              <StatusBadge tone="bad">{enumLabel(t, 'tenant.state', tenant.state)}</StatusBadge>
            )}
          </div>
          <span className={classes.spring} />
          <SchemeToggle />
          <UserMenu onSignOut={onSignOut} />
        </header>
        <main id="content" ref={main} tabIndex={-1} className={classes.main}>
          <Outlet />
        </main>
      </div>
      <Drawer
        opened={drawer}
        onClose={() => setDrawer(false)}
        size={280}
        padding={0}
        title={<Brand />}
        closeButtonProps={{ 'aria-label': t('kit.close'), mr: 12 }}
      >
        <Navigation />
      </Drawer>
    </div>
  );
}

function Brand() {
  const t = useT();
  return (
    <Link to="/" className={classes.brand}>
      <Mark />
      {t('app.name')}
    </Link>
  );
}

function Navigation() {
  const t = useT();
  const may = useMay();
  return (
    <nav className={classes.nav} aria-label={t('app.navigation')}>
      {navigation.map((group) => {
        const shown = group.destinations.filter(
          (one) => one.permissions.includes('SIGNED_IN') || one.permissions.some(may),
        );
        if (shown.length === 0) return null;
        return (
          <div key={group.label ?? 'top'} className={classes.group}>
            {group.label && <p className={classes.groupName}>{t(group.label)}</p>}
            <ul className={classes.links}>
              {shown.map((one) => (
                <li key={one.to}>
                  <Link
                    to={one.to}
                    className={classes.link}
                    activeOptions={{ exact: one.to === '/', includeSearch: false }}
                  >
                    <one.icon size={18} stroke={1.75} aria-hidden="true" />
                    {t(one.label)}
                    {one.counts && <ToDecide />}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

const none = {};

/** How many approvals wait for the viewer: the only thing in the menu that is somebody's turn. */
function ToDecide() {
  const t = useT();
  const may = useMay();
  const waiting = useGraph(ApprovalsToDecideDocument, none, {
    pause: !may('APPROVE'),
    pollMilliseconds: 60_000,
  });
  const count = waiting.data?.approvals.edges.filter((edge) => edge.node.mayDecide).length ?? 0;
  if (count === 0) return null;
  return (
    <span className={classes.badge} title={t('approvals.toDecide', { count })}>
      {count}
    </span>
  );
}

function UserMenu({ onSignOut }: { onSignOut: () => void }) {
  const t = useT();
  const { user } = useViewer();
  return (
    <Menu position="bottom-end" shadow="md" width={240}>
      <Menu.Target>
        <button type="button" className={classes.user}>
          <span className={classes.face} aria-hidden="true">
            {(user.name || user.email).slice(0, 1).toUpperCase()}
          </span>
          <span className={classes.userName}>{user.name || user.email}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.email}
          <br />
          {enumLabel(t, 'role', user.role)}
        </Menu.Label>
        <Menu.Item
          leftSection={<IconShieldLock size={16} />}
          renderRoot={(props) => <Link to="/security/sessions" {...props} />}
        >
          {t('app.ownSessions')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={onSignOut}>
          {t('app.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
