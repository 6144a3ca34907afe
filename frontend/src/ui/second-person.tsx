import { Alert } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useT } from '@/i18n/messages';
import { Time } from './values';

interface SecondPersonProps {
  approval: { id: string; expiresAt: string };
}

/** What was asked for is not done yet: somebody else has to agree. */
export function WaitsForSecondPerson({ approval }: SecondPersonProps) {
  const t = useT();
  return (
    <Alert color="yellow" variant="light" icon={<IconUsersGroup size={18} />} title={t('approvals.waits')}>
      {t('approvals.waitsText')} <Time value={approval.expiresAt} />.{' '}
      <Link to="/approvals/$id" params={{ id: approval.id }}>
        {t('approvals.see')}
      </Link>
    </Alert>
  );
}
