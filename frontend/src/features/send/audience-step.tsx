import { Button, SegmentedControl, Stack, Textarea } from '@mantine/core';
import { IconFileTypeCsv } from '@tabler/icons-react';
import { useState } from 'react';
import { useT } from '@/i18n/messages';
import { previewCsv } from '@/lib/csv-preview';
import { formatCount } from '@/lib/format';
import { usePreferences } from '@/lib/preferences';
import { CsvSample } from '@/ui/csv-sample';
import { FileDrop } from '@/ui/file-drop';
import { GeneralErrors } from '@/ui/general-errors';
import { Panel } from '@/ui/panel';
import { type Audience, fileOf, pastedAddresses } from './audience';

interface AudienceStepProps {
  audience: Audience | null;
  pasted: string;
  onPasted: (text: string) => void;
  onAudience: (audience: Audience | null) => void;
}

/** Who: a file, or a few pasted numbers. */
export function AudienceStep({ audience, pasted, onPasted, onAudience }: AudienceStepProps) {
  const t = useT();
  const { locale } = usePreferences();
  const [way, setWay] = useState<'file' | 'paste'>(audience?.pasted || pasted !== '' ? 'paste' : 'file');
  const [reading, setReading] = useState(false);
  const [errors, setErrors] = useState<string[]>([]);
  const choose = async (file: File) => {
    setErrors([]);
    setReading(true);
    try {
      const preview = await previewCsv(file);
      if (preview.rows.length === 0) setErrors([t('kit.file.noRows')]);
      else onAudience({ file, preview, pasted: false });
    } catch {
      setErrors([t('kit.file.unreadable')]);
    }
    setReading(false);
  };
  const paste = (text: string) => {
    onPasted(text);
    const addresses = pastedAddresses(text);
    onAudience(
      addresses.length === 0
        ? null
        : {
            file: fileOf(addresses),
            preview: {
              columns: ['to'],
              rows: addresses.slice(0, 200).map((address) => [address]),
              total: addresses.length,
            },
            pasted: true,
          },
    );
  };
  return (
    <Panel title={t('send.who')} about={t('send.whoAbout')}>
      <Stack gap="md">
        <SegmentedControl
          aria-label={t('send.who')}
          w="fit-content"
          value={way}
          onChange={(value) => {
            setWay(value as 'file' | 'paste');
            onAudience(null);
            onPasted('');
          }}
          data={[
            { value: 'file', label: t('send.file') },
            { value: 'paste', label: t('send.paste') },
          ]}
        />
        <GeneralErrors messages={errors} />
        {way === 'paste' ? (
          <Textarea
            label={t('send.numbers')}
            description={t('send.numbersHint')}
            placeholder={'+91 98110 00001\n+91 98110 00002'}
            autosize
            minRows={6}
            maxRows={14}
            value={pasted}
            onChange={(event) => paste(event.target.value)}
            spellCheck={false}
          />
        ) : audience ? (
          <>
            <div style={{ display: 'flex', flexWrap: 'wrap', gap: 10, alignItems: 'center' }}>
              <IconFileTypeCsv size={22} aria-hidden="true" />
              <strong style={{ fontWeight: 580 }}>{audience.file.name}</strong>
              <span>
                {t('send.rows', {
                  count:
                    audience.preview.total === null
                      ? t('kit.file.many')
                      : formatCount(audience.preview.total, locale),
                })}
              </span>
              <Button variant="default" size="xs" onClick={() => onAudience(null)}>
                {t('send.otherFile')}
              </Button>
            </div>
            <CsvSample preview={audience.preview} />
          </>
        ) : (
          <FileDrop
            onFile={(file) => void choose(file)}
            onReject={() => setErrors([t('kit.file.rejected')])}
            busy={reading}
          />
        )}
        {way === 'paste' && audience && (
          <span aria-live="polite">
            {t('send.rows', { count: formatCount(audience.preview.total, locale) })}
          </span>
        )}
      </Stack>
    </Panel>
  );
}
