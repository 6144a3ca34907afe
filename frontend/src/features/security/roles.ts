import { enumLabel, useT } from '@/i18n/messages';
import { useViewer } from '@/lib/viewer';

/** The roles of a company, the mightiest first. */
export const roles = [
  'OWNER',
  'SECURITY_ADMIN',
  'BRAND_MANAGER',
  'APPROVER',
  'ANALYST',
  'AGENT',
  'DEVELOPER',
] as const;

/** What the viewer may give to somebody: only an owner makes an owner. */
export function useRoleOptions(): { value: string; label: string }[] {
  const t = useT();
  const { user } = useViewer();
  return roles
    .filter((role) => role !== 'OWNER' || user.role === 'OWNER')
    .map((value) => ({ value, label: enumLabel(t, 'role', value) }));
}
