import type { CampaignState } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { StatusBadge, type Tone } from '@/ui/status-badge';

const tones: Record<CampaignState, Tone> = {
  DRAFT: 'neutral',
  IMPORTING: 'info',
  READY: 'info',
  RUNNING: 'good',
  PAUSED: 'warn',
  DONE: 'neutral',
  STOPPED: 'bad',
};

export function CampaignStateBadge({ state }: { state: CampaignState }) {
  const t = useT();
  return (
    <StatusBadge tone={tones[state] ?? 'neutral'} live={state === 'RUNNING'}>
      {enumLabel(t, 'campaign.state', state)}
    </StatusBadge>
  );
}
