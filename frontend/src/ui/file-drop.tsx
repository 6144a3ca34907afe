import { Dropzone } from '@mantine/dropzone';
import '@mantine/dropzone/styles.css';
import { Text } from '@mantine/core';
import { IconFileTypeCsv } from '@tabler/icons-react';
import { useT } from '@/i18n/messages';

interface FileDropProps {
  onFile: (file: File) => void;
  onReject: () => void;
  busy?: boolean;
}

/** A CSV file by drop or by choice: what can be dragged can also be clicked. */
export function FileDrop({ onFile, onReject, busy }: FileDropProps) {
  const t = useT();
  return (
    <Dropzone
      onDrop={(files) => files[0] && onFile(files[0])}
      onReject={onReject}
      accept={{ 'text/csv': ['.csv'], 'text/plain': ['.txt'], 'application/vnd.ms-excel': ['.csv'] }}
      maxFiles={1}
      multiple={false}
      maxSize={256 * 1024 * 1024}
      loading={busy}
      py="xl"
      inputProps={{ 'aria-label': t('kit.file.choose') }}
    >
      <div
        style={{
          display: 'flex',
          flexDirection: 'column',
          alignItems: 'center',
          gap: 8,
          pointerEvents: 'none',
          textAlign: 'center',
        }}
      >
        <IconFileTypeCsv size={36} stroke={1.4} color="var(--mantine-color-dimmed)" aria-hidden="true" />
        <Text fw={560}>{t('kit.file.drop')}</Text>
        <Text size="sm" c="dimmed">
          {t('kit.file.hint')}
        </Text>
      </div>
    </Dropzone>
  );
}
