import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { MessageDetailDocument, type MessageDetailQuery } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { absent, formatCountry, formatTime } from '@/lib/format';
import { useGraph } from '@/lib/graphql';
import { usePreferences } from '@/lib/preferences';
import { useMay } from '@/lib/viewer';
import { CopyButton } from '@/ui/copy';
import { Facts, Halves, Sections } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { Empty, ErrorState, Loading } from '@/ui/states';
import type { Tone } from '@/ui/status-badge';
import { Timeline } from '@/ui/timeline';
import { Time } from '@/ui/values';
import { inOrder } from './order';
import { RevealPanel } from './reveal-panel';
import { MessageStatusBadge } from './status-badge';

const route = getRouteApi('/portal/messages/$id');

type Message = NonNullable<MessageDetailQuery['message']>;

const tones: Record<string, Tone> = {
  DELIVERED: 'good',
  READ: 'good',
  REPLIED: 'good',
  CLICKED: 'good',
  SENT: 'info',
  ATTEMPTED: 'info',
  FAILED: 'bad',
  UNKNOWN: 'warn',
  OPTED_OUT: 'warn',
};

/** One message from its acceptance to the last report about it. */
export function MessagePage() {
  const t = useT();
  const may = useMay();
  const { id } = route.useParams();
  const detail = useGraph(MessageDetailDocument, { id });
  const message = detail.data?.message;
  const crumbs = [{ label: t('messages.title'), to: '/messages' }];
  if (!message) {
    return (
      <Page title={t('messages.one')} crumbs={crumbs}>
        <Panel>
          {detail.problem ? (
            <ErrorState problem={detail.problem} onRetry={detail.refresh} />
          ) : detail.fetching ? (
            <Loading lines={8} />
          ) : (
            <Empty title={t('messages.gone')} text={t('messages.goneText')} />
          )}
        </Panel>
      </Page>
    );
  }
  return (
    <Page title={t('messages.one')} badge={<MessageStatusBadge status={message.status} />} crumbs={crumbs}>
      <Sections>
        {message.reason && (
          <Alert
            color={message.status === 'FAILED' ? 'red' : 'yellow'}
            variant="light"
            icon={<IconAlertTriangle size={18} />}
          >
            {message.reason}
          </Alert>
        )}
        <Halves>
          <Panel title={t('messages.timeline')}>
            <Timeline items={timelineOf(message, t)} />
          </Panel>
          <Sections>
            <Panel title={t('messages.facts')}>
              <MessageFacts message={message} />
            </Panel>
            {may('CONTENT_REVEAL') && <RevealPanel key={message.id} id={message.id} />}
          </Sections>
        </Halves>
      </Sections>
    </Page>
  );
}

function timelineOf(message: Message, t: ReturnType<typeof useT>) {
  return inOrder(message.timeline).map((step, index) => ({
    id: `${index}`,
    at: step.at,
    title:
      message.attempts > 1 && step.attempt > 0
        ? t('messages.stepOfAttempt', { step: enumLabel(t, 'step', step.step), attempt: step.attempt })
        : enumLabel(t, 'step', step.step),
    note: [step.note, step.errorCode ? t('messages.code', { code: step.errorCode }) : null]
      .filter(Boolean)
      .join(' '),
    tone: tones[step.step] ?? ('neutral' as Tone),
  }));
}

function MessageFacts({ message }: { message: Message }) {
  const t = useT();
  const { locale } = usePreferences();
  return (
    <Facts
      facts={[
        { label: t('messages.to'), value: message.to ?? t('messages.notKept') },
        {
          label: t('messages.country'),
          value: message.country ? formatCountry(message.country, locale) : absent,
        },
        { label: t('messages.channel'), value: enumLabel(t, 'channel', message.channel) },
        { label: t('messages.category'), value: enumLabel(t, 'category', message.category) },
        {
          label: t('messages.template'),
          value: message.template ? (
            <Link to="/templates/$id" params={{ id: message.template.id }}>
              {message.template.name}
            </Link>
          ) : (
            t('messages.freeText')
          ),
        },
        ...(message.campaign
          ? [
              {
                label: t('messages.campaign'),
                value: (
                  <Link to="/campaigns/$id" params={{ id: message.campaign.id }}>
                    {message.campaign.name}
                  </Link>
                ),
              },
            ]
          : []),
        { label: t('messages.sender'), value: message.sender.display },
        { label: t('messages.attempts'), value: message.attempts },
        { label: t('messages.planned'), value: <Time value={message.plannedAt} style="second" /> },
        { label: t('messages.expires'), value: formatTime(message.expiresOn, 'UTC', 'date', locale) },
        {
          label: t('messages.id'),
          value: (
            <span style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}>
              {message.id} <CopyButton value={message.id} />
            </span>
          ),
        },
      ]}
    />
  );
}
