import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useT } from '@/i18n/messages';
import { Mark } from '@/ui/logo';
import classes from './frame.module.css';

interface FrameProps {
  title: string;
  text?: ReactNode;
  /** The colour scheme switch, which belongs to the app. */
  tools?: ReactNode;
  children: ReactNode;
}

/** The doorstep: brand on one side, one question on the other. */
export function Frame({ title, text, tools, children }: FrameProps) {
  const t = useT();
  useEffect(() => {
    document.title = t('app.documentTitle', { title });
  }, [t, title]);
  return (
    <div className={classes.frame}>
      <div className={classes.art}>
        <Trails />
        <div className={classes.wordmark}>
          <Mark size={34} /> {t('app.name')}
        </div>
        <div>
          <p className={classes.slogan}>{t('signIn.slogan')}</p>
          <p className={classes.promise}>{t('signIn.promise')}</p>
        </div>
      </div>
      <main className={classes.side}>
        <div className={classes.tools}>
          <span className={`${classes.wordmark} ${classes.smallMark}`}>
            <Mark size={30} /> {t('app.name')}
          </span>
          {tools}
        </div>
        <div className={classes.content}>
          <h1 className={classes.title}>{title}</h1>
          {text && <p className={classes.text}>{text}</p>}
          {children}
        </div>
      </main>
    </div>
  );
}

/** Messages on their way. */
function Trails() {
  const lines = Array.from({ length: 11 }, (_, index) => ({
    y: 110 + index * 52,
    x: (index * 137) % 420,
    length: 60 + ((index * 71) % 190),
  }));
  return (
    <svg
      className={classes.trails}
      viewBox="0 0 600 860"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      {lines.map((line) => (
        <g key={line.y} transform="rotate(-14 300 430)">
          <path
            d={`M${line.x} ${line.y}h${line.length}`}
            stroke="#fff"
            strokeOpacity={0.13}
            strokeWidth="3"
            strokeLinecap="round"
          />
          <circle
            cx={line.x + line.length + 14}
            cy={line.y}
            r="4"
            fill={line.y % 5 === 0 ? '#ff7a4f' : '#fff'}
            fillOpacity={line.y % 5 === 0 ? 0.95 : 0.3}
          />
        </g>
      ))}
    </svg>
  );
}
