import { type ReactNode, useId } from 'react';
import classes from './panel.module.css';

interface PanelProps {
  title?: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  /** Content reaches the edges: for tables. */
  flush?: boolean;
  children: ReactNode;
}

/** A white sheet on the canvas: the one container of content. */
export function Panel({ title, about, actions, flush, children }: PanelProps) {
  const heading = useId();
  return (
    <section className={classes.panel} aria-labelledby={title ? heading : undefined}>
      {(title || actions) && (
        <div className={classes.head}>
          <div className={classes.words}>
            {title && (
              <h2 id={heading} className={classes.title}>
                {title}
              </h2>
            )}
            {about && <p className={classes.about}>{about}</p>}
          </div>
          {actions}
        </div>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
