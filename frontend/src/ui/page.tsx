import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useT } from '@/i18n/messages';
import classes from './page.module.css';

export interface Crumb {
  label: string;
  to: string;
}

interface PageProps {
  title: string;
  /** Beside the title: a status badge. */
  badge?: ReactNode;
  help?: ReactNode;
  crumbs?: Crumb[];
  actions?: ReactNode;
  /** Text-heavy pages and forms read better in a narrow column. */
  narrow?: boolean;
  children: ReactNode;
}

/** The frame of every screen: where am I, what is it for, what can I do. */
export function Page({ title, badge, help, crumbs, actions, narrow, children }: PageProps) {
  const t = useT();
  useEffect(() => {
    document.title = t('app.documentTitle', { title });
  }, [t, title]);
  return (
    <div className={`${classes.page} ${narrow ? classes.narrow : ''}`}>
      {crumbs && crumbs.length > 0 && (
        <nav aria-label={t('kit.breadcrumbs')}>
          <ol className={classes.crumbs}>
            {crumbs.map((crumb) => (
              <li key={crumb.to}>
                <Link to={crumb.to}>{crumb.label}</Link> <IconChevronRight size={13} aria-hidden="true" />
              </li>
            ))}
            <li aria-current="page">{title}</li>
          </ol>
        </nav>
      )}
      <div className={classes.head}>
        <div className={classes.titles}>
          <h1 className={classes.title}>
            {title}
            {badge}
          </h1>
          {help && <p className={classes.help}>{help}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}
