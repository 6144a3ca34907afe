import { Button } from '@mantine/core';
import { IconClock, IconSend } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { OverviewBreakdownDocument, OverviewDocument, type OverviewQuery } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { formatCount, formatRate, formatTime } from '@/lib/format';
import { useGraph } from '@/lib/graphql';
import { bucketLabel, type Period, rangeOf, stepOf } from '@/lib/period';
import { usePreferences } from '@/lib/preferences';
import { useMay } from '@/lib/viewer';
import { CopyButton } from '@/ui/copy';
import { type Column, DataTable } from '@/ui/data-table';
import { Funnel } from '@/ui/funnel';
import { KpiCard } from '@/ui/kpi-card';
import { Halves, Sections, Tiles } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { PeriodPicker } from '@/ui/period-picker';
import { Empty, ErrorState, Loading } from '@/ui/states';
import { LiveStrip } from './live-strip';
import { cards, changeOf, writeChange, writeValue } from './metrics';
import classes from './overview.module.css';

const Chart = lazy(() => import('@/ui/chart').then((module) => ({ default: module.Chart })));
const route = getRouteApi('/portal/');

type Stats = OverviewQuery['analytics']['messageStats'];

/** What happened, whether it is good, and what to do about the rest. */
export function OverviewPage() {
  const t = useT();
  const may = useMay();
  const { zone } = usePreferences();
  const period: Period = route.useSearch();
  const navigate = route.useNavigate();
  const range = useMemo(() => rangeOf(period, zone), [period, zone]);
  const overview = useGraph(OverviewDocument, {
    range,
    zone,
    granularity: stepOf(period),
    compare: period.compare === 'NONE' ? null : period.compare,
  });
  const stats = overview.data?.analytics.messageStats;
  return (
    <Page
      title={t('overview.title')}
      help={t('overview.help')}
      actions={
        <PeriodPicker comparable value={period} onChange={(next) => void navigate({ search: next })} />
      }
    >
      <Sections>
        <LiveStrip />
        {overview.problem ? (
          <Panel>
            <ErrorState problem={overview.problem} onRetry={overview.refresh} />
          </Panel>
        ) : !stats ? (
          <Panel>
            <Loading lines={8} />
          </Panel>
        ) : !stats.totals.targeted && !stats.totals.attempted ? (
          <Panel>
            <Empty
              icon={<IconSend size={24} aria-hidden="true" />}
              title={t('overview.empty')}
              text={t('overview.emptyText')}
              action={
                may('CAMPAIGN_MANAGE') && (
                  <Button component={Link} to="/send">
                    {t('overview.firstSend')}
                  </Button>
                )
              }
            />
          </Panel>
        ) : (
          <>
            <Freshness stats={stats} />
            <Cards overview={overview.data!} />
            <Trend stats={stats} period={period} />
            <Halves>
              <FunnelPanel stats={stats} />
              <Errors range={range} />
            </Halves>
            <TopTemplates range={range} />
          </>
        )}
      </Sections>
    </Page>
  );
}

/** Young cohorts still grow: saying so keeps people from comparing ripe with unripe numbers. */
function Freshness({ stats }: { stats: Stats }) {
  const t = useT();
  const { locale, zone } = usePreferences();
  if (!stats.meta.maturing) return null;
  return (
    <p className={classes.note}>
      <IconClock size={16} aria-hidden="true" />
      {t('overview.maturing', { through: formatTime(stats.meta.dataThrough, zone, 'minute', locale) })}
    </p>
  );
}

function Cards({ overview }: { overview: OverviewQuery }) {
  const t = useT();
  const { locale } = usePreferences();
  const stats = overview.analytics.messageStats;
  const metrics = new Map(
    overview.analyticsDatasets.flatMap((set) => set.metrics).map((metric) => [metric.name, metric]),
  );
  const reasons = new Map(stats.meta.unavailable.map((one) => [one.metric, one.reason]));
  return (
    <Tiles>
      {cards.map((card) => {
        const info = metrics.get(card.key);
        const delta = changeOf(card, stats.totals, stats.comparison?.totals, info);
        const reason = reasons.get(card.key);
        return (
          <KpiCard
            key={card.key}
            label={t(`metric.${card.key}` as 'metric.sent')}
            formula={info?.formula}
            value={writeValue(card, stats.totals, locale)}
            delta={delta}
            change={delta ? writeChange(card, delta, stats.totals, locale) : undefined}
            unavailable={reason && enumLabel(t, 'unavailable', reason)}
          />
        );
      })}
    </Tiles>
  );
}

function Trend({ stats, period }: { stats: Stats; period: Period }) {
  const t = useT();
  const { locale } = usePreferences();
  const points = stats.rows.map((row, index) => ({
    label: bucketLabel(row.bucketLabel ?? '', locale),
    sent: row.sent,
    delivered: row.delivered,
    read: row.read,
    failed: row.failed,
    before: stats.comparison?.rows[index]?.sent ?? null,
  }));
  const step = stepOf(period);
  return (
    <Suspense
      fallback={
        <Panel title={t('overview.trend')}>
          <Loading lines={9} />
        </Panel>
      }
    >
      <Chart
        title={t('overview.trend')}
        kind="area"
        points={points}
        axis={t(`overview.step.${step}`)}
        format={(value) => formatCount(value, locale)}
        file="posthaste-trend"
        series={[
          { key: 'sent', label: t('metric.sent'), color: 'brand.6' },
          { key: 'delivered', label: t('metric.delivered'), color: 'teal.6' },
          { key: 'read', label: t('metric.read'), color: 'orange.6' },
          { key: 'failed', label: t('metric.failed'), color: 'red.6' },
          ...(stats.comparison
            ? [{ key: 'before', label: t('overview.before'), color: 'gray.5', comparison: true }]
            : []),
        ]}
      />
    </Suspense>
  );
}

function FunnelPanel({ stats }: { stats: Stats }) {
  const t = useT();
  const { totals } = stats;
  return (
    <Panel title={t('overview.funnel')} about={t('overview.funnelAbout')}>
      <Funnel
        stages={[
          { id: 'targeted', label: t('metric.targeted'), value: totals.targeted },
          {
            id: 'suppressed',
            label: t('metric.suppressed'),
            value: totals.suppressed,
            of: 'targeted',
            tone: 'neutral',
          },
          { id: 'attempted', label: t('metric.attempted'), value: totals.attempted, of: 'targeted' },
          { id: 'sent', label: t('metric.sent'), value: totals.sent, of: 'attempted' },
          { id: 'delivered', label: t('metric.delivered'), value: totals.delivered, of: 'sent' },
          { id: 'read', label: t('metric.read'), value: totals.read, of: 'delivered' },
          { id: 'replies', label: t('metric.replies'), value: totals.replies, of: 'delivered' },
          { id: 'failed', label: t('metric.failed'), value: totals.failed, of: 'attempted', tone: 'bad' },
        ]}
      />
    </Panel>
  );
}

interface RangeProps {
  range: ReturnType<typeof rangeOf>;
}

type Breakdown = NonNullable<ReturnType<typeof useBreakdown>['data']>;
type ErrorRow = Breakdown['analytics']['errors']['rows'][number];
type TemplateRow = Breakdown['analytics']['templates']['rows'][number];

function useBreakdown(range: RangeProps['range']) {
  const { zone } = usePreferences();
  return useGraph(OverviewBreakdownDocument, { range, zone });
}

function Errors({ range }: RangeProps) {
  const t = useT();
  const breakdown = useBreakdown(range);
  const rows = breakdown.data ? reasonsOf(breakdown.data) : [];
  return (
    <Panel title={t('overview.errors')} about={t('overview.errorsAbout')}>
      {breakdown.problem ? (
        <ErrorState problem={breakdown.problem} onRetry={breakdown.refresh} />
      ) : rows.length > 0 ? (
        <ul className={classes.errors}>
          {rows.map((row) => (
            <ErrorItem key={row.errorCode} row={row} />
          ))}
        </ul>
      ) : breakdown.fetching ? (
        <Loading />
      ) : (
        <Empty title={t('overview.noErrors')} text={t('overview.noErrorsText')} />
      )}
    </Panel>
  );
}

/** Smaller codes are our own reasons not to send: the sentence says all, and no provider knows the number. */
const firstPlatformCode = 100;

/** What failed at the provider and what was kept back by us, the most frequent first. */
function reasonsOf(breakdown: Breakdown): ErrorRow[] {
  return breakdown.analytics.errors.rows
    .filter((row) => row.errorCode !== null && lost(row) > 0)
    .sort((a, b) => lost(b) - lost(a));
}

function lost(row: ErrorRow): number {
  return (row.failed ?? 0) + (row.suppressed ?? 0);
}

function ErrorItem({ row }: { row: ErrorRow }) {
  const t = useT();
  const { locale } = usePreferences();
  return (
    <li>
      <span>{row.errorText ?? t('overview.noSentence')}</span>
      <strong>{formatCount(lost(row), locale)}</strong>
      {Number(row.errorCode) >= firstPlatformCode && (
        <span className={classes.code}>
          {t('overview.codeIs', { code: String(row.errorCode) })}
          <CopyButton value={String(row.errorCode)} label={t('overview.copyCode')} />
        </span>
      )}
    </li>
  );
}

function TopTemplates({ range }: RangeProps) {
  const t = useT();
  const navigate = route.useNavigate();
  const { locale } = usePreferences();
  const breakdown = useBreakdown(range);
  const columns: Column<TemplateRow>[] = [
    { id: 'name', header: t('overview.template'), cell: (row) => row.templateName ?? t('overview.freeText') },
    { id: 'sent', header: t('metric.sent'), cell: (row) => formatCount(row.sent, locale), numeric: true },
    {
      id: 'delivered',
      header: t('metric.deliveryRate'),
      cell: (row) => formatRate(row.deliveryRate, locale),
      numeric: true,
    },
    {
      id: 'read',
      header: t('metric.readRate'),
      cell: (row) => formatRate(row.readRate, locale),
      numeric: true,
    },
    {
      id: 'reply',
      header: t('metric.replyRate'),
      cell: (row) => formatRate(row.replyRate, locale),
      numeric: true,
    },
    {
      id: 'failed',
      header: t('metric.failed'),
      cell: (row) => formatCount(row.failed, locale),
      numeric: true,
    },
  ];
  return (
    <Panel title={t('overview.templates')} flush>
      <DataTable<TemplateRow>
        id="overview-templates"
        label={t('overview.templates')}
        rows={breakdown.data?.analytics.templates.rows ?? []}
        rowId={(row) => row.templateId ?? 'free'}
        fetching={breakdown.fetching}
        problem={breakdown.problem}
        onRetry={breakdown.refresh}
        empty={<Empty title={t('overview.noTemplates')} />}
        columns={columns}
        onOpen={(row) =>
          row.templateId && void navigate({ to: '/templates/$id', params: { id: row.templateId } })
        }
        bare
      />
    </Panel>
  );
}
