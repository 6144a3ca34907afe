import { Alert, Button, Radio, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Controller } from 'react-hook-form';
import * as v from 'valibot';
import {
  KeepingDocument,
  type KeepingFieldsFragment,
  SetKeepingDocument,
  type SetKeepingMutation,
} from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useGraph, useMutate } from '@/lib/graphql';
import { useMay } from '@/lib/viewer';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Form, type KitForm, useKitForm } from '@/ui/form';
import { JobProgress } from '@/ui/job-progress';
import { Facts, Halves, Sections } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import { WaitsForSecondPerson } from '@/ui/second-person';
import { SelectField } from '@/ui/select-field';
import { ErrorState, Loading } from '@/ui/states';
import { Time } from '@/ui/values';
import { consequences, fields, type Kept } from './keeping';

const none = {};
const modes = ['PLAIN', 'HASHED', 'NONE'] as const;
/** Set where the change waits for a second person. */
type Waiting = SetKeepingMutation['setKeeping']['approval'];
type Tightening = NonNullable<KeepingFieldsFragment['tightening']>;

/** What is kept of addresses and texts once a message is final, and for how long. */
export function KeepingPage() {
  const keeping = useGraph(KeepingDocument, none, { pollMilliseconds: 5_000 });
  if (!keeping.data) {
    return (
      <Panel>
        {keeping.problem ? (
          <ErrorState problem={keeping.problem} onRetry={keeping.refresh} />
        ) : (
          <Loading lines={8} />
        )}
      </Panel>
    );
  }
  const now = keeping.data.keeping;
  return (
    <Sections>
      {now.tightening && <TighteningPanel job={now.tightening} />}
      <KeepingForm key={fields.map((field) => now[field]).join()} now={now} onChanged={keeping.refresh} />
    </Sections>
  );
}

function underWay(job: Tightening | null): boolean {
  return job?.state === 'WAITING' || job?.state === 'RUNNING';
}

function TighteningPanel({ job }: { job: Tightening }) {
  const t = useT();
  if (!underWay(job)) {
    return (
      <Alert color="green" variant="light" icon={<IconCircleCheck size={18} />}>
        {t('keeping.tightened')} <Time value={job.finishedAt} />.
      </Alert>
    );
  }
  return (
    <Panel title={t('keeping.tightening')} about={t('keeping.tighteningAbout')}>
      <JobProgress
        label={t('keeping.tightening')}
        done={job.done}
        total={job.total}
        failed={job.failed}
        running
      />
    </Panel>
  );
}

const schema = v.object({
  addressMode: v.picklist(modes),
  contentMode: v.picklist(modes),
  messageDays: v.string(),
  summaryDays: v.string(),
});
type Values = v.InferOutput<typeof schema>;

function keptOf(values: Values): Kept {
  return { ...values, messageDays: Number(values.messageDays), summaryDays: Number(values.summaryDays) };
}

function KeepingForm({ now, onChanged }: { now: KeepingFieldsFragment; onChanged: () => void }) {
  const t = useT();
  const manage = useMay()('SECURITY_MANAGE') && !underWay(now.tightening);
  const [asked, setAsked] = useState<Kept | null>(null);
  const [waiting, setWaiting] = useState<Waiting>(null);
  const [save, busy] = useMutate(SetKeepingDocument);
  const kit = useKitForm(schema, {
    addressMode: now.addressMode,
    contentMode: now.contentMode,
    messageDays: String(now.messageDays),
    summaryDays: String(now.summaryDays),
  });
  const { form } = kit;
  const confirm = async () => {
    if (!asked) return;
    const { data, refusals } = await save({ input: asked });
    setAsked(null);
    const payload = data?.setKeeping;
    if (payload?.approval) return setWaiting(payload.approval);
    if (kit.refuse(refusals)) return;
    notifications.show({ message: t('keeping.saved') });
    onChanged();
  };
  const days = (count: number) => ({ value: String(count), label: t('keeping.days', { count }) });
  return (
    <Form
      kit={kit}
      label={t('security.keeping')}
      onSubmit={(values) => {
        setWaiting(null);
        setAsked(keptOf(values));
      }}
      actions={
        manage && (
          <Button type="submit" disabled={!form.formState.isDirty}>
            {t('keeping.review')}
          </Button>
        )
      }
    >
      {waiting && <WaitsForSecondPerson approval={waiting} />}
      <Halves>
        <Panel title={t('keeping.addresses')} about={t('keeping.addressesAbout')}>
          <ModeField kit={kit} name="addressMode" disabled={!manage} />
        </Panel>
        <Panel title={t('keeping.contents')} about={t('keeping.contentsAbout')}>
          <ModeField kit={kit} name="contentMode" disabled={!manage} />
        </Panel>
      </Halves>
      <Panel title={t('keeping.terms')} about={t('keeping.termsAbout')}>
        <Halves>
          <SelectField
            form={form}
            name="messageDays"
            label={t('keeping.field.messageDays')}
            description={t('keeping.messageDaysAbout')}
            options={now.messageTerms.map(days)}
            disabled={!manage}
            required
          />
          <SelectField
            form={form}
            name="summaryDays"
            label={t('keeping.field.summaryDays')}
            description={t('keeping.summaryDaysAbout')}
            options={now.summaryTerms.map(days)}
            disabled={!manage}
            required
          />
        </Halves>
      </Panel>
      <Panel title={t('keeping.always')}>
        <Text size="sm">{t('keeping.alwaysText')}</Text>
      </Panel>
      {asked && (
        <ReviewDialog
          now={now}
          next={asked}
          busy={busy}
          onConfirm={() => void confirm()}
          onClose={() => setAsked(null)}
        />
      )}
    </Form>
  );
}

function ModeField({
  kit,
  name,
  disabled,
}: {
  kit: KitForm<Values>;
  name: 'addressMode' | 'contentMode';
  disabled: boolean;
}) {
  const t = useT();
  return (
    <Controller
      control={kit.form.control}
      name={name}
      render={({ field }) => (
        <Radio.Group
          label={t(name === 'addressMode' ? 'keeping.field.addressMode' : 'keeping.field.contentMode')}
          value={field.value}
          onChange={field.onChange}
        >
          <Stack gap="sm" mt="xs">
            {modes.map((mode) => (
              <Radio
                key={mode}
                value={mode}
                disabled={disabled}
                label={enumLabel(t, 'keeping.mode', mode)}
                description={enumLabel(
                  t,
                  name === 'addressMode' ? 'keeping.address' : 'keeping.content',
                  mode,
                )}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
    />
  );
}

interface ReviewDialogProps {
  now: Kept;
  next: Kept;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** What would change and what that means, before it is asked for. */
function ReviewDialog({ now, next, busy, onConfirm, onClose }: ReviewDialogProps) {
  const t = useT();
  const said = consequences(now, next);
  const harmful = said.some((one) => one.tighter);
  const show = (kept: Kept, field: (typeof fields)[number]) =>
    field === 'addressMode' || field === 'contentMode'
      ? enumLabel(t, 'keeping.mode', kept[field])
      : t('keeping.days', { count: kept[field] });
  return (
    <ConfirmDialog
      opened
      title={t('keeping.reviewTitle')}
      confirm={t(harmful ? 'keeping.changeAndDelete' : 'keeping.change')}
      danger={harmful}
      typed={harmful ? t('keeping.typed') : undefined}
      busy={busy}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <Stack gap="md">
        <Facts
          facts={fields
            .filter((field) => now[field] !== next[field])
            .map((field) => ({
              label: enumLabel(t, 'keeping.field', field),
              value: t('keeping.fromTo', { before: show(now, field), after: show(next, field) }),
            }))}
        />
        <Alert
          color={harmful ? 'red' : 'gray'}
          variant="light"
          icon={harmful ? <IconAlertTriangle size={18} /> : undefined}
        >
          <Stack gap="xs">
            {said.map((one) => (
              <Text key={one.key} size="sm">
                {t(one.key)}
              </Text>
            ))}
          </Stack>
        </Alert>
      </Stack>
    </ConfirmDialog>
  );
}
