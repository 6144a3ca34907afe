import { Button, Popover, TextInput } from '@mantine/core';
import { IconMessages, IconUserSearch, IconX } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type MessageItemFragment, type MessageStatus, MessagesDocument } from '@/graphql/graphql';
import { enumLabel, useT } from '@/i18n/messages';
import { usePages } from '@/lib/graphql';
import { type Column, DataTable } from '@/ui/data-table';
import { FilterChips } from '@/ui/filter-chips';
import { Page } from '@/ui/page';
import { Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { Time } from '@/ui/values';
import classes from './messages.module.css';
import { MessageStatusBadge } from './status-badge';

const route = getRouteApi('/portal/messages');
const statuses: MessageStatus[] = [
  'QUEUED',
  'SENDING',
  'SENT',
  'DELIVERED',
  'READ',
  'FAILED',
  'UNKNOWN',
  'SUPPRESSED',
  'CANCELLED',
];

/** The log of single messages. A person's address is asked for in the page and never stands in the URL. */
export function MessagesPage() {
  const t = useT();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [to, setTo] = useState('');
  const where = useMemo(
    () => ({
      statuses: search.statuses as MessageStatus[] | undefined,
      campaignId: search.campaign,
      templateId: search.template,
      to: to || undefined,
    }),
    [search, to],
  );
  const list = usePages(MessagesDocument, { first: 50, where }, (data) => data.messages);
  const filtered = Boolean(search.statuses?.length || search.campaign || search.template || to);
  return (
    <Page title={t('messages.title')} help={t('messages.help')}>
      <Panel flush>
        <DataTable<MessageItemFragment>
          id="messages"
          label={t('messages.title')}
          columns={columnsOf(t)}
          rows={list.rows}
          rowId={(row) => row.id}
          fetching={list.fetching}
          problem={list.problem}
          onRetry={list.refresh}
          more={list.more}
          onOpen={(row) => void navigate({ to: '/messages/$id', params: { id: row.id } })}
          toolbar={
            <>
              <PersonFilter value={to} onChange={setTo} />
              <FilterChips
                values={{
                  statuses: search.statuses,
                  campaign: search.campaign ? [search.campaign] : undefined,
                  template: search.template ? [search.template] : undefined,
                }}
                onChange={(values) =>
                  void navigate({
                    search: {
                      statuses: values.statuses,
                      campaign: values.campaign?.[0],
                      template: values.template?.[0],
                    },
                  })
                }
                filters={[
                  {
                    key: 'statuses',
                    label: t('messages.status'),
                    options: statuses.map((value) => ({
                      value,
                      label: enumLabel(t, 'message.status', value),
                    })),
                  },
                  ...(search.campaign
                    ? [
                        {
                          key: 'campaign',
                          label: t('messages.campaign'),
                          options: [
                            {
                              value: search.campaign,
                              label: list.rows[0]?.campaign?.name ?? search.campaign,
                            },
                          ],
                          single: true,
                        },
                      ]
                    : []),
                  ...(search.template
                    ? [
                        {
                          key: 'template',
                          label: t('messages.template'),
                          options: [
                            {
                              value: search.template,
                              label: list.rows[0]?.template?.name ?? search.template,
                            },
                          ],
                          single: true,
                        },
                      ]
                    : []),
                ]}
              />
            </>
          }
          empty={
            filtered ? (
              <Empty title={t('kit.table.noMatch')} text={t('kit.table.noMatchText')} />
            ) : (
              <Empty
                icon={<IconMessages size={24} aria-hidden="true" />}
                title={t('messages.empty')}
                text={t('messages.emptyText')}
              />
            )
          }
        />
      </Panel>
    </Page>
  );
}

function PersonFilter({ value, onChange }: { value: string; onChange: (address: string) => void }) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState('');
  if (value) {
    return (
      <Button
        variant="light"
        size="compact-sm"
        h={30}
        rightSection={<IconX size={14} />}
        aria-label={t('messages.forgetPerson')}
        onClick={() => onChange('')}
      >
        {t('messages.onePerson')}
      </Button>
    );
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="compact-sm"
          h={30}
          leftSection={<IconUserSearch size={15} />}
          onClick={() => setOpened(!opened)}
        >
          {t('messages.findPerson')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onChange(typed.trim());
            setTyped('');
            setOpened(false);
          }}
        >
          <TextInput
            label={t('messages.address')}
            description={t('messages.audited')}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            inputMode="tel"
            autoComplete="off"
            data-autofocus
          />
          <Button mt="sm" size="xs" type="submit" disabled={typed.trim() === ''}>
            {t('messages.find')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function columnsOf(t: ReturnType<typeof useT>): Column<MessageItemFragment>[] {
  return [
    {
      id: 'template',
      header: t('messages.template'),
      cell: (row) => row.template?.name ?? t('messages.freeText'),
    },
    {
      id: 'to',
      header: t('messages.to'),
      cell: (row) => row.to ?? <span className={classes.absent}>{t('messages.notKept')}</span>,
    },
    { id: 'status', header: t('messages.status'), cell: (row) => <MessageStatusBadge status={row.status} /> },
    {
      id: 'campaign',
      header: t('messages.campaign'),
      cell: (row) => row.campaign?.name ?? '–',
      optional: true,
      hidden: true,
    },
    {
      id: 'category',
      header: t('messages.category'),
      cell: (row) => enumLabel(t, 'category', row.category),
      optional: true,
    },
    {
      id: 'country',
      header: t('messages.country'),
      cell: (row) => row.country,
      optional: true,
      hidden: true,
    },
    { id: 'sender', header: t('messages.sender'), cell: (row) => row.sender.display, optional: true },
    {
      id: 'reason',
      header: t('messages.reason'),
      cell: (row) => row.reason ?? '–',
      optional: true,
      hidden: true,
    },
    {
      id: 'accepted',
      header: t('messages.accepted'),
      cell: (row) => <Time value={row.acceptedAt} />,
      optional: true,
    },
    {
      id: 'id',
      header: t('messages.id'),
      cell: (row) => row.id,
      copy: (row) => row.id,
      optional: true,
      hidden: true,
    },
  ];
}
