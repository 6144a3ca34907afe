import { getRouteApi, useRouteContext } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import {
  CreateSendCampaignDocument,
  SendCampaignStateDocument,
  SendChoicesDocument,
  type SendChoicesQuery,
  StartSendCampaignDocument,
  type StartSendCampaignMutation,
  UploadAudienceDocument,
} from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useGraph, useMutate } from '@/lib/graphql';
import type { UserError } from '@/lib/problem';
import { upload } from '@/lib/upload';
import { GeneralErrors } from '@/ui/general-errors';
import { Sections } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { ErrorState, Loading } from '@/ui/states';
import { Wizard } from '@/ui/wizard';
import { type Audience, guessMapping, targetsOf } from './audience';
import { AudienceStep } from './audience-step';
import { CheckStep } from './check-step';
import { type Confirmation, ConfirmStep, confirmed } from './confirm-step';
import { MessageStep } from './message-step';
import type { SendStep } from './search';
import { VariablesStep } from './variables-step';

const route = getRouteApi('/portal/send');
const none = {};

/** Set where the start waits for a second person. */
type Waiting = StartSendCampaignMutation['startCampaign']['approval'];

/** From an audience to a running campaign. The server checks every row before anything is sent. */
export function SendPage() {
  const t = useT();
  const choices = useGraph(SendChoicesDocument, none);
  return (
    <Page title={t('send.title')} help={t('send.help')}>
      {choices.data ? (
        <SendWizard choices={choices.data} />
      ) : (
        <Panel>
          {choices.problem ? (
            <ErrorState problem={choices.problem} onRetry={choices.refresh} />
          ) : (
            <Loading lines={8} />
          )}
        </Panel>
      )}
    </Page>
  );
}

function SendWizard({ choices }: { choices: SendChoicesQuery }) {
  const t = useT();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [audience, setAudience] = useState<Audience | null>(null);
  const [pasted, setPasted] = useState('');
  const [templateId, setTemplateId] = useState(search.template ?? '');
  const [senderId, setSenderId] = useState(
    () => choices.senders.find((one) => one.state === 'ACTIVE')?.id ?? '',
  );
  const [name, setName] = useState('');
  const [chosenMapping, setMapping] = useState<Record<string, string>>({});
  const [confirmation, setConfirmation] = useState<Confirmation>({ typed: '', later: false, at: '' });
  const template = choices.templates.edges.find((edge) => edge.node.id === templateId)?.node ?? null;
  const targets = useMemo(() => (template ? targetsOf(template) : []), [template]);
  const mapping = useMemo(
    () => ({ ...(audience ? guessMapping(targets, audience.preview.columns) : {}), ...chosenMapping }),
    [targets, audience, chosenMapping],
  );
  const flow = useCampaign(search.campaign);
  const mapped = targets.every((target) => mapping[target.id]);
  const steps = stepsFor(search, audience !== null, template !== null);
  const go = (step: SendStep) => void navigate({ search: { ...search, step } });
  const check = async () => {
    const id = await flow.check({
      name: name.trim(),
      templateId,
      senderId,
      audience: audience!,
      columns: targets.map((target) => ({ target: target.id, column: mapping[target.id]! })),
    });
    if (id) void navigate({ search: { step: 'check', campaign: id } });
    return false;
  };
  const start = async () => {
    const at = confirmation.later ? new Date(confirmation.at).toISOString() : null;
    if (await flow.start(at)) void navigate({ to: '/campaigns/$id', params: { id: search.campaign! } });
    return false;
  };
  const startOver = () => {
    flow.forget();
    void navigate({ search: { step: 'audience' } });
  };
  return (
    <Sections>
      {steps !== 'confirm' && <GeneralErrors messages={flow.errors} />}
      <Wizard<SendStep>
        label={t('send.title')}
        current={steps}
        onStep={go}
        busy={flow.busy}
        floor={search.campaign ? 'check' : undefined}
        cancel={t('send.startOver')}
        onCancel={search.campaign && !flow.uploading ? startOver : undefined}
        steps={[
          {
            id: 'audience',
            label: t('send.step.audience'),
            ready: audience !== null,
            content: (
              <AudienceStep
                audience={audience}
                pasted={pasted}
                onPasted={setPasted}
                onAudience={setAudience}
              />
            ),
          },
          {
            id: 'message',
            label: t('send.step.message'),
            ready: template !== null && senderId !== '' && name.trim() !== '',
            content: (
              <MessageStep
                choices={choices}
                template={template}
                senderId={senderId}
                name={name}
                onTemplate={(one) => {
                  setTemplateId(one.id);
                  setMapping({});
                }}
                onSender={setSenderId}
                onName={setName}
              />
            ),
          },
          {
            id: 'variables',
            label: t('send.step.variables'),
            ready: mapped,
            forward: t('send.runCheck'),
            leave: check,
            content: audience && template && (
              <VariablesStep
                audience={audience}
                template={template}
                targets={targets}
                mapping={mapping}
                onMapping={setMapping}
              />
            ),
          },
          {
            id: 'check',
            label: t('send.step.check'),
            ready: flow.campaign?.state === 'READY' && flow.campaign.progress.accepted > 0 && !flow.uploading,
            content: <CheckStep campaign={flow.campaign} choices={choices} uploading={flow.uploading} />,
          },
          {
            id: 'confirm',
            label: t('send.step.confirm'),
            ready: !flow.waiting && confirmed(flow.campaign, confirmation),
            forward: confirmation.later ? t('send.plan') : t('send.go'),
            leave: start,
            content: flow.campaign && (
              <ConfirmStep
                campaign={flow.campaign}
                confirmation={confirmation}
                onConfirmation={setConfirmation}
                errors={flow.errors}
                waiting={flow.waiting}
              />
            ),
          },
        ]}
      />
    </Sections>
  );
}

/** The step that can be shown: a reload loses the chosen file, so the early steps begin again. */
function stepsFor(
  search: { step: SendStep; campaign?: string },
  hasAudience: boolean,
  hasTemplate: boolean,
): SendStep {
  if (search.campaign) return search.step === 'confirm' ? 'confirm' : 'check';
  if (search.step === 'audience' || !hasAudience) return 'audience';
  if (search.step === 'message' || !hasTemplate) return 'message';
  return 'variables';
}

interface CheckInput {
  name: string;
  templateId: string;
  senderId: string;
  audience: Audience;
  columns: { target: string; column: string }[];
}

/** The campaign behind the wizard: created, filled, watched, started. */
function useCampaign(id: string | undefined) {
  const t = useT();
  const { session } = useRouteContext({ from: '/portal' });
  const [create, creating] = useMutate(CreateSendCampaignDocument);
  const [open, opening] = useMutate(UploadAudienceDocument);
  const [begin, beginning] = useMutate(StartSendCampaignDocument);
  const [uploading, setUploading] = useState(false);
  const [errors, setErrors] = useState<string[]>([]);
  const [waiting, setWaiting] = useState<Waiting>(null);
  const [moving, setMoving] = useState(true);
  const state = useGraph(
    SendCampaignStateDocument,
    { id: id ?? '' },
    { pause: !id, pollMilliseconds: moving ? 1_000 : undefined },
  );
  const campaign = id ? state.data?.campaign : null;
  const watch = uploading || campaign?.state === 'IMPORTING' || campaign?.state === 'DRAFT';
  useEffect(() => setMoving(watch), [watch]);
  const fail = (refusals: UserError[]) => setErrors(refusals.map((one) => one.message));
  return {
    campaign,
    uploading,
    errors,
    waiting,
    busy: creating || opening || beginning,
    forget: () => {
      setErrors([]);
      setWaiting(null);
    },
    /** Creates the campaign and streams the audience; resolves to its id as soon as the stream is on its way. */
    check: async ({ name, templateId, senderId, audience, columns }: CheckInput): Promise<string | null> => {
      setErrors([]);
      const created = await create({ input: { name, templateId, senderId } });
      const made = created.data?.createCampaign.campaign;
      if (!made) {
        fail(created.refusals);
        return null;
      }
      const opened = await open({ input: { campaignId: made.id, columns, rows: audience.preview.total } });
      const url = opened.data?.uploadAudience.url;
      if (!url) {
        fail(opened.refusals);
        return null;
      }
      setUploading(true);
      void upload(session, url, audience.file).then((answer) => {
        setUploading(false);
        if (!answer.ok) setErrors([t('kit.file.uploadFailed', { status: answer.status })]);
        state.refresh();
      });
      return made.id;
    },
    start: async (runAt: string | null): Promise<boolean> => {
      setErrors([]);
      const started = await begin({ id: id ?? '', runAt });
      const approval = started.data?.startCampaign.approval ?? null;
      setWaiting(approval);
      if (approval) return false;
      fail(started.refusals);
      return started.refusals.length === 0;
    },
  };
}
