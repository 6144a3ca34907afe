import { Button, Checkbox, Stack } from '@mantine/core';
import { useRouteContext } from '@tanstack/react-router';
import * as v from 'valibot';
import { type ConsentSource, CreateConsentImportDocument, type Purpose } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { formatCount } from '@/lib/format';
import { useMutate } from '@/lib/graphql';
import { usePreferences } from '@/lib/preferences';
import { upload } from '@/lib/upload';
import { CsvSample } from '@/ui/csv-sample';
import { Form, TextField, useKitForm } from '@/ui/form';
import { Panel } from '@/ui/panel';
import { SelectField } from '@/ui/select-field';
import type { Chosen } from './import-page';

const purposes: Purpose[] = ['MARKETING', 'UTILITY', 'AUTHENTICATION', 'ALL'];
const sources: ConsentSource[] = ['IMPORT', 'WEBSITE', 'APP', 'STORE', 'EMAIL', 'SMS', 'QR'];

const schema = v.object({
  addressColumn: v.pipe(v.string(), v.minLength(1, 'required')),
  timeColumn: v.string(),
  purpose: v.picklist(purposes),
  source: v.picklist(sources),
  wordingVersion: v.pipe(v.string(), v.maxLength(100, 'tooLong')),
  attestation: v.literal(true, 'attestation'),
});

interface MappingProps {
  chosen: Chosen;
  onBack: () => void;
  onError: (message: string) => void;
  onJob: (id: string) => void;
}

/** Which column holds what, and the importing person's word for it. */
export function MappingPanel({ chosen, onBack, onError, onJob }: MappingProps) {
  const t = useT();
  const { session } = useRouteContext({ from: '/portal' });
  const { locale } = usePreferences();
  const { preview, file } = chosen;
  const [create, creating] = useMutate(CreateConsentImportDocument);
  const kit = useKitForm(schema, {
    addressColumn:
      guess(preview.columns, /phone|mobile|msisdn|number|whatsapp|address/i) ?? preview.columns[0] ?? '',
    timeColumn: '',
    purpose: 'MARKETING',
    source: 'IMPORT',
    wordingVersion: '',
    attestation: false as unknown as true,
  });
  const columns = preview.columns.map((column) => ({ value: column, label: column }));
  const attestation = kit.form.watch('attestation');
  return (
    <Panel
      title={t('consentImport.map')}
      about={t('consentImport.file', {
        name: file.name,
        count: preview.total === null ? t('kit.file.many') : formatCount(preview.total, locale),
      })}
    >
      <Form
        kit={kit}
        onSubmit={async (values) => {
          const { data, refusals } = await create({
            input: { ...values, timeColumn: values.timeColumn || null },
          });
          const payload = data?.createConsentImport;
          if (!payload?.url || !payload.job) return void kit.refuse(refusals);
          onJob(payload.job.id);
          const answer = await upload(session, payload.url, file);
          if (!answer.ok) onError(t('kit.file.uploadFailed', { status: answer.status }));
        }}
        actions={
          <>
            <Button type="submit" loading={creating} disabled={!attestation}>
              {t('consentImport.start')}
            </Button>
            <Button variant="subtle" color="gray" onClick={onBack}>
              {t('consentImport.otherFile')}
            </Button>
          </>
        }
      >
        <CsvSample preview={preview} />
        <Stack gap="md" maw={520}>
          <SelectField
            form={kit.form}
            name="addressColumn"
            label={t('consentImport.addressColumn')}
            options={columns}
            required
          />
          <SelectField
            form={kit.form}
            name="timeColumn"
            label={t('consentImport.timeColumn')}
            description={t('consentImport.timeHint')}
            options={columns}
          />
          <SelectField
            form={kit.form}
            name="purpose"
            label={t('consent.purpose')}
            options={purposes.map((value) => ({ value, label: enumLabel(t, 'purpose', value) }))}
            required
          />
          <SelectField
            form={kit.form}
            name="source"
            label={t('consent.source')}
            options={sources.map((value) => ({ value, label: enumLabel(t, 'source', value) }))}
            required
          />
          <TextField
            form={kit.form}
            name="wordingVersion"
            label={t('consent.wording')}
            description={t('consent.wordingHint')}
          />
          <Checkbox
            {...kit.form.register('attestation')}
            label={t('consentImport.attestation')}
            error={kit.form.formState.errors.attestation && t('rule.attestation')}
          />
        </Stack>
      </Form>
    </Panel>
  );
}

function guess(columns: string[], pattern: RegExp): string | undefined {
  return columns.find((column) => pattern.test(column));
}
