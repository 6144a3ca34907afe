import type { CampaignFullFragment } from '@/graphql/graphql';

type Progress = CampaignFullFragment['progress'];

/** Accepted messages that need no further work of ours: sent or ended otherwise. */
export function settled(progress: Progress): number {
  return Math.max(0, progress.accepted - progress.queued);
}

/** Milliseconds until the end by the server's reckoning; null where it cannot say. */
export function remaining(progress: Progress, now: number): number | null {
  if (!progress.doneAt) return null;
  return Math.max(0, new Date(progress.doneAt).getTime() - now);
}
