import * as v from 'valibot';

export const auditSearch = v.object({ action: v.fallback(v.optional(v.string()), undefined) });
