// @vitest-environment node
// Every value of the server's enums that reaches the screen has a label.
import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, isEnumType } from 'graphql';
import { expect, it } from 'vitest';
import { translatorFor } from './portal';

const folder = new URL('../../../graph/', import.meta.url);
const schema = buildSchema(
  readdirSync(folder)
    .filter((name) => name.endsWith('.graphqls'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n'),
);
const t = translatorFor('en');

it.each([
  ['Role', 'role'],
  ['Scope', 'scope'],
  ['Channel', 'channel'],
  ['Category', 'category'],
  ['MessageStatus', 'message.status'],
  ['CampaignState', 'campaign.state'],
  ['TemplateState', 'template.state'],
  ['SenderState', 'sender.state'],
  ['Quality', 'quality'],
  ['AllowListState', 'access.state'],
  ['Credential', 'access.credential'],
  ['ApprovalAct', 'approvals.act'],
  ['ApprovalState', 'approvals.state'],
  ['Withheld', 'messages.withheld'],
])('%s', (name, prefix) => {
  const type = schema.getType(name);
  if (!isEnumType(type)) throw new Error(`${name} is no enum of the schema`);
  expect(type.getValues().filter((one) => !t.knows(`${prefix}.${one.name}`))).toEqual([]);
});
