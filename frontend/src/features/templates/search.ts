import * as v from 'valibot';

/** Filters of the list. Unknown values of a shared link are dropped, not shown as an error. */
export const templateSearch = v.object({
  states: v.fallback(v.optional(v.array(v.string())), undefined),
  categories: v.fallback(v.optional(v.array(v.string())), undefined),
  name: v.fallback(v.optional(v.string()), undefined),
});
