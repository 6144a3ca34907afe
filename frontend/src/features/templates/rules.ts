import { variablesOf } from '@/lib/message-text';

/** Limits of the platform for a text template. */
export const limits = {
  name: 512,
  header: 60,
  body: 1024,
  footer: 60,
  buttonText: 25,
  url: 2000,
  buttons: 10,
  urlButtons: 2,
};

export interface Draft {
  wabaId: string;
  name: string;
  language: string;
  category: 'MARKETING' | 'UTILITY' | 'AUTHENTICATION' | 'SERVICE';
  parameterFormat: 'POSITIONAL' | 'NAMED';
  header: string;
  headerExample: string;
  body: string;
  bodyExamples: string[];
  footer: string;
  buttons: DraftButton[];
}

export interface DraftButton {
  kind: 'QUICK_REPLY' | 'URL';
  text: string;
  url: string;
  urlExample: string;
}

export interface Breach {
  /** Path of the field as the form names it. */
  field: string;
  /** Key of its sentence under "rule." */
  rule: string;
}

/** What the platform would refuse, found before it is asked. The server checks again; its word counts. */
export function breaches(draft: Draft): Breach[] {
  return [...identity(draft), ...header(draft), ...body(draft), ...footer(draft), ...buttons(draft)];
}

const filled = (text: string) => text.trim() !== '';

function identity(draft: Draft): Breach[] {
  const found: Breach[] = [];
  if (!filled(draft.wabaId)) found.push({ field: 'wabaId', rule: 'required' });
  if (!/^[a-z0-9_]{1,512}$/.test(draft.name))
    found.push({ field: 'name', rule: filled(draft.name) ? 'templateName' : 'required' });
  if (!filled(draft.language)) found.push({ field: 'language', rule: 'required' });
  return found;
}

function header(draft: Draft): Breach[] {
  const found: Breach[] = [];
  if (!filled(draft.header)) return found;
  const variables = variablesOf(draft.header);
  if (draft.header.length > limits.header) found.push({ field: 'header', rule: 'tooLong' });
  if (/[*_~`\n]|\p{Extended_Pictographic}/u.test(draft.header.replaceAll(/\{\{.*?\}\}/g, '')))
    found.push({ field: 'header', rule: 'headerPlain' });
  if (variables.length > 1) found.push({ field: 'header', rule: 'headerVariables' });
  if (variables.length === 1 && !filled(draft.headerExample))
    found.push({ field: 'headerExample', rule: 'example' });
  return found;
}

function body(draft: Draft): Breach[] {
  const found: Breach[] = [];
  if (!filled(draft.body)) return [{ field: 'body', rule: 'required' }];
  if (draft.body.length > limits.body) found.push({ field: 'body', rule: 'tooLong' });
  if (/^\s*\{\{[^}]*\}\}|\{\{[^}]*\}\}\s*$/.test(draft.body))
    found.push({ field: 'body', rule: 'variableAtEdge' });
  if (/\}\}\s*\{\{/.test(draft.body)) found.push({ field: 'body', rule: 'variablesTouch' });
  if (/\n{3,}/.test(draft.body)) found.push({ field: 'body', rule: 'blankLines' });
  const variables = variablesOf(draft.body);
  if (!wellNamed(variables, draft.parameterFormat))
    found.push({
      field: 'body',
      rule: draft.parameterFormat === 'NAMED' ? 'variableNames' : 'variableNumbers',
    });
  variables.forEach((_, index) => {
    if (!filled(draft.bodyExamples[index] ?? ''))
      found.push({ field: `bodyExamples.${index}`, rule: 'example' });
  });
  return found;
}

/** Positional variables count 1, 2, 3 …; named ones are lower-case words. */
function wellNamed(variables: string[], format: Draft['parameterFormat']): boolean {
  if (format === 'NAMED') return variables.every((name) => /^[a-z][a-z0-9_]*$/.test(name));
  const numbers = variables.map(Number).sort((a, b) => a - b);
  return numbers.every((number, index) => number === index + 1);
}

function footer(draft: Draft): Breach[] {
  if (draft.footer.length > limits.footer) return [{ field: 'footer', rule: 'tooLong' }];
  if (variablesOf(draft.footer).length > 0) return [{ field: 'footer', rule: 'noVariables' }];
  return [];
}

function buttons(draft: Draft): Breach[] {
  const found: Breach[] = [];
  const texts = draft.buttons.map((button) => button.text.trim().toLowerCase());
  draft.buttons.forEach((button, index) => {
    const field = `buttons.${index}`;
    if (!filled(button.text)) found.push({ field: `${field}.text`, rule: 'required' });
    else if (button.text.length > limits.buttonText) found.push({ field: `${field}.text`, rule: 'tooLong' });
    else if (texts.indexOf(texts[index]!) !== index)
      found.push({ field: `${field}.text`, rule: 'sameButton' });
    if (button.kind === 'URL') found.push(...url(button, field));
  });
  if (!grouped(draft.buttons)) found.push({ field: 'buttons', rule: 'grouped' });
  if (draft.buttons.filter((button) => button.kind === 'URL').length > limits.urlButtons)
    found.push({ field: 'buttons', rule: 'urlButtons' });
  if (draft.buttons.length > limits.buttons) found.push({ field: 'buttons', rule: 'tooManyButtons' });
  return found;
}

function url(button: DraftButton, field: string): Breach[] {
  const plain = button.url.replace(/\{\{1\}\}$/, 'x');
  if (plain.includes('{{')) return [{ field: `${field}.url`, rule: 'urlVariable' }];
  if (!/^https:\/\/[^\s/$.?#][^\s]*$/i.test(plain) || plain.length > limits.url)
    return [{ field: `${field}.url`, rule: 'url' }];
  if (button.url.endsWith('{{1}}') && !filled(button.urlExample))
    return [{ field: `${field}.urlExample`, rule: 'example' }];
  return [];
}

/** Quick replies stand together: never reply, link, reply. */
function grouped(buttons: DraftButton[]): boolean {
  const changes = buttons.filter(
    (button, index) => index > 0 && button.kind !== buttons[index - 1]!.kind,
  ).length;
  return changes <= 1;
}
