import * as v from 'valibot';

/** The address of a look-up is not part of it: a person's number must not stand in a URL. */
export const messageSearch = v.object({
  statuses: v.fallback(v.optional(v.array(v.string())), undefined),
  campaign: v.fallback(v.optional(v.string()), undefined),
  template: v.fallback(v.optional(v.string()), undefined),
});
