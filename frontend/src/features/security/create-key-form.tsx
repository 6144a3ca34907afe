import { Button, Checkbox, Switch, TagsInput } from '@mantine/core';
import { Controller } from 'react-hook-form';
import * as v from 'valibot';
import { CreateApiKeyDocument, type Scope } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { useMay } from '@/lib/viewer';
import { errorText, Form, TextField, useKitForm } from '@/ui/form';
import { SelectField } from '@/ui/select-field';
import { looksLikeCidr } from './cidr';
import classes from './security-layout.module.css';
import { quota } from './whole';

const scopes: Scope[] = [
  'MESSAGE_SEND',
  'MESSAGE_READ',
  'CAMPAIGN_MANAGE',
  'TEMPLATE_READ',
  'TEMPLATE_MANAGE',
  'CONSENT_READ',
  'CONSENT_WRITE',
  'ANALYTICS_READ',
  'SENDER_READ',
];
const days = ['30', '90', '180', '365'] as const;

const schema = v.object({
  name: v.pipe(v.string(), v.trim(), v.minLength(1, 'required'), v.maxLength(80, 'tooLong')),
  scopes: v.pipe(v.array(v.picklist(scopes)), v.minLength(1, 'scope')),
  cidrs: v.array(v.pipe(v.string(), v.check(looksLikeCidr, 'cidr'))),
  test: v.boolean(),
  days: v.picklist(days),
  quota,
});

/** What a new key may do, from where and until when. */
export function CreateForm({ onMade }: { onMade: (secret: string) => void }) {
  const t = useT();
  const may = useMay(); // a key may do no more than who makes it
  const [create, busy] = useMutate(CreateApiKeyDocument);
  const kit = useKitForm(schema, { name: '', scopes: [], cidrs: [], test: false, days: '90', quota: '600' });
  const { errors } = kit.form.formState;
  return (
    <Form
      kit={kit}
      onSubmit={async (values) => {
        const { data, refusals } = await create({
          input: { ...values, days: Number(values.days), quota: Number(values.quota) },
        });
        const payload = data?.createApiKey;
        if (payload?.secret) onMade(payload.secret);
        else kit.refuse(refusals);
      }}
      actions={
        <Button type="submit" loading={busy}>
          {t('keys.create')}
        </Button>
      }
    >
      <TextField
        form={kit.form}
        name="name"
        label={t('keys.name')}
        description={t('keys.nameHint')}
        required
      />
      <Controller
        control={kit.form.control}
        name="scopes"
        render={({ field }) => (
          <Checkbox.Group
            label={t('keys.scopes')}
            value={field.value}
            onChange={field.onChange}
            error={errorText(t, errors.scopes?.message)}
            withAsterisk
          >
            <div className={classes.scopes} style={{ marginTop: 8 }}>
              {scopes.filter(may).map((scope) => (
                <Checkbox key={scope} value={scope} label={enumLabel(t, 'scope', scope)} />
              ))}
            </div>
          </Checkbox.Group>
        )}
      />
      <SelectField
        form={kit.form}
        name="days"
        label={t('keys.validFor')}
        options={days.map((value) => ({ value, label: t('keys.days', { days: Number(value) }) }))}
        required
      />
      <TextField
        form={kit.form}
        name="quota"
        label={t('keys.quota')}
        description={t('keys.quotaHint')}
        inputMode="numeric"
        autoComplete="off"
        required
      />
      <Controller
        control={kit.form.control}
        name="cidrs"
        render={({ field }) => (
          <TagsInput
            label={t('keys.networks')}
            description={t('keys.networksHint')}
            value={field.value}
            onChange={field.onChange}
            onBlur={field.onBlur}
            error={errors.cidrs ? t('rule.cidr') : undefined}
          />
        )}
      />
      <Switch
        {...kit.form.register('test')}
        label={t('keys.onlySandbox')}
        description={t('keys.onlySandboxHint')}
      />
    </Form>
  );
}
