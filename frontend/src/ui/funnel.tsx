import { useT } from '@/i18n/messages';
import { formatCount, formatRate } from '@/lib/format';
import { usePreferences } from '@/lib/preferences';
import classes from './chart.module.css';

export interface FunnelStage {
  id: string;
  label: string;
  value: number | null;
  /** The stage whose count is the denominator of the percentage; the first stage if absent. */
  of?: string;
  tone?: 'bad' | 'neutral';
}

/** Stages one below another, each bar in proportion to the widest. It is a list, so it reads without colours or eyes. */
export function Funnel({ stages }: { stages: FunnelStage[] }) {
  const t = useT();
  const { locale } = usePreferences();
  const widest = Math.max(1, ...stages.map((stage) => stage.value ?? 0));
  const byId = new Map(stages.map((stage) => [stage.id, stage]));
  return (
    <ul className={classes.funnel}>
      {stages.map((stage) => {
        const base = stage.of ? byId.get(stage.of) : undefined;
        const rate = base?.value && stage.value != null ? stage.value / base.value : null;
        return (
          <li key={stage.id} className={classes.stage}>
            <span className={classes.stageName}>{stage.label}</span>
            <span className={classes.track} aria-hidden="true">
              {stage.value ? (
                <span
                  className={classes.bar}
                  data-tone={stage.tone}
                  style={{ display: 'block', width: `${(stage.value / widest) * 100}%` }}
                />
              ) : null}
            </span>
            <span className={classes.figures}>
              <strong>{formatCount(stage.value, locale)}</strong>
              {rate !== null && base && (
                <span>{t('kit.rateOf', { rate: formatRate(rate, locale), base: base.label })}</span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
