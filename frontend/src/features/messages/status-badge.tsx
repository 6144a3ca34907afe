import type { MessageStatus } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { StatusBadge, type Tone } from '@/ui/status-badge';

const tones: Record<MessageStatus, Tone> = {
  QUEUED: 'neutral',
  SENDING: 'info',
  SENT: 'info',
  DELIVERED: 'good',
  READ: 'good',
  FAILED: 'bad',
  UNKNOWN: 'warn',
  SUPPRESSED: 'neutral',
  CANCELLED: 'neutral',
};

export function MessageStatusBadge({ status }: { status: MessageStatus }) {
  const t = useT();
  return (
    <StatusBadge tone={tones[status] ?? 'neutral'}>{enumLabel(t, 'message.status', status)}</StatusBadge>
  );
}
