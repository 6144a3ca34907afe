import * as v from 'valibot';

export const campaignSearch = v.object({
  states: v.fallback(v.optional(v.array(v.string())), undefined),
});
