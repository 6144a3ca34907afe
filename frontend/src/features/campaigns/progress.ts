import type { CampaignFullFragment, CampaignState } from '@/graphql/graphql';

type Progress = CampaignFullFragment['progress'];

/**
 * Accepted messages that need no further work of ours: sent or ended otherwise. The counts are not read at one moment,
 * and a message that was sent may fail later: so never more than all.
 */
export function settled(progress: Progress, state: CampaignState): number {
  if (state === 'DONE') return progress.accepted;
  const ended = progress.sent + progress.failed + progress.unknown + progress.suppressed;
  return Math.min(progress.accepted, ended);
}

/** Milliseconds until the end by the server's reckoning; null where it cannot say. */
export function remaining(progress: Progress, now: number): number | null {
  if (!progress.doneAt) return null;
  return Math.max(0, new Date(progress.doneAt).getTime() - now);
}
