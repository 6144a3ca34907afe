import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import type { Client } from '@urql/core';
import type { ReactNode } from 'react';
import { IntlProvider } from 'react-intl';
import { Provider } from 'urql';
import { locales } from '@/i18n/messages';
import { theme } from './theme';

const colorScheme = localStorageColorSchemeManager();

/** Everything a screen expects around it. Styles are static files: no provider may inject a <style>. */
export function Providers({ client, children }: { client: Client; children: ReactNode }) {
  return (
    <IntlProvider locale="en" messages={locales.en} onError={failLoudly}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        colorSchemeManager={colorScheme}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <Provider value={client}>{children}</Provider>
      </MantineProvider>
    </IntlProvider>
  );
}

/** A missing or broken message is a defect: the harness fails on console errors. */
function failLoudly(error: Error): void {
  console.error(error.message);
}
