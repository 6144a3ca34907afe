import { Alert, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconAlertTriangle,
  IconDots,
  IconPencil,
  IconSend,
  IconTrash,
  IconUpload,
} from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  DeleteTemplateDocument,
  SubmitTemplateDocument,
  TemplateDetailDocument,
  type TemplateFullFragment,
  type TemplateState,
} from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { useGraph, useMutate } from '@/lib/graphql';
import { useMay, useViewer } from '@/lib/viewer';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Facts, Sections, Split } from '@/ui/layout';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { PhonePreview } from '@/ui/phone-preview';
import { Empty, ErrorState, Loading } from '@/ui/states';
import { Language, Time } from '@/ui/values';
import { previewOf } from './preview-of';
import { QualityBadge, TemplateStateBadge } from './state-badge';

const route = getRouteApi('/portal/templates/$id');

const submittable: TemplateState[] = ['DRAFT', 'REJECTED'];
const editable: TemplateState[] = ['DRAFT', 'REJECTED', 'APPROVED', 'PAUSED'];
const moving: TemplateState[] = ['SUBMITTING', 'PENDING', 'IN_APPEAL'];

/** One template: how it looks, where it stands, what comes next. */
export function TemplatePage() {
  const t = useT();
  const { id } = route.useParams();
  const [poll, setPoll] = useState(false);
  const detail = useGraph(TemplateDetailDocument, { id }, { pollMilliseconds: poll ? 10_000 : undefined });
  const template = detail.data?.template;
  const waits = template ? moving.includes(template.state) : false;
  if (waits !== poll) setPoll(waits);
  const crumbs = [{ label: t('templates.title'), to: '/templates' }];
  if (!template) {
    return (
      <Page title={t('templates.one')} crumbs={crumbs}>
        <Panel>
          {detail.problem ? (
            <ErrorState problem={detail.problem} onRetry={detail.refresh} />
          ) : detail.fetching ? (
            <Loading lines={8} />
          ) : (
            <Empty title={t('templates.gone')} text={t('templates.goneText')} />
          )}
        </Panel>
      </Page>
    );
  }
  return <Detail template={template} />;
}

function Detail({ template }: { template: TemplateFullFragment }) {
  const t = useT();
  const { tenant } = useViewer();
  return (
    <Page
      title={template.name}
      badge={<TemplateStateBadge state={template.state} />}
      crumbs={[{ label: t('templates.title'), to: '/templates' }]}
      actions={<Actions template={template} />}
    >
      <Split aside={<PhonePreview message={previewOf(template, tenant.brand || tenant.name)} />}>
        <Sections>
          {template.stateReason && (
            <Alert
              color={template.sendable ? 'blue' : 'yellow'}
              variant="light"
              icon={<IconAlertTriangle size={18} />}
            >
              {template.stateReason}
            </Alert>
          )}
          {template.category !== template.askedCategory && (
            <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />}>
              {t('templates.recategorised', {
                asked: enumLabel(t, 'category', template.askedCategory),
                actual: enumLabel(t, 'category', template.category),
              })}
            </Alert>
          )}
          <Panel title={t('templates.facts')}>
            <Facts
              facts={[
                { label: t('templates.category'), value: enumLabel(t, 'category', template.category) },
                { label: t('templates.language'), value: <Language code={template.language} /> },
                { label: t('templates.quality'), value: <QualityBadge quality={template.quality} /> },
                { label: t('templates.mayBeSent'), value: template.sendable ? t('kit.yes') : t('kit.no') },
                { label: t('templates.changed'), value: <Time value={template.stateAt} /> },
                { label: t('templates.createdAt'), value: <Time value={template.createdAt} /> },
              ]}
            />
          </Panel>
          <Panel title={t('templates.content')}>
            <Facts
              facts={[
                ...(template.header ? [{ label: t('templates.header'), value: template.header }] : []),
                {
                  label: t('templates.body'),
                  value: <span style={{ whiteSpace: 'pre-wrap' }}>{template.body}</span>,
                },
                ...(template.footer ? [{ label: t('templates.footer'), value: template.footer }] : []),
                ...template.variables.map((name, index) => ({
                  label: `{{${name}}}`,
                  value: t('templates.exampleIs', { example: template.bodyExamples[index] ?? '–' }),
                })),
                ...template.buttons.map((button, index) => ({
                  label: t('templates.buttonNumber', { number: index + 1 }),
                  value: button.url ? `${button.text} → ${button.url}` : button.text,
                })),
              ]}
            />
          </Panel>
        </Sections>
      </Split>
    </Page>
  );
}

function Actions({ template }: { template: TemplateFullFragment }) {
  const t = useT();
  const may = useMay();
  const navigate = route.useNavigate();
  const [submit, submitting] = useMutate(SubmitTemplateDocument);
  const [remove, removing] = useMutate(DeleteTemplateDocument);
  const [asking, setAsking] = useState(false);
  const [errors, setErrors] = useState<string[]>([]);
  const manage = may('TEMPLATE_MANAGE');
  const onSubmit = async () => {
    const { refusals } = await submit({ id: template.id });
    notifications.show(
      refusals[0] ? { color: 'red', message: refusals[0].message } : { message: t('templates.submitted') },
    );
  };
  const onDelete = async () => {
    const { refusals } = await remove({ id: template.id });
    setErrors(refusals.map((one) => one.message));
    if (refusals.length === 0) void navigate({ to: '/templates' });
  };
  return (
    <>
      {manage && editable.includes(template.state) && (
        <Button
          variant="default"
          leftSection={<IconPencil size={16} />}
          renderRoot={(props) => <Link to="/templates/$id/edit" params={{ id: template.id }} {...props} />}
        >
          {t('kit.edit')}
        </Button>
      )}
      {manage && submittable.includes(template.state) && (
        <Button leftSection={<IconUpload size={16} />} loading={submitting} onClick={() => void onSubmit()}>
          {t('templates.submit')}
        </Button>
      )}
      {template.sendable && may('CAMPAIGN_MANAGE') && (
        <Button
          leftSection={<IconSend size={16} />}
          renderRoot={(props) => <Link to="/send" search={{ template: template.id }} {...props} />}
        >
          {t('templates.use')}
        </Button>
      )}
      {manage && (
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <Button variant="default" px={9} aria-label={t('kit.more')}>
              <IconDots size={18} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setAsking(true)}>
              {t('templates.delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('templates.deleteTitle')}
        confirm={t('templates.delete')}
        typed={template.name}
        danger
        errors={errors}
        busy={removing}
        onConfirm={() => void onDelete()}
        onClose={() => setAsking(false)}
      >
        {t('templates.deleteText')}
      </ConfirmDialog>
    </>
  );
}
