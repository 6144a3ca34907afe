import { describe, expect, it } from 'vitest';
import { breaches, type Draft } from './rules';

const sound: Draft = {
  wabaId: '1',
  name: 'order_shipped',
  language: 'en',
  category: 'UTILITY',
  parameterFormat: 'POSITIONAL',
  header: '',
  headerExample: '',
  body: 'Hello {{1}}, order {{2}} is on its way.',
  bodyExamples: ['Asha', 'KC-1'],
  footer: '',
  buttons: [],
};
const reply = (text: string) => ({ kind: 'QUICK_REPLY' as const, text, url: '', urlExample: '' });
const link = (text: string, url = 'https://a.example', urlExample = '') => ({
  kind: 'URL' as const,
  text,
  url,
  urlExample,
});
const rules = (part: Partial<Draft>) =>
  breaches({ ...sound, ...part }).map((breach) => `${breach.field}:${breach.rule}`);

it('finds nothing in a sound template', () => {
  expect(rules({})).toEqual([]);
});

describe('breaches', () => {
  it.each<[string, Partial<Draft>]>([
    ['name:templateName', { name: 'Order Shipped' }],
    ['name:required', { name: '' }],
    ['header:headerVariables', { header: '{{1}} and {{2}}' }],
    ['header:headerPlain', { header: 'A *bold* one' }],
    ['header:headerPlain', { header: 'Party 🎉' }],
    ['header:tooLong', { header: 'x'.repeat(61) }],
    ['headerExample:example', { header: 'For {{1}}' }],
    ['body:required', { body: '  ' }],
    ['body:variableAtEdge', { body: '{{1}}, your order {{2}} left.' }],
    ['body:variableAtEdge', { body: 'Order {{1}} goes to {{2}}' }],
    ['body:variablesTouch', { body: 'Hello {{1}} {{2}} there.' }],
    ['body:variableNumbers', { body: 'Hello {{1}}, order {{3}} left.' }],
    ['body:variableNames', { parameterFormat: 'NAMED', body: 'Hello {{First}}, order {{id}} left.' }],
    ['bodyExamples.1:example', { bodyExamples: ['Asha', ''] }],
    ['body:tooLong', { body: 'x'.repeat(1025) }],
    ['footer:noVariables', { footer: 'Bye {{1}}' }],
    ['buttons:grouped', { buttons: [reply('a'), link('b'), reply('c')] }],
    ['buttons.1.text:sameButton', { buttons: [reply('Yes'), reply('yes ')] }],
    ['buttons:urlButtons', { buttons: [link('a'), link('b'), link('c')] }],
    ['buttons.0.url:url', { buttons: [link('a', 'http://a.example')] }],
    ['buttons.0.url:urlVariable', { buttons: [link('a', 'https://a.example/{{1}}/x')] }],
    ['buttons.0.urlExample:example', { buttons: [link('a', 'https://a.example/{{1}}')] }],
    ['buttons:tooManyButtons', { buttons: Array.from({ length: 11 }, (_, index) => reply(`b${index}`)) }],
  ])('finds %s', (breach, part) => {
    expect(rules(part)).toContain(breach);
  });
  it('lets quick replies stand before or after links', () => {
    expect(rules({ buttons: [reply('a'), reply('b'), link('c')] })).toEqual([]);
    expect(rules({ buttons: [link('c'), reply('a'), reply('b')] })).toEqual([]);
  });
});
