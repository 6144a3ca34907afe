import type { Quality, TemplateState } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { StatusBadge, type Tone } from '@/ui/status-badge';

const tones: Record<TemplateState, Tone> = {
  APPROVED: 'good',
  DRAFT: 'neutral',
  SUBMITTING: 'info',
  PENDING: 'info',
  IN_APPEAL: 'info',
  PAUSED: 'warn',
  FLAGGED: 'warn',
  LIMIT_EXCEEDED: 'warn',
  REJECTED: 'bad',
  DISABLED: 'bad',
  PENDING_DELETION: 'neutral',
  DELETED: 'neutral',
  ARCHIVED: 'neutral',
};

export function TemplateStateBadge({ state }: { state: TemplateState }) {
  const t = useT();
  return <StatusBadge tone={tones[state] ?? 'neutral'}>{enumLabel(t, 'template.state', state)}</StatusBadge>;
}

const qualityTones: Record<Quality, Tone> = { GREEN: 'good', YELLOW: 'warn', RED: 'bad', UNKNOWN: 'neutral' };

export function QualityBadge({ quality }: { quality: Quality }) {
  const t = useT();
  return (
    <StatusBadge tone={qualityTones[quality] ?? 'neutral'}>{enumLabel(t, 'quality', quality)}</StatusBadge>
  );
}
