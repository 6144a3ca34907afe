import type { TemplateFullFragment, TemplateInput } from '@/graphql/graphql';
import { variablesOf } from '@/lib/message-text';
import type { Draft } from './rules';

export const emptyDraft: Draft = {
  wabaId: '',
  name: '',
  language: 'en',
  category: 'UTILITY',
  parameterFormat: 'POSITIONAL',
  header: '',
  headerExample: '',
  body: '',
  bodyExamples: [],
  footer: '',
  buttons: [],
};

export function draftOf(template: TemplateFullFragment): Draft {
  return {
    wabaId: template.wabaId,
    name: template.name,
    language: template.language,
    category: template.askedCategory,
    parameterFormat: template.parameterFormat,
    header: template.header ?? '',
    headerExample: template.headerExample ?? '',
    body: template.body,
    bodyExamples: template.bodyExamples,
    footer: template.footer ?? '',
    // Meta adds the code button by itself; it cannot be edited.
    buttons: template.buttons.flatMap(({ kind, text, url, urlExample }) =>
      kind === 'OTP' ? [] : [{ kind, text, url: url ?? '', urlExample: urlExample ?? '' }],
    ),
  };
}

/** What the server is told: empty parts are left out, and only examples of variables that are still there. */
export function inputOf(draft: Draft): TemplateInput {
  const text = (value: string) => (value.trim() === '' ? null : value);
  return {
    wabaId: draft.wabaId,
    name: draft.name,
    language: draft.language,
    category: draft.category,
    parameterFormat: draft.parameterFormat,
    header: text(draft.header),
    headerExample: variablesOf(draft.header).length > 0 ? text(draft.headerExample) : null,
    body: draft.body,
    bodyExamples: variablesOf(draft.body).map((_, index) => draft.bodyExamples[index] ?? ''),
    footer: text(draft.footer),
    buttons: draft.buttons.map((button) => ({
      kind: button.kind,
      text: button.text,
      url: button.kind === 'URL' ? button.url : null,
      urlExample: button.kind === 'URL' && button.url.endsWith('{{1}}') ? text(button.urlExample) : null,
    })),
  };
}
