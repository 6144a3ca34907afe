import { useT } from '@/i18n/messages';
import { Mark } from '@/ui/logo';

/** Shown for the moment in which it is not yet known who is signed in. */
export function Splash() {
  const t = useT();
  return (
    <div
      style={{ minHeight: '100dvh', display: 'grid', placeItems: 'center' }}
      role="status"
      aria-label={t('kit.loading')}
    >
      <Mark size={44} />
    </div>
  );
}
