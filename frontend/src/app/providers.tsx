import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import type { Client } from '@urql/core';
import type { ReactNode } from 'react';
import { Provider } from 'urql';
import door from '@/i18n/en.door.json';
import { Words } from '@/i18n/words';
import { theme } from './theme';

const colorScheme = localStorageColorSchemeManager();

/** Everything a screen expects around it. Styles are static files: no provider may inject a <style>. */
export function Providers({ client, children }: { client: Client; children: ReactNode }) {
  return (
    <Words messages={door}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        colorSchemeManager={colorScheme}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <Provider value={client}>{children}</Provider>
      </MantineProvider>
    </Words>
  );
}
