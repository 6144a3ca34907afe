import type { PortfolioFullFragment } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { formatCount, formatRate } from '@/lib/format';
import { usePreferences } from '@/lib/preferences';
import { Ago } from '@/ui/values';
import classes from './budget-gauge.module.css';

/** The portfolio's rolling 24-hour budget: used, kept free, and when it moves. */
export function BudgetGauge({ portfolio }: { portfolio: PortfolioFullFragment }) {
  const t = useT();
  const { locale } = usePreferences();
  const { budget, dailyLimit, reserve } = portfolio;
  if (dailyLimit === null) {
    return (
      <div className={classes.gauge}>
        <div className={classes.head}>
          <span className={classes.big}>{formatCount(budget.used, locale)}</span>
          <span className={classes.dim}>{t('numbers.unlimited')}</span>
        </div>
      </div>
    );
  }
  const share = dailyLimit === 0 ? 0 : Math.min(1, budget.used / dailyLimit);
  const tone = share >= 0.95 ? 'bad' : share >= 0.8 ? 'warn' : undefined;
  return (
    <div className={classes.gauge}>
      <div className={classes.head}>
        <span>
          <span className={classes.big}>{formatCount(budget.left, locale)}</span>{' '}
          <span className={classes.dim}>{t('numbers.left')}</span>
        </span>
        <span className={classes.dim}>
          {t('numbers.usedOf', {
            used: formatCount(budget.used, locale),
            limit: formatCount(dailyLimit, locale),
            rate: formatRate(share, locale),
          })}
        </span>
      </div>
      <div
        className={classes.track}
        role="meter"
        aria-label={t('numbers.budget', { name: portfolio.name })}
        aria-valuemin={0}
        aria-valuemax={dailyLimit}
        aria-valuenow={budget.used}
      >
        <div className={classes.used} data-tone={tone} style={{ width: `${share * 100}%` }} />
        {reserve > 0 && (
          <div
            className={classes.reserve}
            style={{ width: `${Math.min(100, (reserve / dailyLimit) * 100)}%` }}
          />
        )}
      </div>
      <div className={classes.foot}>
        {reserve > 0 && <span>{t('numbers.reserve', { count: formatCount(reserve, locale) })}</span>}
        {budget.nextFreeAt && (
          <span>
            {t('numbers.nextFree')} <Ago value={budget.nextFreeAt} />
          </span>
        )}
        {budget.emptyAt ? (
          <span>
            {t('numbers.emptyAt')} <Ago value={budget.emptyAt} />
          </span>
        ) : (
          <span>{t('numbers.notEmpty')}</span>
        )}
      </div>
    </div>
  );
}
