import type { ReactNode } from 'react';
import { enumLabel, useT } from '@/i18n/messages';
import { usePreferences } from '@/lib/preferences';
import { Mark } from '@/ui/logo';
import { Time } from '@/ui/values';
import classes from './proof-sheet.module.css';
import type { SignedStatement } from './statement';

/** A signed proof as a page of paper: white in either scheme, and printed alone. */
export function ProofSheet({ proof }: { proof: SignedStatement }) {
  const t = useT();
  const { zone } = usePreferences();
  const { statement, signature } = proof;
  return (
    <article className={classes.sheet} data-print aria-label={t('proof.sheet')}>
      <header className={classes.head}>
        <div>
          <h1>{t('proof.title')}</h1>
          <p>{t('proof.about', { tenant: statement.tenant.name })}</p>
        </div>
        <Mark size={36} />
      </header>
      <dl className={classes.facts}>
        <Fact label={t('proof.address')}>
          <strong>{statement.address}</strong>
        </Fact>
        <Fact label={t('proof.asOf')}>
          <strong>
            <Time value={statement.as_of} style="second" />
          </strong>
        </Fact>
        <Fact label={t('proof.issued')}>
          <Time value={statement.issued_at} style="second" />
        </Fact>
        <Fact label={t('proof.tenant')}>
          {statement.tenant.name} <span className={classes.code}>{statement.tenant.id}</span>
        </Fact>
      </dl>
      <Held statement={statement} />
      {statement.entries.length > 0 && <Entries statement={statement} />}
      <section>
        <h2>{t('proof.check')}</h2>
        <p>{t('proof.checkText', { link: statement.ledger.link })}</p>
        <dl className={classes.seals}>
          <Fact label={t('proof.hash', { link: statement.ledger.link })}>
            <span className={classes.code}>{statement.ledger.hash}</span>
          </Fact>
          <Fact label={t('proof.key')}>
            <span className={classes.code}>{signature.public_key}</span>
          </Fact>
          <Fact label={t('proof.signature')}>
            <span className={classes.code}>{signature.value}</span>
          </Fact>
        </dl>
        <p className={classes.fine}>{t('proof.zone', { zone })}</p>
      </section>
    </article>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Held({ statement }: { statement: SignedStatement['statement'] }) {
  const t = useT();
  return (
    <section>
      <h2>{t('proof.held')}</h2>
      {statement.suppressed.length > 0 && (
        <p className={classes.stopped}>
          {t('proof.stopped', {
            channels: statement.suppressed.map((channel) => enumLabel(t, 'channel', channel)).join(', '),
          })}
        </p>
      )}
      {statement.states.length === 0 ? (
        <p>{t('proof.nothing')}</p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('proof.purpose')}</th>
              <th scope="col">{t('proof.channel')}</th>
              <th scope="col">{t('proof.state')}</th>
              <th scope="col">{t('proof.since')}</th>
            </tr>
          </thead>
          <tbody>
            {statement.states.map((state) => (
              <tr key={`${state.channel} ${state.purpose}`}>
                <td>{enumLabel(t, 'purpose', state.purpose)}</td>
                <td>{enumLabel(t, 'channel', state.channel)}</td>
                <td className={state.granted ? classes.yes : classes.no}>
                  {state.granted ? t('consent.granted') : t('consent.withdrawn')}
                </td>
                <td>
                  <Said at={state.since} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Entries({ statement }: { statement: SignedStatement['statement'] }) {
  const t = useT();
  return (
    <section>
      <h2>{t('proof.entries')}</h2>
      {statement.entry_count > statement.entries.length && (
        <p>{t('proof.listed', { count: statement.entry_count })}</p>
      )}
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('proof.said')}</th>
            <th scope="col">{t('proof.what')}</th>
            <th scope="col">{t('proof.how')}</th>
            <th scope="col">{t('proof.recorded')}</th>
            <th scope="col" className={classes.number}>
              {t('proof.link')}
            </th>
          </tr>
        </thead>
        <tbody>
          {statement.entries.map((entry) => (
            <tr key={entry.id}>
              <td>
                <Said at={entry.occurred_at} />
              </td>
              <td>
                {t(entry.granted ? 'consent.eventGranted' : 'consent.eventWithdrawn', {
                  purpose: enumLabel(t, 'purpose', entry.purpose),
                })}
                <span className={classes.fine}>{enumLabel(t, 'channel', entry.channel)}</span>
              </td>
              <td>
                {enumLabel(t, 'source', entry.source)}
                <span className={classes.fine}>
                  {[
                    entry.wording_version && t('consent.wordingIs', { version: entry.wording_version }),
                    entry.language,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </td>
              <td>
                <Time value={entry.recorded_at} style="second" />
              </td>
              <td className={classes.number}>{entry.ledger_link}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** When a person said something, which is not always known. */
function Said({ at }: { at: string | undefined }) {
  const t = useT();
  return at ? <Time value={at} style="second" /> : t('proof.unknownTime');
}
