import { Button, Skeleton } from '@mantine/core';
import { IconCloudOff, IconInbox, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { enumLabel, useT } from '@/i18n/messages';
import type { Problem } from '@/lib/problem';
import { CopyButton } from './copy';
import classes from './states.module.css';

interface StateProps {
  icon: ReactNode;
  title: string;
  text?: ReactNode;
  actions?: ReactNode;
  bad?: boolean;
  children?: ReactNode;
}

function State({ icon, title, text, actions, bad, children }: StateProps) {
  return (
    <div className={`${classes.state} ${bad ? classes.bad : ''}`}>
      <span className={classes.icon}>{icon}</span>
      <p className={classes.title}>{title}</p>
      {text && <p className={classes.text}>{text}</p>}
      {children}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

/** Nothing here yet: say why, and offer the one thing to do about it. */
export function Empty({
  title,
  text,
  action,
  icon,
}: {
  title: string;
  text?: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
}) {
  return (
    <State
      icon={icon ?? <IconInbox size={24} aria-hidden="true" />}
      title={title}
      text={text}
      actions={action}
    />
  );
}

/** The shape of what is coming. */
export function Loading({ lines = 5, label }: { lines?: number; label?: string }) {
  const t = useT();
  return (
    <div className={classes.lines} role="status" aria-label={label ?? t('kit.loading')}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={14} width={`${92 - ((line * 17) % 40)}%`} radius="sm" />
      ))}
    </div>
  );
}

/** What happened, what to do, and the request id that support asks for. */
export function ErrorState({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const t = useT();
  if (problem.code === 'FORBIDDEN') return <Forbidden />;
  return (
    <div role="alert">
      <State
        bad
        icon={<IconCloudOff size={24} aria-hidden="true" />}
        title={
          enumLabel(t, 'problem.title', problem.code) === problem.code
            ? t('problem.title.INTERNAL')
            : enumLabel(t, 'problem.title', problem.code)
        }
        text={problem.message || t('problem.text')}
        actions={
          onRetry && (
            <Button variant="default" size="xs" onClick={onRetry}>
              {t('kit.retry')}
            </Button>
          )
        }
      >
        {problem.requestId && (
          <span className={classes.request}>
            {t('problem.requestId', { id: problem.requestId })}
            <CopyButton value={problem.requestId} label={t('problem.copyRequestId')} />
          </span>
        )}
      </State>
    </div>
  );
}

export function Forbidden() {
  const t = useT();
  return (
    <State
      icon={<IconLock size={24} aria-hidden="true" />}
      title={t('kit.forbidden.title')}
      text={t('kit.forbidden.text')}
    />
  );
}
