import { Alert, Button, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { SendCampaignFragment, SendChoicesQuery } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { download, toCsv } from '@/lib/csv';
import { formatCount } from '@/lib/format';
import { usePreferences } from '@/lib/preferences';
import { JobProgress } from '@/ui/job-progress';
import { Facts } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import { Empty, Loading } from '@/ui/states';
import classes from './send.module.css';

interface CheckStepProps {
  campaign: SendCampaignFragment | null | undefined;
  choices: SendChoicesQuery;
  uploading: boolean;
}

/** The dry run's verdict: who will get it, who not, and why. Nothing has been sent. */
export function CheckStep({ campaign, choices, uploading }: CheckStepProps) {
  const t = useT();
  const { locale } = usePreferences();
  if (!campaign) {
    return (
      <Panel title={t('send.check')}>
        <Loading />
      </Panel>
    );
  }
  const checking =
    uploading ||
    campaign.state === 'IMPORTING' ||
    campaign.job?.state === 'RUNNING' ||
    campaign.job?.state === 'WAITING';
  if (checking) {
    return (
      <Panel title={t('send.checking')} about={t('send.checkingAbout')}>
        <JobProgress
          label={t('send.checking')}
          done={campaign.job?.done ?? 0}
          total={campaign.job?.total ?? null}
          failed={campaign.job?.failed ?? 0}
          running
          note={uploading ? t('consentImport.keepOpen') : undefined}
        />
      </Panel>
    );
  }
  if (campaign.state === 'DRAFT') {
    return (
      <Panel title={t('send.check')}>
        <Empty title={t('send.noAudience')} text={t('send.noAudienceText')} />
      </Panel>
    );
  }
  const { accepted, refused } = campaign.progress;
  return (
    <Panel title={t('send.check')} about={t('send.checkAbout')}>
      <Stack gap="md">
        {campaign.job?.error && <Alert color="red">{campaign.job.error}</Alert>}
        <div className={classes.verdict}>
          <div>
            <p className={classes.big}>{formatCount(accepted, locale)}</p>
            <p className={classes.dim}>{t('send.willGet')}</p>
          </div>
          <div>
            <p className={classes.big}>{formatCount(refused, locale)}</p>
            <p className={classes.dim}>{t('send.willNotGet')}</p>
          </div>
        </div>
        <LimitNotice campaign={campaign} choices={choices} />
        {campaign.refusals.length > 0 && (
          <>
            <Facts
              facts={campaign.refusals.map((refusal) => ({
                label: enumLabel(t, 'refusal', refusal.code),
                value: t('send.refusedRows', {
                  count: refusal.count,
                  lines: refusal.lines.slice(0, 5).join(', '),
                  more: refusal.lines.length > 5 || refusal.count > refusal.lines.length ? 'yes' : 'no',
                }),
              }))}
            />
            <Button
              variant="default"
              size="xs"
              w="fit-content"
              onClick={() =>
                download(
                  'refused-lines.csv',
                  toCsv(
                    ['line', 'reason'],
                    campaign.refusals.flatMap((refusal) =>
                      refusal.lines.map((line) => [line, enumLabel(t, 'refusal', refusal.code)]),
                    ),
                  ),
                )
              }
            >
              {t('send.saveRefused')}
            </Button>
          </>
        )}
      </Stack>
    </Panel>
  );
}

/** When the 24-hour budget is smaller than the audience, say it before, not after. */
function LimitNotice({ campaign, choices }: { campaign: SendCampaignFragment; choices: SendChoicesQuery }) {
  const t = useT();
  const { locale } = usePreferences();
  const sender = choices.senders.find((one) => one.id === campaign.sender.id);
  const portfolio = choices.portfolios.find((one) => one.id === sender?.portfolioId);
  const left = portfolio?.budget.left;
  if (left == null || left >= campaign.progress.accepted) return null;
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />}>
      {t('send.overBudget', {
        left: formatCount(left, locale),
        count: formatCount(campaign.progress.accepted, locale),
      })}
    </Alert>
  );
}
