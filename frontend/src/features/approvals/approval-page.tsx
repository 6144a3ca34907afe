import { Alert, Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import * as v from 'valibot';
import {
  ApprovalDetailDocument,
  type ApprovalFieldsFragment,
  ApproveDocument,
  RejectDocument,
  WithdrawDocument,
} from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { type MutationAnswer, useGraph, useMutate } from '@/lib/graphql';
import { usePreferences } from '@/lib/preferences';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { TextAreaField, useKitForm } from '@/ui/form';
import { FormDialog } from '@/ui/form-dialog';
import { Facts, Halves, Sections } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { Empty, ErrorState, Loading } from '@/ui/states';
import { Ago, Time } from '@/ui/values';
import classes from './approvals.module.css';
import { bothSides, type Said } from './change';
import { ApprovalStateBadge } from './state-badge';

type Approval = ApprovalFieldsFragment;
const route = getRouteApi('/portal/approvals/$id');

/** One act that waits for a second person: what would change, and the decision. */
export function ApprovalPage() {
  const t = useT();
  const { id } = route.useParams();
  const detail = useGraph(ApprovalDetailDocument, { id }, { pollMilliseconds: 30_000 });
  const approval = detail.data?.approval;
  const crumbs = [{ label: t('approvals.title'), to: '/approvals' }];
  if (!approval) {
    return (
      <Page title={t('approvals.one')} crumbs={crumbs}>
        <Panel>
          {detail.problem && detail.problem.code !== 'NOT_FOUND' ? (
            <ErrorState problem={detail.problem} onRetry={detail.refresh} />
          ) : detail.fetching ? (
            <Loading lines={8} />
          ) : (
            <Empty title={t('approvals.gone')} text={t('approvals.goneText')} />
          )}
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={enumLabel(t, 'approvals.act', approval.act)}
      badge={<ApprovalStateBadge state={approval.state} />}
      crumbs={crumbs}
    >
      <Sections>
        {approval.reason && (
          <Alert color="red" variant="light" title={t('approvals.rejectedBecause')}>
            {approval.reason}
          </Alert>
        )}
        <Halves>
          <Panel title={t('approvals.changes')} about={t('approvals.changesAbout')}>
            <Changes approval={approval} />
          </Panel>
          <Panel title={t('approvals.facts')}>
            <Sections>
              <ApprovalFacts approval={approval} />
              <Decision approval={approval} onDecided={detail.refresh} />
            </Sections>
          </Panel>
        </Halves>
      </Sections>
    </Page>
  );
}

function Changes({ approval }: { approval: Approval }) {
  const t = useT();
  const preferences = usePreferences();
  return (
    <table className={classes.changes} aria-label={t('approvals.changes')}>
      <thead>
        <tr>
          <th scope="col">{t('approvals.field')}</th>
          <th scope="col">{t('approvals.before')}</th>
          <th scope="col">{t('approvals.after')}</th>
        </tr>
      </thead>
      <tbody>
        {approval.changes.map((change) => {
          const sides = bothSides(t, change, preferences);
          return (
            <tr key={change.field}>
              <th scope="row">{enumLabel(t, 'approvals.changed', change.field)}</th>
              <Side values={sides.before} />
              <Side values={sides.after} />
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Side({ values }: { values: Said[] }) {
  return (
    <td>
      {values.length === 0 && '–'}
      {values.map((said) => (
        <span key={said.text} className={classes.said} data-mark={said.mark}>
          {said.text}
        </span>
      ))}
    </td>
  );
}

function ApprovalFacts({ approval }: { approval: Approval }) {
  const t = useT();
  const { maker, checker } = approval;
  return (
    <Facts
      facts={[
        { label: t('approvals.maker'), value: maker?.name || maker?.email || t('audit.system') },
        { label: t('approvals.asked'), value: <Time value={approval.createdAt} /> },
        ...(approval.act === 'SEND_LARGE' && approval.subject
          ? [
              {
                label: t('campaigns.one'),
                value: (
                  <Link to="/campaigns/$id" params={{ id: approval.subject }}>
                    {t('approvals.seeCampaign')}
                  </Link>
                ),
              },
            ]
          : []),
        approval.state === 'PENDING'
          ? {
              label: t('approvals.expires'),
              value: (
                <>
                  <Time value={approval.expiresAt} /> (<Ago value={approval.expiresAt} />)
                </>
              ),
            }
          : {
              label: enumLabel(t, 'approvals.state', approval.state),
              value: <Time value={approval.decidedAt ?? approval.expiresAt} />,
            },
        ...(checker ? [{ label: t('approvals.checker'), value: checker.name || checker.email }] : []),
      ]}
    />
  );
}

type Asked = 'approve' | 'reject' | 'withdraw' | null;

function Decision({ approval, onDecided }: { approval: Approval; onDecided: () => void }) {
  const t = useT();
  const [asked, setAsked] = useState<Asked>(null);
  const [approve, approving] = useMutate(ApproveDocument);
  const [withdraw, withdrawing] = useMutate(WithdrawDocument);
  const [errors, setErrors] = useState<string[]>([]);
  const close = () => {
    setAsked(null);
    setErrors([]);
  };
  const settle = (
    { refusals }: MutationAnswer<unknown>,
    done: 'approvals.approvedNote' | 'approvals.withdrawnNote',
  ) => {
    setErrors(refusals.map((one) => one.message));
    onDecided();
    if (refusals.length > 0) return;
    notifications.show({ message: t(done) });
    setAsked(null);
  };
  if (approval.state !== 'PENDING') return null;
  if (!approval.mayDecide && !approval.mayWithdraw)
    return (
      <Alert color="gray" variant="light">
        {t('approvals.notYours')}
      </Alert>
    );
  return (
    <>
      {approval.mayWithdraw && !approval.mayDecide && (
        <Alert color="yellow" variant="light">
          {t('approvals.own')}
        </Alert>
      )}
      <Group gap="xs">
        {approval.mayDecide && (
          <>
            <Button onClick={() => setAsked('approve')}>{t('approvals.approve')}</Button>
            <Button variant="default" onClick={() => setAsked('reject')}>
              {t('approvals.reject')}
            </Button>
          </>
        )}
        {approval.mayWithdraw && (
          <Button variant="default" onClick={() => setAsked('withdraw')}>
            {t('approvals.withdraw')}
          </Button>
        )}
      </Group>
      <ConfirmDialog
        opened={asked === 'approve'}
        title={t('approvals.approveTitle')}
        confirm={t('approvals.approve')}
        errors={errors}
        busy={approving}
        onConfirm={() =>
          void approve({ id: approval.id }).then((answer) => settle(answer, 'approvals.approvedNote'))
        }
        onClose={close}
      >
        {t('approvals.approveText')}
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked === 'withdraw'}
        title={t('approvals.withdrawTitle')}
        confirm={t('approvals.withdraw')}
        errors={errors}
        busy={withdrawing}
        onConfirm={() =>
          void withdraw({ id: approval.id }).then((answer) => settle(answer, 'approvals.withdrawnNote'))
        }
        onClose={close}
      >
        {t('approvals.withdrawText')}
      </ConfirmDialog>
      <RejectDialog
        opened={asked === 'reject'}
        id={approval.id}
        onClose={close}
        onDone={() => {
          notifications.show({ message: t('approvals.rejectedNote') });
          onDecided();
          close();
        }}
      />
    </>
  );
}

const rejection = v.object({
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'required'), v.maxLength(500, 'tooLong')),
});

interface RejectDialogProps {
  opened: boolean;
  id: string;
  onClose: () => void;
  onDone: () => void;
}

function RejectDialog({ opened, id, onClose, onDone }: RejectDialogProps) {
  const t = useT();
  const kit = useKitForm(rejection, { reason: '' });
  const [reject, busy] = useMutate(RejectDocument);
  return (
    <FormDialog
      opened={opened}
      title={t('approvals.rejectTitle')}
      kit={kit}
      submit={t('approvals.reject')}
      busy={busy}
      onClose={onClose}
      onSubmit={async ({ reason }) => {
        const { refusals } = await reject({ id, reason });
        if (!kit.refuse(refusals)) onDone();
      }}
    >
      <TextAreaField
        form={kit.form}
        name="reason"
        label={t('approvals.reason')}
        rows={3}
        limit={500}
        required
      />
    </FormDialog>
  );
}
