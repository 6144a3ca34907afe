import type { ReactNode } from 'react';
import type { Tone } from './status-badge';
import classes from './timeline.module.css';
import { Time } from './values';

export interface TimelineItem {
  id: string;
  at: string;
  title: ReactNode;
  note?: ReactNode;
  tone: Tone;
}

/** What happened, in order. */
export function Timeline({ items }: { items: TimelineItem[] }) {
  return (
    <ol className={classes.list}>
      {items.map((item) => (
        <li key={item.id} className={classes.item} data-tone={item.tone}>
          <span className={classes.dot} aria-hidden="true" />
          <span className={classes.title}>{item.title}</span>
          <span className={classes.time}>
            <Time value={item.at} style="second" />
          </span>
          {item.note && <p className={classes.note}>{item.note}</p>}
        </li>
      ))}
    </ol>
  );
}
