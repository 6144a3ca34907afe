import { Alert, Button, Modal } from '@mantine/core';
import { IconLifebuoy } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { OwnFactorsDocument, RenewRecoveryCodesDocument } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useGraph, useMutate } from '@/lib/graphql';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Panel } from '@/ui/panel';
import { RecoveryCodes } from '@/ui/recovery-codes';
import { ErrorState, Loading } from '@/ui/states';
import { StatusBadge } from '@/ui/status-badge';
import { FactorRow } from './factor-row';
import { Passkeys } from './passkeys';

// Drawing QR codes is heavy, and few people change their phone on a given day.
const ReplaceApp = lazy(() => import('./replace-app').then((module) => ({ default: module.ReplaceApp })));

const none = {};

interface FactorsPanelProps {
  /** The person got in by a recovery code. */
  recovered: boolean;
  onChanged: () => void;
}

/** The viewer's own second factors. */
export function FactorsPanel({ recovered, onChanged }: FactorsPanelProps) {
  const t = useT();
  const own = useGraph(OwnFactorsDocument, none);
  const [replacing, setReplacing] = useState(false);
  const [renewing, setRenewing] = useState(false);
  const factors = own.data?.factors;
  const changed = () => {
    own.refresh();
    onChanged();
  };
  if (!factors) {
    return (
      <Panel title={t('account.factors')}>
        {own.problem ? <ErrorState problem={own.problem} onRetry={own.refresh} /> : <Loading />}
      </Panel>
    );
  }
  return (
    <Panel title={t('account.factors')} about={t('account.factorsAbout')}>
      {recovered && (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconLifebuoy size={18} />}
          title={t('account.recovered')}
        >
          {t('account.recoveredText', { count: factors.recoveryCodes })}
        </Alert>
      )}
      <FactorRow
        name={t('factor.OTP')}
        badge={
          <StatusBadge tone={factors.totp ? 'good' : 'neutral'}>
            {t(factors.totp ? 'account.on' : 'account.off')}
          </StatusBadge>
        }
        about={t('account.appAbout')}
        action={
          <Button size="xs" variant="default" onClick={() => setReplacing(true)}>
            {t(factors.totp ? 'account.replaceApp' : 'account.addApp')}
          </Button>
        }
      />
      <Passkeys onChanged={changed} />
      <FactorRow
        name={t('recovery.codes')}
        badge={
          <StatusBadge tone={factors.recoveryCodes < 3 ? 'warn' : 'good'}>
            {t('account.codesLeft', { count: factors.recoveryCodes })}
          </StatusBadge>
        }
        about={t('account.codesAbout')}
        action={
          <Button size="xs" variant="default" onClick={() => setRenewing(true)}>
            {t('account.renewCodes')}
          </Button>
        }
      />
      <Modal
        opened={replacing}
        onClose={() => setReplacing(false)}
        title={t(factors.totp ? 'account.replaceApp' : 'account.addApp')}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        {replacing && (
          <Suspense fallback={<Loading />}>
            <ReplaceApp
              onDone={() => {
                setReplacing(false);
                changed();
              }}
            />
          </Suspense>
        )}
      </Modal>
      <RenewCodes opened={renewing} onClose={() => setRenewing(false)} onChanged={changed} />
    </Panel>
  );
}

interface RenewCodesProps {
  opened: boolean;
  onClose: () => void;
  onChanged: () => void;
}

/** Asks first, because the old codes are void; then shows the new ones once. */
function RenewCodes({ opened, onClose, onChanged }: RenewCodesProps) {
  const t = useT();
  const [renew, busy] = useMutate(RenewRecoveryCodesDocument);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [errors, setErrors] = useState<string[]>([]);
  const run = async () => {
    const { data, refusals } = await renew({});
    const payload = data?.renewRecoveryCodes;
    setErrors(refusals.map((one) => one.message));
    setCodes(payload?.recoveryCodes ?? null);
    if (payload?.recoveryCodes) onChanged();
  };
  const close = () => {
    setCodes(null);
    setErrors([]);
    onClose();
  };
  return (
    <>
      <ConfirmDialog
        opened={opened && codes === null}
        title={t('account.renewTitle')}
        confirm={t('account.renewCodes')}
        errors={errors}
        busy={busy}
        onConfirm={() => void run()}
        onClose={close}
      >
        {t('account.renewText')}
      </ConfirmDialog>
      <Modal
        opened={opened && codes !== null}
        onClose={close}
        title={t('recovery.codes')}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        {codes && <RecoveryCodes codes={codes} onDone={close} />}
      </Modal>
    </>
  );
}
