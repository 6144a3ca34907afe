import { Alert, Button } from '@mantine/core';
import { IconInfoCircle, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import {
  CampaignDetailDocument,
  type CampaignFullFragment,
  CampaignProgressDocument,
  type CampaignState,
  PauseCampaignDocument,
  ResumeCampaignDocument,
  StopCampaignDocument,
} from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useGraph, useLive, useMutate } from '@/lib/graphql';
import { useNow } from '@/lib/preferences';
import { useMay } from '@/lib/viewer';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Funnel } from '@/ui/funnel';
import { GeneralErrors } from '@/ui/general-errors';
import { JobProgress } from '@/ui/job-progress';
import { Facts, Halves, Sections } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { Empty, ErrorState, Loading } from '@/ui/states';
import { Ago, Time } from '@/ui/values';
import { remaining, settled } from './progress';
import { CampaignStateBadge } from './state-badge';

const route = getRouteApi('/portal/campaigns/$id');
const ended: CampaignState[] = ['DONE', 'STOPPED'];

/** One campaign while it runs and afterwards. */
export function CampaignPage() {
  const t = useT();
  const { id } = route.useParams();
  // Deliveries and reads go on arriving when all is sent: the stream ends then, the question is repeated.
  const detail = useGraph(CampaignDetailDocument, { id }, { pollMilliseconds: 15_000 });
  const read = detail.data?.campaign;
  const over = !read || ended.includes(read.state);
  const streamed = useLive(CampaignProgressDocument, { id }, { pause: over }).data?.campaignProgress;
  const justEnded = !over && streamed != null && ended.includes(streamed.state);
  useEffect(() => {
    if (justEnded) detail.refresh();
  }, [justEnded, detail.refresh]);
  const campaign = over ? read : (streamed ?? read);
  if (campaign) return <Detail campaign={campaign} />;
  return (
    <Page title={t('campaigns.one')} crumbs={[{ label: t('campaigns.title'), to: '/campaigns' }]}>
      <Panel>
        {detail.problem ? (
          <ErrorState problem={detail.problem} onRetry={detail.refresh} />
        ) : detail.fetching ? (
          <Loading lines={8} />
        ) : (
          <Empty title={t('campaigns.gone')} text={t('campaigns.goneText')} />
        )}
      </Panel>
    </Page>
  );
}

function Detail({ campaign }: { campaign: CampaignFullFragment }) {
  const t = useT();
  const now = useNow(5_000);
  const { progress } = campaign;
  const running = campaign.state === 'RUNNING';
  return (
    <Page
      title={campaign.name}
      badge={<CampaignStateBadge state={campaign.state} />}
      crumbs={[{ label: t('campaigns.title'), to: '/campaigns' }]}
      actions={<Controls campaign={campaign} />}
    >
      <Sections>
        {campaign.stateReason && (
          <Alert color="yellow" variant="light" icon={<IconInfoCircle size={18} />}>
            {campaign.stateReason}
          </Alert>
        )}
        {(campaign.state === 'DRAFT' || campaign.state === 'READY' || campaign.state === 'IMPORTING') && (
          <Alert color="blue" variant="light" icon={<IconInfoCircle size={18} />}>
            {t('campaigns.unfinished')}{' '}
            <Link to="/send" search={{ campaign: campaign.id, step: 'check' }}>
              {t('campaigns.goOn')}
            </Link>
          </Alert>
        )}
        {progress.accepted > 0 && campaign.startedAt && (
          <Panel title={t('campaigns.progress')}>
            <JobProgress
              label={t('campaigns.progress')}
              done={settled(progress, campaign.state)}
              total={progress.accepted}
              failed={progress.failed}
              rate={progress.pace}
              remaining={remaining(progress, now)}
              running={running}
            />
          </Panel>
        )}
        <Halves>
          <Panel title={t('campaigns.funnel')}>
            <Funnel
              stages={[
                { id: 'rows', label: t('metric.targeted'), value: progress.accepted + progress.refused },
                {
                  id: 'refused',
                  label: t('campaigns.refused'),
                  value: progress.refused,
                  of: 'rows',
                  tone: 'neutral',
                },
                { id: 'accepted', label: t('campaigns.accepted'), value: progress.accepted, of: 'rows' },
                {
                  id: 'suppressed',
                  label: t('metric.suppressed'),
                  value: progress.suppressed,
                  of: 'accepted',
                  tone: 'neutral',
                },
                { id: 'sent', label: t('metric.sent'), value: progress.sent, of: 'accepted' },
                { id: 'delivered', label: t('metric.delivered'), value: progress.delivered, of: 'sent' },
                { id: 'read', label: t('metric.read'), value: progress.read, of: 'delivered' },
                {
                  id: 'failed',
                  label: t('metric.failed'),
                  value: progress.failed,
                  of: 'accepted',
                  tone: 'bad',
                },
                ...(progress.unknown > 0
                  ? [
                      {
                        id: 'unknown',
                        label: t('metric.unknown'),
                        value: progress.unknown,
                        of: 'accepted',
                        tone: 'neutral' as const,
                      },
                    ]
                  : []),
              ]}
            />
          </Panel>
          <Sections>
            <Panel title={t('campaigns.facts')}>
              <Facts
                facts={[
                  {
                    label: t('campaigns.template'),
                    value: (
                      <Link to="/templates/$id" params={{ id: campaign.template.id }}>
                        {campaign.template.name}
                      </Link>
                    ),
                  },
                  { label: t('campaigns.sender'), value: campaign.sender.display },
                  { label: t('campaigns.created'), value: <Time value={campaign.createdAt} /> },
                  ...(campaign.runAt
                    ? [{ label: t('campaigns.planned'), value: <Time value={campaign.runAt} /> }]
                    : []),
                  { label: t('campaigns.started'), value: <Time value={campaign.startedAt} /> },
                  ...(campaign.finishedAt
                    ? [{ label: t('campaigns.finished'), value: <Time value={campaign.finishedAt} /> }]
                    : []),
                  ...(running && progress.doneAt
                    ? [{ label: t('campaigns.doneAt'), value: <Ago value={progress.doneAt} /> }]
                    : []),
                  {
                    label: t('campaigns.messages'),
                    value: (
                      <Link to="/messages" search={{ campaign: campaign.id }}>
                        {t('campaigns.seeMessages')}
                      </Link>
                    ),
                  },
                ]}
              />
            </Panel>
            <Refusals campaign={campaign} />
          </Sections>
        </Halves>
      </Sections>
    </Page>
  );
}

function Refusals({ campaign }: { campaign: CampaignFullFragment }) {
  const t = useT();
  if (campaign.refusals.length === 0) return null;
  return (
    <Panel title={t('campaigns.refusals')} about={t('campaigns.refusalsAbout')}>
      <Facts
        facts={campaign.refusals.map((refusal) => ({
          label: enumLabel(t, 'refusal', refusal.code),
          value: t('campaigns.rows', { count: refusal.count }),
        }))}
      />
    </Panel>
  );
}

function Controls({ campaign }: { campaign: CampaignFullFragment }) {
  const t = useT();
  const may = useMay();
  const [pause, pausing] = useMutate(PauseCampaignDocument);
  const [resume, resuming] = useMutate(ResumeCampaignDocument);
  const [stop, stopping] = useMutate(StopCampaignDocument);
  const [asking, setAsking] = useState(false);
  const [errors, setErrors] = useState<string[]>([]);
  if (!may('CAMPAIGN_MANAGE') || ended.includes(campaign.state)) return null;
  const input = { id: campaign.id };
  const onPause = async () => {
    const { refusals } = await pause(input);
    setErrors(refusals.map((one) => one.message));
  };
  const onResume = async () => {
    const { refusals } = await resume(input);
    setErrors(refusals.map((one) => one.message));
  };
  const onStop = async () => {
    const { refusals } = await stop(input);
    setErrors(refusals.map((one) => one.message));
    if (refusals.length === 0) setAsking(false);
  };
  return (
    <>
      {!asking && <GeneralErrors messages={errors} />}
      {campaign.state === 'RUNNING' && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} />}
          loading={pausing}
          onClick={() => void onPause()}
        >
          {t('campaigns.pause')}
        </Button>
      )}
      {campaign.state === 'PAUSED' && (
        <Button leftSection={<IconPlayerPlay size={16} />} loading={resuming} onClick={() => void onResume()}>
          {t('campaigns.resume')}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={16} />}
        onClick={() => {
          setErrors([]);
          setAsking(true);
        }}
      >
        {t('campaigns.stop')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('campaigns.stopTitle')}
        confirm={t('campaigns.stop')}
        typed={campaign.name}
        danger
        errors={errors}
        busy={stopping}
        onConfirm={() => void onStop()}
        onClose={() => setAsking(false)}
      >
        {t('campaigns.stopText', { count: campaign.progress.queued })}
      </ConfirmDialog>
    </>
  );
}

/** The server's refusals, or the whole call's problem; empty when it went well. */
