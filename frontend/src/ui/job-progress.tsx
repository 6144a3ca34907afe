import { useT } from '@/i18n/messages';
import { formatCount, formatDuration } from '@/lib/format';
import { usePreferences } from '@/lib/preferences';
import classes from './job-progress.module.css';

interface JobProgressProps {
  label: string;
  done: number;
  /** Null: not known yet. */
  total: number | null;
  failed: number;
  /** Things per second; null where it is not measured. */
  rate?: number | null;
  /** Milliseconds until the end; null where nobody can say. */
  remaining?: number | null;
  running: boolean;
  /** Said while it runs; that the page may be left, if not given. */
  note?: string;
}

/** Done of how many, how fast, until when, and what went wrong so far. */
export function JobProgress({
  label,
  done,
  total,
  failed,
  rate,
  remaining,
  running,
  note,
}: JobProgressProps) {
  const t = useT();
  const { locale } = usePreferences();
  const share = (part: number) => (total ? `${Math.min(100, (part / total) * 100)}%` : '0%');
  const parts = [
    rate != null && running ? t('kit.job.rate', { rate: formatCount(rate, locale) }) : null,
    remaining != null && running ? t('kit.job.remaining', { time: formatDuration(remaining, locale) }) : null,
    t(running ? 'kit.job.failed' : 'kit.job.failedInAll', { count: failed }),
  ].filter((part) => part !== null);
  return (
    <div className={classes.progress}>
      <div className={classes.head}>
        <span className={classes.done}>
          {total === null
            ? t('kit.job.done', { done: formatCount(done, locale) })
            : t('kit.job.doneOf', { done: formatCount(done, locale), total: formatCount(total, locale) })}
        </span>
        <span className={classes.meta}>{parts.join(' · ')}</span>
      </div>
      <div
        className={classes.track}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total ?? undefined}
        aria-valuenow={total === null ? undefined : done}
      >
        {total === null && running ? (
          <div className={`${classes.bar} ${classes.unknown}`} />
        ) : (
          <>
            <div className={classes.bar} style={{ width: share(Math.max(0, done - failed)) }} />
            <div className={classes.bad} style={{ width: share(failed) }} />
          </>
        )}
      </div>
      {running && <p className={classes.note}>{note ?? t('kit.job.safeToLeave')}</p>}
    </div>
  );
}
