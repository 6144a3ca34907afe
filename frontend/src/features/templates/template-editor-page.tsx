import { getRouteApi, useNavigate } from '@tanstack/react-router';
import {
  CreateTemplateDocument,
  TemplateDetailDocument,
  type TemplateFullFragment,
  UpdateTemplateDocument,
} from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useGraph, useMutate } from '@/lib/graphql';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { Empty, ErrorState, Loading } from '@/ui/states';
import { draftOf, emptyDraft, inputOf } from './draft';
import { TemplateForm } from './template-form';

const editRoute = getRouteApi('/portal/templates/$id/edit');

export function NewTemplatePage() {
  const t = useT();
  const navigate = useNavigate();
  const [create, busy] = useMutate(CreateTemplateDocument);
  return (
    <Page
      title={t('templates.new')}
      help={t('templates.newHelp')}
      crumbs={[{ label: t('templates.title'), to: '/templates' }]}
    >
      <TemplateForm
        draft={emptyDraft}
        busy={busy}
        onCancel={() => void navigate({ to: '/templates' })}
        onSave={async (draft) => {
          const { data, refusals } = await create({ input: inputOf(draft) });
          const payload = data?.createTemplate;
          if (payload?.template) void navigate({ to: '/templates/$id', params: { id: payload.template.id } });
          return refusals;
        }}
      />
    </Page>
  );
}

export function EditTemplatePage() {
  const t = useT();
  const { id } = editRoute.useParams();
  const detail = useGraph(TemplateDetailDocument, { id });
  const template = detail.data?.template;
  const crumbs = [{ label: t('templates.title'), to: '/templates' }];
  if (template) return <Editor template={template} />;
  return (
    <Page title={t('templates.edit')} crumbs={crumbs}>
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

function Editor({ template }: { template: TemplateFullFragment }) {
  const t = useT();
  const navigate = useNavigate();
  const [update, busy] = useMutate(UpdateTemplateDocument);
  const back = () => void navigate({ to: '/templates/$id', params: { id: template.id } });
  return (
    <Page
      title={t('templates.editName', { name: template.name })}
      help={t('templates.editHelp')}
      crumbs={[
        { label: t('templates.title'), to: '/templates' },
        { label: template.name, to: `/templates/${template.id}` },
      ]}
    >
      <TemplateForm
        draft={draftOf(template)}
        existing
        busy={busy}
        onCancel={back}
        onSave={async (draft) => {
          const { data, refusals } = await update({ id: template.id, input: inputOf(draft) });
          const payload = data?.updateTemplate;
          if (payload?.template) back();
          return refusals;
        }}
      />
    </Page>
  );
}
