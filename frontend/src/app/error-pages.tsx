import { Button } from '@mantine/core';
import { IconMapSearch } from '@tabler/icons-react';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useT } from '@/i18n/messages';
import { Page } from '@/ui/page';
import { Empty, ErrorState } from '@/ui/states';

export function NotFoundPage() {
  const t = useT();
  return (
    <Page title={t('notFound.title')}>
      <Empty
        icon={<IconMapSearch size={24} aria-hidden="true" />}
        title={t('notFound.heading')}
        text={t('notFound.text')}
        action={
          <Button component={Link} to="/" variant="default">
            {t('notFound.home')}
          </Button>
        }
      />
    </Page>
  );
}

/** A defect of the portal itself. It is written to the console for the one who will mend it. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const t = useT();
  console.error(error);
  return (
    <Page title={t('defect.title')}>
      <ErrorState
        problem={{ code: 'INTERNAL', message: t('defect.text'), requestId: null, retryAfter: null }}
        onRetry={reset}
      />
    </Page>
  );
}
