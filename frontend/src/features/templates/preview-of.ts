import type { TemplateFullFragment } from '@/graphql/graphql';
import { variablesOf } from '@/lib/message-text';
import type { PreviewMessage } from '@/ui/phone-preview';

type Shown = Pick<
  TemplateFullFragment,
  'language' | 'category' | 'header' | 'headerExample' | 'body' | 'bodyExamples' | 'footer' | 'buttons'
>;

/** The template as a phone would show it, filled with its own examples. */
export function previewOf(template: Shown, brand: string): PreviewMessage {
  const examples = (text: string, values: (string | null | undefined)[]) =>
    Object.fromEntries(variablesOf(text).map((name, index) => [name, values[index] || undefined]));
  return {
    brand,
    language: template.language,
    marketing: template.category === 'MARKETING',
    header: template.header,
    headerValues: examples(template.header ?? '', [template.headerExample]),
    body: template.body,
    bodyValues: examples(template.body, template.bodyExamples),
    footer: template.footer,
    buttons: template.buttons.map((button) => ({ kind: button.kind, text: button.text })),
  };
}
