import * as v from 'valibot';

export const consentSearch = v.object({
  /** The import that is watched, so that a reload finds it again. */
  job: v.fallback(v.optional(v.string()), undefined),
});
