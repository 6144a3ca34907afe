import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconLogout } from '@tabler/icons-react';
import {
  EndOtherSessionsDocument,
  EndSessionDocument,
  SessionsDocument,
  type SessionsQuery,
} from '@/graphql/graphql';
import { enumLabel, type Translate, useT } from '@/i18n/messages';
import { readAgent } from '@/lib/agent';
import { useGraph, useMutate } from '@/lib/graphql';
import { type Column, DataTable } from '@/ui/data-table';
import { Halves, Sections } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { StatusBadge } from '@/ui/status-badge';
import { Ago, Time } from '@/ui/values';
import { AccountPanel } from './account-panel';
import { FactorsPanel } from './factors-panel';
import { recovered } from './recovered';
import classes from './security-layout.module.css';

type Session = SessionsQuery['sessions'][number];
const none = {};

/** The person's own account: how they prove who they are, and where they are signed in. */
export function SessionsPage() {
  const t = useT();
  const sessions = useGraph(SessionsDocument, none);
  const [end] = useMutate(EndSessionDocument);
  const [endOthers, ending] = useMutate(EndOtherSessionsDocument);
  const tell = (ended: number | undefined, refusal: string | undefined) => {
    notifications.show(
      refusal !== undefined
        ? { color: 'red', message: refusal || t('problem.text') }
        : { message: t('sessions.ended', { count: ended ?? 0 }) },
    );
    sessions.refresh();
  };
  const columns: Column<Session>[] = [
    {
      id: 'agent',
      header: t('sessions.device'),
      cell: (one) => (
        <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 8, alignItems: 'center' }}>
          <span title={one.agent}>{deviceName(t, one.agent)}</span>
          {one.current && <StatusBadge tone="good">{t('sessions.current')}</StatusBadge>}
        </span>
      ),
    },
    {
      id: 'address',
      header: t('sessions.address'),
      cell: (one) => <span className={classes.mono}>{one.address}</span>,
    },
    {
      id: 'factors',
      header: t('sessions.factors'),
      cell: (one) => one.factors.map((factor) => enumLabel(t, 'factor', factor.toUpperCase())).join(' + '),
    },
    { id: 'used', header: t('sessions.used'), cell: (one) => <Ago value={one.lastUsedAt} /> },
    { id: 'ends', header: t('sessions.ends'), cell: (one) => <Time value={one.expiresAt} /> },
  ];
  return (
    <Sections>
      <Halves>
        <AccountPanel onChanged={sessions.refresh} />
        <FactorsPanel recovered={recovered(sessions.data?.sessions ?? [])} onChanged={sessions.refresh} />
      </Halves>
      <Panel
        title={t('sessions.list')}
        flush
        actions={
          <Button
            size="xs"
            variant="default"
            loading={ending}
            disabled={(sessions.data?.sessions.length ?? 0) < 2}
            onClick={() =>
              void endOthers({}).then(({ data, refusals }) =>
                tell(data?.endOtherSessions.ended, refusals[0]?.message),
              )
            }
          >
            {t('sessions.endOthers')}
          </Button>
        }
      >
        <DataTable<Session>
          id="sessions"
          label={t('sessions.list')}
          columns={columns}
          rows={sessions.data?.sessions ?? []}
          rowId={(one) => one.id}
          fetching={sessions.fetching}
          problem={sessions.problem}
          onRetry={sessions.refresh}
          empty={<Empty title={t('sessions.empty')} />}
          actions={(one) =>
            one.current
              ? []
              : [
                  {
                    label: t('sessions.end'),
                    icon: <IconLogout size={16} />,
                    danger: true,
                    run: () =>
                      void end({ id: one.id }).then(({ data, refusals }) =>
                        tell(data?.endSession.ended, refusals[0]?.message),
                      ),
                  },
                ]
          }
          bare
        />
      </Panel>
    </Sections>
  );
}

/** What cannot be told apart is shown as it came. */
function deviceName(t: Translate, header: string): string {
  const { browser, system } = readAgent(header);
  if (browser && system) return t('sessions.browserOn', { browser, system });
  return browser ?? system ?? (header || t('sessions.unknownDevice'));
}
