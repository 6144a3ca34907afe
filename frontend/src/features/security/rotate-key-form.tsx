import { Button, Text } from '@mantine/core';
import * as v from 'valibot';
import { type ApiKeyFieldsFragment, RotateApiKeyDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { Form, useKitForm } from '@/ui/form';
import { SelectField } from '@/ui/select-field';

const overlaps = ['0', '1', '24', '168'] as const;
const schema = v.object({ overlap: v.picklist(overlaps) });

interface RotateFormProps {
  apiKey: ApiKeyFieldsFragment;
  onMade: (secret: string) => void;
}

/** A new key in place of another one, which goes on for a while so that its program can change over. */
export function RotateForm({ apiKey, onMade }: RotateFormProps) {
  const t = useT();
  const [rotate, busy] = useMutate(RotateApiKeyDocument);
  const kit = useKitForm(schema, { overlap: '24' });
  return (
    <Form
      kit={kit}
      onSubmit={async ({ overlap }) => {
        const { data, refusals } = await rotate({ id: apiKey.id, overlapHours: Number(overlap) });
        const payload = data?.rotateApiKey;
        if (payload?.secret) onMade(payload.secret);
        else kit.refuse(refusals);
      }}
      actions={
        <Button type="submit" loading={busy}>
          {t('keys.rotate')}
        </Button>
      }
    >
      <Text size="sm">{t('keys.rotateText')}</Text>
      <SelectField
        form={kit.form}
        name="overlap"
        label={t('keys.rotateOld')}
        options={overlaps.map((value) => ({
          value,
          label: value === '0' ? t('keys.rotateAtOnce') : t('keys.rotateHours', { hours: Number(value) }),
        }))}
        required
      />
    </Form>
  );
}
