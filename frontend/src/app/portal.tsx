import { Button } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useRouteContext, useRouter } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useMutation } from 'urql';
import { SignOutDocument, ViewerDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { locales } from '@/i18n/portal';
import { Words } from '@/i18n/words';
import { useGraph } from '@/lib/graphql';
import { PreferencesProvider } from '@/lib/preferences';
import { ViewerProvider } from '@/lib/viewer';
import { ErrorState } from '@/ui/states';
import { Shell } from './shell';
import { Splash } from './splash';
import { StepUpGate } from './step-up';

const none = {};

/** The signed-in portal: nothing of it is drawn before it is known who looks at it. */
export function Portal() {
  const t = useT();
  const router = useRouter();
  const { session } = useRouteContext({ from: '/portal' });
  const viewer = useGraph(ViewerDocument, none);
  const [, signOut] = useMutation(SignOutDocument.toString());
  useEffect(
    () =>
      session.subscribe(() => {
        if (session.token() === null) void router.invalidate();
      }),
    [session, router],
  );
  const leave = async () => {
    await signOut({});
    session.signedOut();
    // A full load also empties the page's memory of what was on screen.
    location.assign('/sign-in');
  };
  const zone = viewer.data?.viewer.tenant.zone;
  const preferences = useMemo(() => ({ zone, locale: 'en-GB' }), [zone]);
  if (!viewer.data) {
    if (!viewer.problem) return <Splash />;
    return (
      <main>
        <ErrorState problem={viewer.problem} onRetry={viewer.refresh} />
        <div style={{ textAlign: 'center' }}>
          <Button variant="subtle" onClick={() => void leave()}>
            {t('app.signOut')}
          </Button>
        </div>
      </main>
    );
  }
  return (
    <Words messages={locales.en}>
      <PreferencesProvider value={preferences}>
        <ViewerProvider viewer={viewer.data.viewer}>
          <StepUpGate>
            <Notifications position="bottom-right" />
            <Shell onSignOut={() => void leave()} />
          </StepUpGate>
        </ViewerProvider>
      </PreferencesProvider>
    </Words>
  );
}
