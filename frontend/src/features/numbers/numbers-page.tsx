import { Alert, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBuilding, IconKey, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import {
  NumbersDocument,
  type PortfolioFullFragment,
  type Quality,
  ResumeSenderDocument,
  type SenderFullFragment,
} from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { formatCount } from '@/lib/format';
import { useGraph, useMutate } from '@/lib/graphql';
import { useMay } from '@/lib/viewer';
import { CopyButton } from '@/ui/copy';
import { type Column, DataTable } from '@/ui/data-table';
import { Facts, Sections } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { Empty, ErrorState, Loading } from '@/ui/states';
import { StatusBadge, type Tone } from '@/ui/status-badge';
import { BudgetGauge } from './budget-gauge';

// Forms are not needed before somebody adds or replaces something.
const AddPortfolio = lazy(() => import('./add-dialogs').then((module) => ({ default: module.AddPortfolio })));
const AddAccount = lazy(() => import('./add-dialogs').then((module) => ({ default: module.AddAccount })));
const AddSender = lazy(() => import('./add-dialogs').then((module) => ({ default: module.AddSender })));
const ReplaceToken = lazy(() =>
  import('./replace-dialogs').then((module) => ({ default: module.ReplaceToken })),
);
const ReplaceAppSecret = lazy(() =>
  import('./replace-dialogs').then((module) => ({ default: module.ReplaceAppSecret })),
);

const none = {};
type Adding =
  | { what: 'portfolio' }
  | { what: 'account' | 'sender' | 'token'; portfolio: PortfolioFullFragment }
  | { what: 'secret'; waba: { id: string; name: string } }
  | null;

/** What messages are sent from, and how much of it is left today. */
export function NumbersPage() {
  const t = useT();
  const may = useMay();
  const numbers = useGraph(NumbersDocument, none, { pollMilliseconds: 10_000 });
  const [adding, setAdding] = useState<Adding>(null);
  const portfolios = numbers.data?.portfolios ?? [];
  const manage = may('SENDER_MANAGE');
  const add = manage && (
    <Button
      leftSection={<IconPlus size={16} />}
      variant={portfolios.length > 0 ? 'default' : 'filled'}
      onClick={() => setAdding({ what: 'portfolio' })}
    >
      {t('numbers.addPortfolio')}
    </Button>
  );
  const close = () => {
    setAdding(null);
    numbers.refresh();
  };
  return (
    <Page title={t('numbers.title')} help={t('numbers.help')} actions={portfolios.length > 0 && add}>
      <Sections>
        {!numbers.data ? (
          <Panel>
            {numbers.problem ? (
              <ErrorState problem={numbers.problem} onRetry={numbers.refresh} />
            ) : (
              <Loading lines={8} />
            )}
          </Panel>
        ) : portfolios.length === 0 ? (
          <Panel>
            <Empty
              icon={<IconBuilding size={24} aria-hidden="true" />}
              title={t('numbers.empty')}
              text={t('numbers.emptyText')}
              action={add}
            />
          </Panel>
        ) : (
          portfolios.map((portfolio) => (
            <Portfolio
              key={portfolio.id}
              portfolio={portfolio}
              manage={manage}
              onAdd={setAdding}
              onChanged={numbers.refresh}
            />
          ))
        )}
      </Sections>
      <Suspense fallback={null}>
        {adding?.what === 'portfolio' && <AddPortfolio opened onClose={close} />}
        {adding?.what === 'account' && <AddAccount portfolio={adding.portfolio} opened onClose={close} />}
        {adding?.what === 'sender' && <AddSender portfolio={adding.portfolio} opened onClose={close} />}
        {adding?.what === 'token' && <ReplaceToken portfolio={adding.portfolio} onClose={close} />}
        {adding?.what === 'secret' && <ReplaceAppSecret waba={adding.waba} onClose={close} />}
      </Suspense>
    </Page>
  );
}

interface PortfolioProps {
  portfolio: PortfolioFullFragment;
  manage: boolean;
  onAdd: (adding: Adding) => void;
  onChanged: () => void;
}

function Portfolio({ portfolio, manage, onAdd, onChanged }: PortfolioProps) {
  const t = useT();
  return (
    <Panel
      title={portfolio.name}
      about={t('numbers.portfolioAbout', { id: portfolio.metaId, accounts: portfolio.wabas.length })}
      actions={
        manage && (
          <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => onAdd({ what: 'account', portfolio })}
            >
              {t('numbers.addAccount')}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} />}
              disabled={portfolio.wabas.length === 0}
              onClick={() => onAdd({ what: 'sender', portfolio })}
            >
              {t('numbers.addSender')}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconKey size={14} />}
              onClick={() => onAdd({ what: 'token', portfolio })}
            >
              {t('numbers.replaceToken')}
            </Button>
          </div>
        )
      }
    >
      <Sections>
        {!portfolio.tokenSet && (
          <Alert color="yellow" variant="light">
            {t('numbers.noToken')}
          </Alert>
        )}
        <BudgetGauge portfolio={portfolio} />
        <Senders senders={portfolio.senders} manage={manage} onChanged={onChanged} />
        {portfolio.wabas.length > 0 && (
          <Facts
            facts={portfolio.wabas.map((waba) => ({
              label: t('numbers.account'),
              value: (
                <span
                  style={{ display: 'inline-flex', flexWrap: 'wrap', gap: '4px 10px', alignItems: 'center' }}
                >
                  {waba.name} · {waba.metaId}
                  {manage && (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      onClick={() => onAdd({ what: 'secret', waba })}
                    >
                      {t('numbers.replaceSecret')}
                    </Button>
                  )}
                </span>
              ),
            }))}
          />
        )}
      </Sections>
    </Panel>
  );
}

const qualityTones: Record<Quality, Tone> = { GREEN: 'good', YELLOW: 'warn', RED: 'bad', UNKNOWN: 'neutral' };

function Senders({
  senders,
  manage,
  onChanged,
}: {
  senders: SenderFullFragment[];
  manage: boolean;
  onChanged: () => void;
}) {
  const t = useT();
  const [resume] = useMutate(ResumeSenderDocument);
  const onResume = async (sender: SenderFullFragment) => {
    const { refusals } = await resume({ id: sender.id });
    notifications.show(
      refusals[0]
        ? { color: 'red', message: refusals[0].message }
        : { message: t('numbers.resumed', { number: sender.display }) },
    );
    onChanged();
  };
  const columns: Column<SenderFullFragment>[] = [
    {
      id: 'display',
      header: t('numbers.number'),
      cell: (sender) => (
        <span>
          <strong style={{ fontWeight: 580 }}>{sender.display}</strong>
          {sender.verifiedName && (
            <span style={{ color: 'var(--mantine-color-dimmed)' }}> {sender.verifiedName}</span>
          )}
        </span>
      ),
    },
    {
      id: 'state',
      header: t('numbers.state'),
      cell: (sender) => (
        <StatusBadge tone={sender.state === 'ACTIVE' ? 'good' : 'bad'}>
          {enumLabel(t, 'sender.state', sender.state)}
        </StatusBadge>
      ),
    },
    {
      id: 'quality',
      header: t('numbers.quality'),
      cell: (sender) => (
        <StatusBadge tone={qualityTones[sender.quality] ?? 'neutral'}>
          {enumLabel(t, 'quality', sender.quality)}
        </StatusBadge>
      ),
    },
    {
      id: 'rate',
      header: t('numbers.throughput'),
      cell: (sender) => t('live.perSecond', { rate: formatCount(sender.messagesPerSecond) }),
      numeric: true,
    },
    {
      id: 'queued',
      header: t('numbers.queued'),
      cell: (sender) => formatCount(sender.queued),
      numeric: true,
    },
    {
      id: 'webhook',
      header: t('numbers.webhook'),
      cell: (sender) => (
        <span style={{ display: 'inline-flex', gap: 4, alignItems: 'center' }}>
          {t('numbers.address')} <CopyButton value={sender.webhookUrl} label={t('numbers.copyWebhook')} />
        </span>
      ),
    },
  ];
  return (
    <div style={{ margin: '0 -18px' }}>
      {senders
        .filter((sender) => sender.stopReason)
        .map((sender) => (
          <Alert key={sender.id} color="red" variant="light" mx={18} mb={10} title={sender.display}>
            {sender.stopReason}
          </Alert>
        ))}
      <DataTable<SenderFullFragment>
        id="senders"
        label={t('numbers.senders')}
        columns={columns}
        rows={senders}
        rowId={(sender) => sender.id}
        fetching={false}
        problem={null}
        empty={<Empty title={t('numbers.noSenders')} text={t('numbers.noSendersText')} />}
        actions={(sender) =>
          manage && sender.state === 'STOPPED'
            ? [
                {
                  label: t('numbers.resume'),
                  icon: <IconPlayerPlay size={16} />,
                  run: (one) => void onResume(one),
                },
              ]
            : []
        }
        bare
      />
    </div>
  );
}
