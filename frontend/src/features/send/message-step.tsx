import { Button, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import type { SendChoicesQuery, SendTemplateFragment } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { plainText, variablesOf } from '@/lib/message-text';
import { useViewer } from '@/lib/viewer';
import { Split } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import { PhonePreview } from '@/ui/phone-preview';
import { Empty } from '@/ui/states';
import { Language } from '@/ui/values';
import classes from './send.module.css';

interface MessageStepProps {
  choices: SendChoicesQuery;
  template: SendTemplateFragment | null;
  senderId: string;
  name: string;
  onTemplate: (template: SendTemplateFragment) => void;
  onSender: (id: string) => void;
  onName: (name: string) => void;
}

/** What, and from which number. */
export function MessageStep({
  choices,
  template,
  senderId,
  name,
  onTemplate,
  onSender,
  onName,
}: MessageStepProps) {
  const t = useT();
  const { tenant } = useViewer();
  const [find, setFind] = useState('');
  const templates = choices.templates.edges
    .map((edge) => edge.node)
    .filter((one) => one.name.toLowerCase().includes(find.trim().toLowerCase()));
  const examples = (text: string, values: (string | null)[]) =>
    Object.fromEntries(variablesOf(text).map((variable, index) => [variable, values[index] ?? undefined]));
  return (
    <Split
      aside={
        template && (
          <PhonePreview
            message={{
              brand: tenant.brand || tenant.name,
              language: template.language,
              marketing: template.category === 'MARKETING',
              header: template.header,
              headerValues: examples(template.header ?? '', [template.headerExample]),
              body: template.body,
              bodyValues: examples(template.body, template.bodyExamples),
              footer: template.footer,
              buttons: template.buttons,
            }}
          />
        )
      }
    >
      <Panel title={t('send.what')}>
        <Stack gap="md">
          <TextInput
            label={t('send.name')}
            description={t('send.nameHint')}
            value={name}
            onChange={(event) => onName(event.target.value)}
            maxLength={120}
            required
          />
          <Select
            label={t('send.sender')}
            data={choices.senders.map((sender) => ({
              value: sender.id,
              label: `${sender.display}${sender.verifiedName ? ` · ${sender.verifiedName}` : ''}${sender.state === 'STOPPED' ? ` (${t('sender.state.STOPPED')})` : ''}`,
              disabled: sender.state === 'STOPPED',
            }))}
            value={senderId || null}
            onChange={(value) => value && onSender(value)}
            allowDeselect={false}
            required
          />
          <div>
            <Text size="sm" fw={550} mb={6} id="choose-template">
              {t('send.template')}
            </Text>
            {choices.templates.edges.length === 0 ? (
              <Empty
                title={t('send.noTemplates')}
                text={t('send.noTemplatesText')}
                action={
                  <Button component={Link} to="/templates" variant="default">
                    {t('templates.title')}
                  </Button>
                }
              />
            ) : (
              <>
                <TextInput
                  size="xs"
                  mb={8}
                  aria-label={t('templates.find')}
                  placeholder={t('templates.find')}
                  leftSection={<IconSearch size={15} />}
                  value={find}
                  onChange={(event) => setFind(event.target.value)}
                />
                <div
                  role="radiogroup"
                  aria-labelledby="choose-template"
                  className={classes.choices}
                  onKeyDown={onArrow}
                >
                  {templates.map((one, index) => (
                    <button
                      key={one.id}
                      type="button"
                      role="radio"
                      aria-checked={one.id === template?.id}
                      tabIndex={
                        one.id === template?.id ||
                        (!templates.some((other) => other.id === template?.id) && index === 0)
                          ? 0
                          : -1
                      }
                      className={classes.choice}
                      onClick={() => onTemplate(one)}
                    >
                      <strong>{one.name}</strong>
                      <span className={classes.dim}>
                        {enumLabel(t, 'category', one.category)} · <Language code={one.language} />
                      </span>
                      <span className={classes.excerpt}>{plainText(one.body).replaceAll('\n', ' ')}</span>
                    </button>
                  ))}
                </div>
              </>
            )}
          </div>
        </Stack>
      </Panel>
    </Split>
  );
}

/** Arrow keys choose, as in any group of radio buttons. */
function onArrow(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const options = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="radio"]')];
  const here = options.indexOf(document.activeElement as HTMLElement);
  const next = options[(here + step + options.length) % options.length];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
}
