import * as v from 'valibot';

/** What a signed proof says: messaging.ConsentStatement of the server, in the members that the page shows. */
const statement = v.object({
  type: v.literal('posthaste/consent-proof/v1'),
  tenant: v.object({ id: v.string(), name: v.string() }),
  address: v.string(),
  as_of: v.string(),
  issued_at: v.string(),
  suppressed: v.array(v.string()),
  states: v.array(
    v.object({
      channel: v.string(),
      purpose: v.string(),
      granted: v.boolean(),
      since: v.optional(v.string()),
      entry: v.string(),
    }),
  ),
  entries: v.array(
    v.object({
      id: v.string(),
      channel: v.string(),
      purpose: v.string(),
      granted: v.boolean(),
      source: v.string(),
      wording_version: v.string(),
      language: v.string(),
      occurred_at: v.optional(v.string()),
      recorded_at: v.string(),
      ledger_link: v.number(),
    }),
  ),
  entry_count: v.number(),
  ledger: v.object({ link: v.number(), hash: v.string() }),
});

const signed = v.object({ statement, signature: v.object({ public_key: v.string(), value: v.string() }) });

export type SignedStatement = v.InferOutput<typeof signed>;

/** Reads the file that was issued, so that the printed page says what is signed and nothing else. */
export function readStatement(document: string): SignedStatement {
  return v.parse(signed, JSON.parse(document));
}
