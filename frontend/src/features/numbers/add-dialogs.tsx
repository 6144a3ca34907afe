import { Button, Modal, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import * as v from 'valibot';
import {
  CreatePortfolioDocument,
  CreateSenderDocument,
  CreateWabaDocument,
  type PortfolioFullFragment,
} from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useMutate } from '@/lib/graphql';
import { CopyField } from '@/ui/copy';
import { Form, PasswordField, TextField, useKitForm } from '@/ui/form';
import { SelectField } from '@/ui/select-field';

interface DialogProps {
  opened: boolean;
  onClose: () => void;
}

function Dialog({ opened, onClose, title, children }: DialogProps & { title: string; children: ReactNode }) {
  const t = useT();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': t('kit.close') }}
    >
      {opened && children}
    </Modal>
  );
}

const digits = v.pipe(v.string(), v.trim(), v.regex(/^\d{5,25}$/, 'digits'));
const short = v.pipe(v.string(), v.trim(), v.minLength(1, 'required'), v.maxLength(120, 'tooLong'));
const limits = ['250', '2000', '10000', '100000', 'none'] as const;

const portfolioSchema = v.object({
  name: short,
  metaId: digits,
  token: v.pipe(v.string(), v.trim(), v.minLength(20, 'required')),
  dailyLimit: v.picklist(limits),
  reserve: v.pipe(v.string(), v.regex(/^\d{0,6}$/, 'digits')),
});

export function AddPortfolio({ opened, onClose }: DialogProps) {
  const t = useT();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('numbers.addPortfolio')}>
      <PortfolioForm onClose={onClose} />
    </Dialog>
  );
}

function PortfolioForm({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [create, busy] = useMutate(CreatePortfolioDocument);
  const kit = useKitForm(portfolioSchema, {
    name: '',
    metaId: '',
    token: '',
    dailyLimit: '250',
    reserve: '0',
  });
  return (
    <Form
      kit={kit}
      onSubmit={async (values) => {
        const { data, refusals } = await create({
          input: {
            ...values,
            dailyLimit: values.dailyLimit === 'none' ? null : Number(values.dailyLimit),
            reserve: Number(values.reserve || 0),
          },
        });
        const payload = data?.createPortfolio;
        if (payload?.portfolio) onClose();
        else kit.refuse(refusals);
      }}
      actions={
        <Button type="submit" loading={busy}>
          {t('kit.add')}
        </Button>
      }
    >
      <TextField form={kit.form} name="name" label={t('numbers.name')} required />
      <TextField
        form={kit.form}
        name="metaId"
        label={t('numbers.portfolioId')}
        description={t('numbers.portfolioIdHint')}
        inputMode="numeric"
        required
        mono
      />
      <PasswordField
        form={kit.form}
        name="token"
        label={t('numbers.token')}
        description={t('numbers.tokenHint')}
        autoComplete="off"
        required
      />
      <SelectField
        form={kit.form}
        name="dailyLimit"
        label={t('numbers.limit')}
        description={t('numbers.limitHint')}
        options={limits.map((value) => ({
          value,
          label: value === 'none' ? t('numbers.noLimit') : Number(value).toLocaleString('en-GB'),
        }))}
        required
      />
      <TextField
        form={kit.form}
        name="reserve"
        label={t('numbers.reserveField')}
        description={t('numbers.reserveHint')}
        inputMode="numeric"
      />
    </Form>
  );
}

const accountSchema = v.object({
  name: short,
  metaId: digits,
  appId: digits,
  appSecret: v.pipe(v.string(), v.trim(), v.minLength(16, 'required')),
});

export function AddAccount({
  portfolio,
  opened,
  onClose,
}: DialogProps & { portfolio: PortfolioFullFragment }) {
  const t = useT();
  const [made, setMade] = useState<{ webhookUrl: string; verifyToken: string }>();
  const close = () => {
    setMade(undefined);
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={t('numbers.addAccount')}>
      {made ? (
        <Stack>
          <p style={{ margin: 0 }}>{t('numbers.pasteAtMeta')}</p>
          <CopyField label={t('numbers.webhook')} value={made.webhookUrl} />
          <CopyField label={t('numbers.verifyToken')} value={made.verifyToken} once />
          <Button onClick={close}>{t('kit.done')}</Button>
        </Stack>
      ) : (
        <AccountForm portfolioId={portfolio.id} onMade={setMade} />
      )}
    </Dialog>
  );
}

function AccountForm({
  portfolioId,
  onMade,
}: {
  portfolioId: string;
  onMade: (made: { webhookUrl: string; verifyToken: string }) => void;
}) {
  const t = useT();
  const [create, busy] = useMutate(CreateWabaDocument);
  const kit = useKitForm(accountSchema, { name: '', metaId: '', appId: '', appSecret: '' });
  return (
    <Form
      kit={kit}
      onSubmit={async (values) => {
        const { data, refusals } = await create({ input: { portfolioId, ...values } });
        const payload = data?.createWaba;
        if (payload?.waba)
          onMade({ webhookUrl: payload.webhookUrl ?? '', verifyToken: payload.verifyToken ?? '' });
        else kit.refuse(refusals);
      }}
      actions={
        <Button type="submit" loading={busy}>
          {t('kit.add')}
        </Button>
      }
    >
      <TextField form={kit.form} name="name" label={t('numbers.name')} required />
      <TextField
        form={kit.form}
        name="metaId"
        label={t('numbers.accountId')}
        inputMode="numeric"
        required
        mono
      />
      <TextField
        form={kit.form}
        name="appId"
        label={t('numbers.appId')}
        description={t('numbers.appIdHint')}
        inputMode="numeric"
        required
        mono
      />
      <PasswordField
        form={kit.form}
        name="appSecret"
        label={t('numbers.appSecret')}
        description={t('numbers.appSecretHint')}
        autoComplete="off"
        required
      />
    </Form>
  );
}

const senderSchema = v.object({
  wabaId: v.pipe(v.string(), v.minLength(1, 'required')),
  phoneNumberId: digits,
  display: v.pipe(v.string(), v.trim(), v.regex(/^\+?[\d ()-]{6,24}$/, 'phone')),
  verifiedName: v.pipe(v.string(), v.maxLength(120, 'tooLong')),
  messagesPerSecond: v.picklist(['20', '80', '1000']),
});

export function AddSender({
  portfolio,
  opened,
  onClose,
}: DialogProps & { portfolio: PortfolioFullFragment }) {
  const t = useT();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('numbers.addSender')}>
      <SenderForm portfolio={portfolio} onClose={onClose} />
    </Dialog>
  );
}

function SenderForm({ portfolio, onClose }: { portfolio: PortfolioFullFragment; onClose: () => void }) {
  const t = useT();
  const [create, busy] = useMutate(CreateSenderDocument);
  const kit = useKitForm(senderSchema, {
    wabaId: portfolio.wabas[0]?.id ?? '',
    phoneNumberId: '',
    display: '',
    verifiedName: '',
    messagesPerSecond: '80',
  });
  return (
    <Form
      kit={kit}
      onSubmit={async (values) => {
        const { data, refusals } = await create({
          input: { ...values, messagesPerSecond: Number(values.messagesPerSecond) },
        });
        const payload = data?.createSender;
        if (payload?.sender) onClose();
        else kit.refuse(refusals);
      }}
      actions={
        <Button type="submit" loading={busy}>
          {t('kit.add')}
        </Button>
      }
    >
      <SelectField
        form={kit.form}
        name="wabaId"
        label={t('numbers.account')}
        options={portfolio.wabas.map((waba) => ({ value: waba.id, label: waba.name }))}
        required
      />
      <TextField
        form={kit.form}
        name="display"
        label={t('numbers.number')}
        placeholder="+91 98110 00001"
        inputMode="tel"
        required
      />
      <TextField
        form={kit.form}
        name="phoneNumberId"
        label={t('numbers.phoneNumberId')}
        description={t('numbers.phoneNumberIdHint')}
        inputMode="numeric"
        required
        mono
      />
      <TextField form={kit.form} name="verifiedName" label={t('numbers.verifiedName')} />
      <SelectField
        form={kit.form}
        name="messagesPerSecond"
        label={t('numbers.throughput')}
        description={t('numbers.throughputHint')}
        options={['80', '20', '1000'].map((value) => ({
          value,
          label: t('live.perSecond', { rate: value }),
        }))}
        required
      />
    </Form>
  );
}
