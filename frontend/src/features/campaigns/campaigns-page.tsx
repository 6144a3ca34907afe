import { Button } from '@mantine/core';
import { IconPlus, IconSpeakerphone } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type CampaignItemFragment, type CampaignState, CampaignsDocument } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { formatCount, formatRate } from '@/lib/format';
import { usePages } from '@/lib/graphql';
import { usePreferences } from '@/lib/preferences';
import { useMay } from '@/lib/viewer';
import { type Column, DataTable } from '@/ui/data-table';
import { FilterChips } from '@/ui/filter-chips';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { Ago } from '@/ui/values';
import { settled } from './progress';
import { CampaignStateBadge } from './state-badge';

const route = getRouteApi('/portal/campaigns');
const states: CampaignState[] = ['RUNNING', 'PAUSED', 'READY', 'IMPORTING', 'DRAFT', 'DONE', 'STOPPED'];

/** All campaigns, newest first. */
export function CampaignsPage() {
  const t = useT();
  const may = useMay();
  const { locale } = usePreferences();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = usePages(
    CampaignsDocument,
    { first: 50, states: search.states as CampaignState[] | undefined },
    (data) => data.campaigns,
    { pollMilliseconds: 15_000 },
  );
  const create = may('CAMPAIGN_MANAGE') && (
    <Button component={Link} to="/send" leftSection={<IconPlus size={16} />}>
      {t('campaigns.create')}
    </Button>
  );
  return (
    <Page title={t('campaigns.title')} help={t('campaigns.help')} actions={create}>
      <Panel flush>
        <DataTable<CampaignItemFragment>
          id="campaigns"
          label={t('campaigns.title')}
          columns={columnsOf(t, locale)}
          rows={list.rows}
          rowId={(row) => row.id}
          fetching={list.fetching}
          problem={list.problem}
          onRetry={list.refresh}
          more={list.more}
          onOpen={(row) => void navigate({ to: '/campaigns/$id', params: { id: row.id } })}
          toolbar={
            <FilterChips
              values={{ states: search.states }}
              onChange={(values) => void navigate({ search: { states: values.states } })}
              filters={[
                {
                  key: 'states',
                  label: t('campaigns.state'),
                  options: states.map((value) => ({ value, label: enumLabel(t, 'campaign.state', value) })),
                },
              ]}
            />
          }
          empty={
            search.states?.length ? (
              <Empty title={t('kit.table.noMatch')} text={t('kit.table.noMatchText')} />
            ) : (
              <Empty
                icon={<IconSpeakerphone size={24} aria-hidden="true" />}
                title={t('campaigns.empty')}
                text={t('campaigns.emptyText')}
                action={create}
              />
            )
          }
        />
      </Panel>
    </Page>
  );
}

function columnsOf(t: ReturnType<typeof useT>, locale: string): Column<CampaignItemFragment>[] {
  const rate = (part: number, whole: number) => formatRate(whole === 0 ? null : part / whole, locale);
  return [
    {
      id: 'name',
      header: t('campaigns.name'),
      cell: (row) => <strong style={{ fontWeight: 580 }}>{row.name}</strong>,
    },
    { id: 'state', header: t('campaigns.state'), cell: (row) => <CampaignStateBadge state={row.state} /> },
    { id: 'template', header: t('campaigns.template'), cell: (row) => row.template.name, optional: true },
    {
      id: 'sender',
      header: t('campaigns.sender'),
      cell: (row) => row.sender.display,
      optional: true,
      hidden: true,
    },
    {
      id: 'accepted',
      header: t('campaigns.accepted'),
      cell: (row) => formatCount(row.progress.accepted, locale),
      numeric: true,
    },
    {
      id: 'done',
      header: t('campaigns.done'),
      cell: (row) => rate(settled(row.progress, row.state), row.progress.accepted),
      numeric: true,
      optional: true,
    },
    {
      id: 'delivered',
      header: t('metric.deliveryRate'),
      cell: (row) => rate(row.progress.delivered, row.progress.sent),
      numeric: true,
    },
    {
      id: 'read',
      header: t('metric.readRate'),
      cell: (row) => rate(row.progress.read, row.progress.delivered),
      numeric: true,
      optional: true,
    },
    {
      id: 'created',
      header: t('campaigns.created'),
      cell: (row) => <Ago value={row.createdAt} />,
      optional: true,
    },
  ];
}
