import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

export interface Preferences {
  /** IANA zone in which times are shown. */
  zone: string;
  locale: string;
  /** The clock, so that tests and pictures can stand still. */
  now: () => number;
}

const PreferencesContext = createContext<Preferences>({ zone: 'UTC', locale: 'en-GB', now: Date.now });

export function PreferencesProvider({
  value,
  children,
}: {
  value: Partial<Preferences>;
  children: ReactNode;
}) {
  const inherited = useContext(PreferencesContext);
  const { zone, locale, now } = value;
  const merged = useMemo(
    () => ({ zone: zone ?? inherited.zone, locale: locale ?? inherited.locale, now: now ?? inherited.now }),
    [inherited, zone, locale, now],
  );
  return <PreferencesContext value={merged}>{children}</PreferencesContext>;
}

export function usePreferences(): Preferences {
  return useContext(PreferencesContext);
}

/** The current time, renewed at an interval: for countdowns and "3 min ago". */
export function useNow(everyMilliseconds: number): number {
  const { now } = usePreferences();
  const [value, setValue] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setValue(now()), everyMilliseconds);
    return () => clearInterval(timer);
  }, [now, everyMilliseconds]);
  return value;
}
