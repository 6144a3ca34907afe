import classes from './status-badge.module.css';

export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'neutral';

/** A state in one word. The dot repeats the colour; the word carries the meaning. */
export function StatusBadge({ tone, children, live }: { tone: Tone; children: string; live?: boolean }) {
  return (
    <span className={classes.badge} data-tone={tone}>
      <span className={`${classes.dot} ${live ? classes.pulse : ''}`} aria-hidden="true" />
      {children}
    </span>
  );
}
