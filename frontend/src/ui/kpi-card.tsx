import { Tooltip } from '@mantine/core';
import { IconArrowDownRight, IconArrowRight, IconArrowUpRight, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useT } from '@/i18n/messages';
import type { Delta } from '@/lib/delta';
import { formatRate } from '@/lib/format';
import { usePreferences } from '@/lib/preferences';
import classes from './kpi-card.module.css';

interface KpiCardProps {
  label: string;
  /** How it is computed, with the denominator named. */
  formula?: string;
  value: ReactNode;
  delta?: Delta | null;
  /** Absolute change as the metric writes it, e.g. "+1,204" or "+2.1 points". */
  change?: string;
  /** Why there is no value; shown instead of a false zero. */
  unavailable?: string;
  foot?: ReactNode;
}

const arrows = { up: IconArrowUpRight, down: IconArrowDownRight, flat: IconArrowRight };

/** One number with its change. Good and bad are told by colour, arrow and words together. */
export function KpiCard({ label, formula, value, delta, change, unavailable, foot }: KpiCardProps) {
  const t = useT();
  return (
    <div className={classes.card}>
      <p className={classes.label}>
        {label}
        {formula && (
          <Tooltip label={formula} events={{ hover: true, focus: true, touch: true }}>
            <button type="button" className={classes.help} aria-label={t('kit.formula', { label, formula })}>
              <IconInfoCircle size={14} />
            </button>
          </Tooltip>
        )}
      </p>
      <p className={classes.value}>{value}</p>
      <p className={classes.foot}>
        {unavailable ?? (delta ? <DeltaText delta={delta} change={change} /> : foot)}
      </p>
    </div>
  );
}

function DeltaText({ delta, change }: { delta: Delta; change?: string }) {
  const t = useT();
  const { locale } = usePreferences();
  const Arrow = arrows[delta.trend];
  return (
    <>
      <span className={classes.delta} data-judgement={delta.judgement}>
        <Arrow size={14} aria-hidden="true" />
        {delta.trend !== 'flat' &&
          (delta.relative === null ? change : formatRate(Math.abs(delta.relative), locale))}
      </span>
      <span>
        {t(`kit.delta.${delta.trend}`)}
        {delta.judgement !== 'neutral' && `, ${t(`kit.delta.${delta.judgement}`)}`}
      </span>
    </>
  );
}
