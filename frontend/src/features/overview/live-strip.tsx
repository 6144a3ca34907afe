import { LiveDocument, LiveNowDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { formatCount, formatDuration } from '@/lib/format';
import { useGraph, useLive } from '@/lib/graphql';
import { usePreferences } from '@/lib/preferences';
import { StatusBadge } from '@/ui/status-badge';
import classes from './live-strip.module.css';

const none = {};

/** The last minutes, moving. The query fills the strip until the stream's first event, and holds it when the stream breaks. */
export function LiveStrip() {
  const t = useT();
  const { locale } = usePreferences();
  const stream = useLive(LiveDocument, none);
  const asked = useGraph(LiveNowDocument, none, { pollMilliseconds: stream.connected ? undefined : 15_000 });
  const live = stream.data?.live ?? asked.data?.live;
  const count = (value: number | undefined) => formatCount(value, locale);
  const figures = [
    { id: 'accepted', label: t('live.accepted'), value: count(live?.accepted) },
    {
      id: 'pace',
      label: t('live.pace'),
      value: live ? t('live.perSecond', { rate: formatCount(live.sentPerSecond, locale) }) : '–',
    },
    { id: 'queued', label: t('live.queued'), value: count(live?.queued) },
    { id: 'sentToday', label: t('live.sentToday'), value: count(live?.sentToday) },
    { id: 'failedToday', label: t('live.failedToday'), value: count(live?.failedToday) },
    { id: 'unsettled', label: t('live.unsettled'), value: count(live?.unsettled) },
    { id: 'lag', label: t('live.lag'), value: live ? formatDuration(live.exportLag * 1_000, locale) : '–' },
  ];
  return (
    <section className={classes.strip} aria-label={t('live.title')}>
      <div className={classes.state}>
        <StatusBadge tone={stream.connected ? 'good' : 'neutral'} live={stream.connected}>
          {stream.connected ? t('live.on') : t('live.off')}
        </StatusBadge>
      </div>
      {figures.map((figure) => (
        <div key={figure.id} className={classes.figure}>
          <p className={classes.label}>{figure.label}</p>
          <p className={classes.value}>{figure.value}</p>
        </div>
      ))}
    </section>
  );
}
