import type { ApprovalState } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { StatusBadge, type Tone } from '@/ui/status-badge';

const tones: Record<ApprovalState, Tone> = {
  PENDING: 'warn',
  APPROVED: 'good',
  REJECTED: 'bad',
  EXPIRED: 'neutral',
  WITHDRAWN: 'neutral',
};

export function ApprovalStateBadge({ state }: { state: ApprovalState }) {
  const t = useT();
  return <StatusBadge tone={tones[state] ?? 'neutral'}>{enumLabel(t, 'approvals.state', state)}</StatusBadge>;
}
