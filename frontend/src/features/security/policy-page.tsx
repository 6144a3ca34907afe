import { Button, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Controller } from 'react-hook-form';
import * as v from 'valibot';
import {
  type PolicyFieldsFragment,
  SecurityPolicyDocument,
  SetSecurityPolicyDocument,
  type SetSecurityPolicyMutation,
} from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useGraph, useMutate } from '@/lib/graphql';
import { useMay } from '@/lib/viewer';
import { Form, TextField, useKitForm } from '@/ui/form';
import { Halves, Sections } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import { WaitsForSecondPerson } from '@/ui/second-person';
import { ErrorState, Loading } from '@/ui/states';
import { whole } from './whole';

const none = {};
/** Set where the change waits for a second person. */
type Waiting = SetSecurityPolicyMutation['setSecurityPolicy']['approval'];

/** How long sessions last, and what one person may not do alone. */
export function PolicyPage() {
  const policy = useGraph(SecurityPolicyDocument, none);
  if (!policy.data) {
    return (
      <Panel>
        {policy.problem ? (
          <ErrorState problem={policy.problem} onRetry={policy.refresh} />
        ) : (
          <Loading lines={8} />
        )}
      </Panel>
    );
  }
  const { securityPolicy } = policy.data;
  // A change by somebody else, or one that was approved meanwhile, begins the form anew.
  return (
    <PolicyForm key={JSON.stringify(securityPolicy)} policy={securityPolicy} onChanged={policy.refresh} />
  );
}

const schema = v.pipe(
  v.object({
    idleMinutes: whole(5, 120),
    sessionHours: whole(1, 24),
    sessionCount: whole(1, 20),
    campaigns: v.boolean(),
    approveCampaignsAbove: v.pipe(v.string(), v.trim()),
    allowList: v.boolean(),
    keeping: v.boolean(),
    approvalHours: whole(1, 336),
  }),
  v.forward(
    v.partialCheck(
      [['campaigns'], ['approveCampaignsAbove']],
      (input) => !input.campaigns || /^[1-9]\d{0,8}$/.test(input.approveCampaignsAbove),
      'digits',
    ),
    ['approveCampaignsAbove'],
  ),
);

function PolicyForm({ policy, onChanged }: { policy: PolicyFieldsFragment; onChanged: () => void }) {
  const t = useT();
  const may = useMay();
  const manage = may('SECURITY_MANAGE');
  const [waiting, setWaiting] = useState<Waiting>(null);
  const [save, busy] = useMutate(SetSecurityPolicyDocument);
  const kit = useKitForm(schema, {
    idleMinutes: String(policy.idleMinutes),
    sessionHours: String(policy.sessionHours),
    sessionCount: String(policy.sessionCount),
    campaigns: policy.approveCampaignsAbove !== null,
    approveCampaignsAbove: String(policy.approveCampaignsAbove ?? 10_000),
    allowList: policy.approvalActs.includes('CHANGE_ALLOW_LIST'),
    keeping: policy.approvalActs.includes('CHANGE_KEEPING'),
    approvalHours: String(policy.approvalHours),
  });
  const { form } = kit;
  const number = { form, disabled: !manage, inputMode: 'numeric' as const, autoComplete: 'off' };
  const submit = async (values: v.InferOutput<typeof schema>) => {
    setWaiting(null);
    const { data, refusals } = await save({
      input: {
        idleMinutes: Number(values.idleMinutes),
        sessionHours: Number(values.sessionHours),
        sessionCount: Number(values.sessionCount),
        approveCampaignsAbove: values.campaigns ? Number(values.approveCampaignsAbove) : null,
        approvalActs: [
          ...(values.allowList ? (['CHANGE_ALLOW_LIST'] as const) : []),
          ...(values.keeping ? (['CHANGE_KEEPING'] as const) : []),
        ],
        approvalHours: Number(values.approvalHours),
      },
    });
    const payload = data?.setSecurityPolicy;
    if (payload?.approval) return setWaiting(payload.approval);
    if (kit.refuse(refusals)) return;
    notifications.show({ message: t('policy.saved') });
    onChanged();
  };
  return (
    <Form
      kit={kit}
      label={t('security.policy')}
      onSubmit={submit}
      actions={
        manage && (
          <Button type="submit" loading={busy} disabled={!form.formState.isDirty}>
            {t('policy.save')}
          </Button>
        )
      }
    >
      {waiting && <WaitsForSecondPerson approval={waiting} />}
      <Halves>
        <Panel title={t('policy.second')} about={t('policy.secondAbout')}>
          <Sections>
            <Controller
              control={form.control}
              name="campaigns"
              render={({ field }) => (
                <Switch
                  label={t('policy.campaigns')}
                  description={t('policy.campaignsAbout')}
                  checked={field.value}
                  disabled={!manage}
                  onChange={(event) => field.onChange(event.target.checked)}
                />
              )}
            />
            {form.watch('campaigns') && (
              <TextField {...number} name="approveCampaignsAbove" label={t('policy.threshold')} />
            )}
            <Controller
              control={form.control}
              name="allowList"
              render={({ field }) => (
                <Switch
                  label={t('policy.allowList')}
                  description={t('policy.allowListAbout')}
                  checked={field.value}
                  disabled={!manage}
                  onChange={(event) => field.onChange(event.target.checked)}
                />
              )}
            />
            <Controller
              control={form.control}
              name="keeping"
              render={({ field }) => (
                <Switch
                  label={t('policy.keeping')}
                  description={t('policy.keepingAbout')}
                  checked={field.value}
                  disabled={!manage}
                  onChange={(event) => field.onChange(event.target.checked)}
                />
              )}
            />
            <TextField
              {...number}
              name="approvalHours"
              label={t('policy.approvalHours')}
              description={t('policy.between', { least: 1, most: 336 })}
            />
          </Sections>
        </Panel>
        <Panel title={t('policy.sessions')} about={t('policy.sessionsAbout')}>
          <Sections>
            <TextField
              {...number}
              name="idleMinutes"
              label={t('policy.idle')}
              description={t('policy.between', { least: 5, most: 120 })}
            />
            <TextField
              {...number}
              name="sessionHours"
              label={t('policy.absolute')}
              description={t('policy.between', { least: 1, most: 24 })}
            />
            <TextField
              {...number}
              name="sessionCount"
              label={t('policy.count')}
              description={t('policy.between', { least: 1, most: 20 })}
            />
          </Sections>
        </Panel>
      </Halves>
    </Form>
  );
}
