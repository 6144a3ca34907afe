import * as v from 'valibot';

export const sendSteps = ['audience', 'message', 'variables', 'check', 'confirm'] as const;
export type SendStep = (typeof sendSteps)[number];

export const sendSearch = v.object({
  step: v.fallback(v.optional(v.picklist(sendSteps), 'audience'), 'audience'),
  /** A template chosen elsewhere. */
  template: v.fallback(v.optional(v.string()), undefined),
  /** The campaign once it exists, so that a reload finds it again. */
  campaign: v.fallback(v.optional(v.string()), undefined),
});
