import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch, IconTemplate } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import {
  type Category,
  type TemplateListItemFragment,
  type TemplateState,
  TemplatesDocument,
} from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { usePages } from '@/lib/graphql';
import { plainText } from '@/lib/message-text';
import { useMay } from '@/lib/viewer';
import { type Column, DataTable } from '@/ui/data-table';
import { FilterChips } from '@/ui/filter-chips';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { Ago, Language } from '@/ui/values';
import { QualityBadge, TemplateStateBadge } from './state-badge';

const route = getRouteApi('/portal/templates');
const states: TemplateState[] = [
  'APPROVED',
  'PENDING',
  'DRAFT',
  'REJECTED',
  'PAUSED',
  'FLAGGED',
  'DISABLED',
  'IN_APPEAL',
  'ARCHIVED',
];
const categories: Category[] = ['MARKETING', 'UTILITY', 'AUTHENTICATION'];

/** All templates, newest first, and what may be done with each. */
export function TemplatesPage() {
  const t = useT();
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const where = useMemo(
    () => ({
      states: search.states as TemplateState[] | undefined,
      categories: search.categories as Category[] | undefined,
      name: search.name,
    }),
    [search],
  );
  const list = usePages(TemplatesDocument, { first: 50, where }, (data) => data.templates);
  const find = useDebouncedCallback(
    (name: string) => void navigate({ search: { ...search, name: name || undefined }, replace: true }),
    250,
  );
  const create = may('TEMPLATE_MANAGE') && (
    <Button component={Link} to="/templates/new" leftSection={<IconPlus size={16} />}>
      {t('templates.create')}
    </Button>
  );
  const filtered = Boolean(search.states?.length || search.categories?.length || search.name);
  return (
    <Page title={t('templates.title')} help={t('templates.help')} actions={create}>
      <Panel flush>
        <DataTable<TemplateListItemFragment>
          id="templates"
          label={t('templates.title')}
          columns={columnsOf(t)}
          rows={list.rows}
          rowId={(row) => row.id}
          fetching={list.fetching}
          problem={list.problem}
          onRetry={list.refresh}
          more={list.more}
          onOpen={(row) => void navigate({ to: '/templates/$id', params: { id: row.id } })}
          toolbar={
            <>
              <TextInput
                size="xs"
                w={200}
                aria-label={t('templates.find')}
                placeholder={t('templates.find')}
                leftSection={<IconSearch size={15} />}
                defaultValue={search.name ?? ''}
                onChange={(event) => find(event.target.value)}
              />
              <FilterChips
                values={{ states: search.states, categories: search.categories }}
                onChange={(values) =>
                  void navigate({
                    search: { ...search, states: values.states, categories: values.categories },
                  })
                }
                filters={[
                  {
                    key: 'states',
                    label: t('templates.state'),
                    options: states.map((value) => ({ value, label: enumLabel(t, 'template.state', value) })),
                  },
                  {
                    key: 'categories',
                    label: t('templates.category'),
                    options: categories.map((value) => ({ value, label: enumLabel(t, 'category', value) })),
                  },
                ]}
              />
            </>
          }
          empty={
            filtered ? (
              <Empty title={t('kit.table.noMatch')} text={t('kit.table.noMatchText')} />
            ) : (
              <Empty
                icon={<IconTemplate size={24} aria-hidden="true" />}
                title={t('templates.empty')}
                text={t('templates.emptyText')}
                action={create}
              />
            )
          }
        />
      </Panel>
    </Page>
  );
}

function columnsOf(t: ReturnType<typeof useT>): Column<TemplateListItemFragment>[] {
  return [
    {
      id: 'name',
      header: t('templates.name'),
      cell: (row) => <strong style={{ fontWeight: 580 }}>{row.name}</strong>,
      copy: (row) => row.name,
    },
    { id: 'state', header: t('templates.state'), cell: (row) => <TemplateStateBadge state={row.state} /> },
    {
      id: 'category',
      header: t('templates.category'),
      cell: (row) => enumLabel(t, 'category', row.category),
      optional: true,
    },
    {
      id: 'language',
      header: t('templates.language'),
      cell: (row) => <Language code={row.language} />,
      optional: true,
    },
    {
      id: 'quality',
      header: t('templates.quality'),
      cell: (row) => <QualityBadge quality={row.quality} />,
      optional: true,
    },
    {
      id: 'body',
      header: t('templates.text'),
      cell: (row) => <Excerpt text={row.body} />,
      optional: true,
      hidden: true,
    },
    {
      id: 'changed',
      header: t('templates.changed'),
      cell: (row) => <Ago value={row.stateAt} />,
      optional: true,
    },
  ];
}

function Excerpt({ text }: { text: string }) {
  return (
    <span
      style={{
        display: 'block',
        maxWidth: 280,
        overflow: 'hidden',
        textOverflow: 'ellipsis',
        whiteSpace: 'nowrap',
      }}
    >
      {plainText(text)}
    </span>
  );
}
