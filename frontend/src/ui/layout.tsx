import type { ReactNode } from 'react';
import classes from './layout.module.css';

/** Sections below one another. */
export function Sections({ children }: { children: ReactNode }) {
  return <div className={classes.stack}>{children}</div>;
}

/** Cards of one size that fill the row. */
export function Tiles({ children }: { children: ReactNode }) {
  return <div className={classes.tiles}>{children}</div>;
}

/** Two panels side by side where there is room. */
export function Halves({ children }: { children: ReactNode }) {
  return <div className={classes.halves}>{children}</div>;
}

/** Content with a companion that stays in sight, such as the phone preview. */
export function Split({ children, aside }: { children: ReactNode; aside: ReactNode }) {
  return (
    <div className={classes.split}>
      <div className={classes.stack}>{children}</div>
      <aside className={classes.sticky}>{aside}</aside>
    </div>
  );
}

/** Filters and actions in one line; `end` is pushed to the far side. */
export function Toolbar({ children, end }: { children: ReactNode; end?: ReactNode }) {
  return (
    <div className={classes.toolbar}>
      {children}
      {end && <div className={classes.end}>{end}</div>}
    </div>
  );
}

export interface Fact {
  label: string;
  value: ReactNode;
}

/** Names and values of one thing. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map((fact, index) => (
        <FactRow key={index} {...fact} />
      ))}
    </dl>
  );
}

function FactRow({ label, value }: Fact) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}
