import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useT } from '@/i18n/messages';
import { download } from '@/lib/csv';
import { ProofSheet } from './proof-sheet';
import { readStatement, type SignedStatement } from './statement';

/** A proof that was issued: the page that it prints, and the signed file. */
export function ProofDialog({ document, onClose }: { document: string; onClose: () => void }) {
  const t = useT();
  const narrow = useMediaQuery('(max-width: 48em)');
  const proof = readStatement(document);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('consent.signed')}
      size={880}
      fullScreen={narrow}
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      <Stack gap="md">
        <Group gap="xs">
          <Button leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
            {t('proof.print')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => download(fileName(proof), document, 'application/json')}
          >
            {t('proof.save')}
          </Button>
        </Group>
        <ProofSheet proof={proof} />
      </Stack>
    </Modal>
  );
}

/** Told apart by the ledger's link; a file's name gets around, so it names nobody. */
function fileName({ statement }: SignedStatement): string {
  return `consent-proof-${statement.as_of.slice(0, 10)}-${statement.ledger.link}.json`;
}
