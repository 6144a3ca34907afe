import { ActionIcon, Select } from '@mantine/core';
import { IconArrowRight, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { SendTemplateFragment } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { useViewer } from '@/lib/viewer';
import { Split } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import { PhonePreview } from '@/ui/phone-preview';
import { type Audience, type Target, valuesOf } from './audience';
import classes from './send.module.css';

interface VariablesStepProps {
  audience: Audience;
  template: SendTemplateFragment;
  targets: Target[];
  mapping: Record<string, string>;
  onMapping: (mapping: Record<string, string>) => void;
}

/** Which column fills what, with real rows in the phone. */
export function VariablesStep({ audience, template, targets, mapping, onMapping }: VariablesStepProps) {
  const t = useT();
  const { tenant } = useViewer();
  const [row, setRow] = useState(0);
  const { preview } = audience;
  const columns = [...new Set(preview.columns)].filter((column) => column !== '');
  return (
    <Split
      aside={
        <>
          <div className={classes.pager}>
            <ActionIcon
              variant="default"
              size={28}
              aria-label={t('send.previousRow')}
              disabled={row === 0}
              onClick={() => setRow(row - 1)}
            >
              <IconChevronLeft size={16} />
            </ActionIcon>
            {t('send.row', { number: row + 1 })}
            <ActionIcon
              variant="default"
              size={28}
              aria-label={t('send.nextRow')}
              disabled={row >= preview.rows.length - 1}
              onClick={() => setRow(row + 1)}
            >
              <IconChevronRight size={16} />
            </ActionIcon>
          </div>
          <PhonePreview
            message={{
              brand: tenant.brand || tenant.name,
              language: template.language,
              marketing: template.category === 'MARKETING',
              header: template.header,
              headerValues: valuesOf(targets, mapping, preview, row, 'header'),
              body: template.body,
              bodyValues: valuesOf(targets, mapping, preview, row, 'body'),
              footer: template.footer,
              buttons: template.buttons,
            }}
          />
        </>
      }
    >
      <Panel title={t('send.map')} about={t('send.mapAbout')}>
        <div className={classes.mapping}>
          {targets.map((target) => (
            <div key={target.id}>
              <span className={classes.target}>
                {target.kind === 'to' ? (
                  t('send.target.to')
                ) : target.kind === 'urlSuffix' ? (
                  t('send.target.urlSuffix')
                ) : (
                  <code>{`{{${target.name}}}`}</code>
                )}
                {target.kind === 'header' && ` ${t('send.target.header')}`}
                {target.example && <small>{t('templates.exampleIs', { example: target.example })}</small>}
              </span>
              <IconArrowRight size={16} className={classes.arrow} aria-hidden="true" />
              <Select
                aria-label={t('send.columnFor', { target: target.name })}
                placeholder={t('send.chooseColumn')}
                data={columns}
                value={mapping[target.id] ?? null}
                onChange={(value) => onMapping({ ...mapping, [target.id]: value ?? '' })}
                allowDeselect={false}
                searchable={columns.length > 8}
              />
            </div>
          ))}
        </div>
      </Panel>
    </Split>
  );
}
