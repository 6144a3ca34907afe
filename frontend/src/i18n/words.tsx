import type { ReactNode } from 'react';
import { IntlProvider } from 'react-intl';

/** Gives the sentences of a catalogue to everything inside. */
export function Words({ messages, children }: { messages: Record<string, string>; children: ReactNode }) {
  return (
    <IntlProvider locale="en" messages={messages} onError={failLoudly}>
      {children}
    </IntlProvider>
  );
}

/** A missing or broken message is a defect: the harness fails on console errors. */
function failLoudly(error: Error): void {
  console.error(error.message);
}
