import type { ReactNode } from 'react';
import classes from './security-layout.module.css';

interface FactorRowProps {
  name: string;
  badge?: ReactNode;
  about: ReactNode;
  action: ReactNode;
}

/** One factor: its name, what it is good for, and what can be done with it. */
export function FactorRow({ name, badge, about, action }: FactorRowProps) {
  return (
    <div className={classes.factor}>
      <div className={classes.factorWords}>
        <p className={classes.factorName}>
          {name}
          {badge}
        </p>
        <p className={classes.factorAbout}>{about}</p>
      </div>
      {action}
    </div>
  );
}
