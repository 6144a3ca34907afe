import { ActionIcon, Button, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { type UseFormReturn, useFieldArray, useForm } from 'react-hook-form';
import { TemplateAccountsDocument } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useGraph } from '@/lib/graphql';
import { variablesOf } from '@/lib/message-text';
import type { UserError } from '@/lib/problem';
import { useViewer } from '@/lib/viewer';
import { assignErrors, errorText, Form, type KitForm, TextAreaField, TextField } from '@/ui/form';
import { Sections, Split } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import { PhonePreview } from '@/ui/phone-preview';
import { SelectField } from '@/ui/select-field';
import { languages } from './languages';
import { previewOf } from './preview-of';
import { breaches, type Draft, limits } from './rules';
import classes from './template-form.module.css';

interface TemplateFormProps {
  draft: Draft;
  /** An existing template keeps its name, language and account. */
  existing?: boolean;
  busy: boolean;
  /** Resolves to why it was not saved. */
  onSave: (draft: Draft) => Promise<UserError[]>;
  onCancel: () => void;
}

const none = {};

/** The editor: fields on one side, the phone on the other, and the platform's rules as you type. */
export function TemplateForm({ draft, existing, busy, onSave, onCancel }: TemplateFormProps) {
  const t = useT();
  const { tenant } = useViewer();
  const kit = useDraftForm(draft);
  const { form } = kit;
  const values = form.watch();
  return (
    <Form
      kit={kit}
      onSubmit={async (valid) => {
        kit.refuse(await onSave(valid));
      }}
      actions={
        <>
          <Button type="submit" loading={busy}>
            {t('templates.save')}
          </Button>
          <Button variant="subtle" color="gray" onClick={onCancel}>
            {t('kit.cancel')}
          </Button>
        </>
      }
    >
      <Split aside={<PhonePreview message={previewOf(values, tenant.brand || tenant.name)} />}>
        <Sections>
          <Identity form={form} existing={existing} />
          <Content form={form} />
          <Buttons form={form} />
        </Sections>
      </Split>
    </Form>
  );
}

/** The rules are one pure function over the whole draft, shared with nothing else; this makes it the form's resolver. */
function useDraftForm(draft: Draft): KitForm<Draft> {
  const [general, setGeneral] = useState<string[]>([]);
  const form = useForm<Draft>({
    defaultValues: draft,
    mode: 'onTouched',
    resolver: (values) => {
      const found = breaches(values);
      if (found.length === 0) return { values, errors: {} };
      const errors: Record<string, unknown> = {};
      for (const breach of found) place(errors, breach.field, { type: 'rule', message: breach.rule });
      return { values: {}, errors };
    },
  });
  return {
    form,
    general,
    clear: () => setGeneral([]),
    refuse: (errors) => {
      const { fields, rest } = assignErrors(errors, (path) =>
        /^(wabaId|name|language|category|header|headerExample|body|footer|bodyExamples\.\d+|buttons(\.\d+\.\w+)?)$/.test(
          path,
        ),
      );
      for (const [path, message] of fields) form.setError(path as 'body', { type: 'server', message });
      setGeneral(rest);
      return errors.length > 0;
    },
  };
}

/** Puts an error at a dotted path, as the form library keeps its errors. The first one of a field stays. */
function place(
  target: Record<string, unknown>,
  path: string,
  error: { type: string; message: string },
): void {
  const parts = path.split('.');
  let here = target;
  for (const part of parts.slice(0, -1)) {
    here[part] ??= {};
    here = here[part] as Record<string, unknown>;
  }
  const last = parts.at(-1)!;
  if (path === 'buttons') here[last] = { ...(here[last] as object | undefined), root: error };
  else here[last] ??= error;
}

function Identity({ form, existing }: { form: UseFormReturn<Draft>; existing?: boolean }) {
  const t = useT();
  const accounts = useGraph(TemplateAccountsDocument, none);
  const wabas = accounts.data?.portfolios.flatMap((portfolio) => portfolio.wabas) ?? [];
  if (!existing && wabas.length === 1 && form.getValues('wabaId') === '')
    form.setValue('wabaId', wabas[0]!.id);
  return (
    <Panel title={t('templates.identity')}>
      <Stack gap="md">
        <div className={classes.row}>
          <TextField
            form={form}
            name="name"
            label={t('templates.name')}
            description={t('templates.nameHint')}
            placeholder="order_shipped"
            required
            disabled={existing}
            mono
          />
          <SelectField
            form={form}
            name="language"
            label={t('templates.language')}
            options={languages}
            searchable
            required
            disabled={existing}
          />
        </div>
        <div className={classes.row}>
          <SelectField
            form={form}
            name="category"
            label={t('templates.category')}
            description={t(`templates.categoryHint.${form.watch('category')}`)}
            options={(['MARKETING', 'UTILITY'] as const).map((value) => ({
              value,
              label: enumLabel(t, 'category', value),
            }))}
            required
          />
          <SelectField
            form={form}
            name="wabaId"
            label={t('templates.account')}
            options={wabas.map((waba) => ({ value: waba.id, label: waba.name }))}
            required
            disabled={existing}
          />
        </div>
      </Stack>
    </Panel>
  );
}

function Content({ form }: { form: UseFormReturn<Draft> }) {
  const t = useT();
  const format = form.watch('parameterFormat');
  const body = form.watch('body');
  const variables = variablesOf(body);
  const insert = () => {
    const next = format === 'NAMED' ? 'name' : String(variables.length + 1);
    form.setValue('body', `${body}${body === '' || body.endsWith(' ') ? '' : ' '}{{${next}}} `, {
      shouldDirty: true,
    });
    form.setFocus('body');
  };
  return (
    <Panel
      title={t('templates.content')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('templates.variables')}
          value={format}
          onChange={(value) =>
            form.setValue('parameterFormat', value as Draft['parameterFormat'], {
              shouldValidate: body !== '',
            })
          }
          data={[
            { value: 'POSITIONAL', label: t('templates.positional') },
            { value: 'NAMED', label: t('templates.named') },
          ]}
        />
      }
    >
      <Stack gap="md">
        <TextField
          form={form}
          name="header"
          label={t('templates.header')}
          description={t('templates.headerHint', {
            length: form.watch('header').length,
            limit: limits.header,
          })}
        />
        {variablesOf(form.watch('header')).length === 1 && (
          <TextField
            form={form}
            name="headerExample"
            label={t('templates.exampleOf', { name: variablesOf(form.watch('header'))[0] })}
            required
          />
        )}
        <div>
          <TextAreaField
            form={form}
            name="body"
            label={t('templates.body')}
            rows={6}
            limit={limits.body}
            required
          />
          <Button
            mt={6}
            size="compact-xs"
            variant="default"
            leftSection={<IconPlus size={13} />}
            onClick={insert}
          >
            {t('templates.addVariable')}
          </Button>
        </div>
        {variables.length > 0 && (
          <div className={classes.row}>
            {variables.map((name, index) => (
              <TextField
                key={name}
                form={form}
                name={`bodyExamples.${index}`}
                label={t('templates.exampleOf', { name })}
                required
              />
            ))}
          </div>
        )}
        <TextField
          form={form}
          name="footer"
          label={t('templates.footer')}
          description={t('templates.footerHint', {
            length: form.watch('footer').length,
            limit: limits.footer,
          })}
        />
      </Stack>
    </Panel>
  );
}

function Buttons({ form }: { form: UseFormReturn<Draft> }) {
  const t = useT();
  const buttons = useFieldArray({ control: form.control, name: 'buttons' });
  const add = (kind: 'QUICK_REPLY' | 'URL') => {
    // Quick replies stay together: a new one joins its own kind.
    const last = buttons.fields.findLastIndex((field) => field.kind === kind);
    const button = { kind, text: '', url: kind === 'URL' ? 'https://' : '', urlExample: '' };
    if (last >= 0 && last < buttons.fields.length - 1) buttons.insert(last + 1, button);
    else buttons.append(button);
  };
  const full = buttons.fields.length >= limits.buttons;
  const links = buttons.fields.filter((field) => field.kind === 'URL').length;
  const error = form.formState.errors.buttons?.root?.message;
  return (
    <Panel title={t('templates.buttons')} about={t('templates.buttonsAbout')}>
      <Stack gap="sm">
        {error && (
          <Text c="var(--mantine-color-error)" size="sm" role="alert">
            {errorText(t, error)}
          </Text>
        )}
        {buttons.fields.map((field, index) => (
          <fieldset
            key={field.id}
            className={classes.button}
            style={{ margin: 0, minWidth: 0 }}
            aria-label={t('templates.buttonNumber', { number: index + 1 })}
          >
            <div className={classes.fields}>
              <TextField
                form={form}
                name={`buttons.${index}.text`}
                label={field.kind === 'URL' ? t('templates.linkText') : t('templates.replyText')}
                maxLength={limits.buttonText}
                required
              />
              {field.kind === 'URL' && (
                <TextField
                  form={form}
                  name={`buttons.${index}.url`}
                  label={t('templates.url')}
                  inputMode="url"
                  required
                  mono
                />
              )}
              {field.kind === 'URL' && form.watch(`buttons.${index}.url`)?.endsWith('{{1}}') && (
                <TextField
                  form={form}
                  name={`buttons.${index}.urlExample`}
                  label={t('templates.urlExample')}
                  required
                  mono
                />
              )}
            </div>
            <div className={classes.tools}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={26}
                aria-label={t('templates.removeButton')}
                onClick={() => buttons.remove(index)}
              >
                <IconTrash size={15} />
              </ActionIcon>
              {index > 0 && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={26}
                  aria-label={t('templates.moveUp')}
                  onClick={() => buttons.move(index, index - 1)}
                >
                  <IconArrowUp size={15} />
                </ActionIcon>
              )}
              {index < buttons.fields.length - 1 && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={26}
                  aria-label={t('templates.moveDown')}
                  onClick={() => buttons.move(index, index + 1)}
                >
                  <IconArrowDown size={15} />
                </ActionIcon>
              )}
            </div>
          </fieldset>
        ))}
        <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabled={full}
            onClick={() => add('QUICK_REPLY')}
          >
            {t('templates.addReply')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabled={full || links >= limits.urlButtons}
            onClick={() => add('URL')}
          >
            {t('templates.addLink')}
          </Button>
        </div>
      </Stack>
    </Panel>
  );
}
