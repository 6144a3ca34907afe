import { Button, Checkbox, Menu, Popover } from '@mantine/core';
import { IconFilterPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useT } from '@/i18n/messages';
import classes from './filters.module.css';

export interface Filter {
  key: string;
  label: string;
  options: { value: string; label: string }[];
  /** One value only: choosing another replaces it. */
  single?: boolean;
}

export type FilterValues = Record<string, string[] | undefined>;

interface FilterChipsProps {
  filters: Filter[];
  /** From the URL, so that a filtered list can be shared and the back key works. */
  values: FilterValues;
  onChange: (values: FilterValues) => void;
}

/** Chosen filters as chips: AND between the chips, OR inside of one. */
export function FilterChips({ filters, values, onChange }: FilterChipsProps) {
  const t = useT();
  const [opened, setOpened] = useState<string | null>(null);
  const set = (key: string, chosen: string[]) =>
    onChange({ ...values, [key]: chosen.length > 0 ? chosen : undefined });
  const active = filters.filter((filter) => (values[filter.key]?.length ?? 0) > 0 || filter.key === opened);
  const available = filters.filter((filter) => !active.includes(filter));
  return (
    <div className={classes.row}>
      {active.map((filter) => (
        <Chip
          key={filter.key}
          filter={filter}
          chosen={values[filter.key] ?? []}
          opened={opened === filter.key}
          onOpened={(open) => setOpened(open ? filter.key : null)}
          onChange={(chosen) => set(filter.key, chosen)}
        />
      ))}
      {available.length > 0 && (
        <Menu position="bottom-start" shadow="md">
          <Menu.Target>
            <Button variant="default" size="compact-sm" h={30} leftSection={<IconFilterPlus size={15} />}>
              {t('kit.filter.add')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {available.map((filter) => (
              <Menu.Item key={filter.key} onClick={() => setOpened(filter.key)}>
                {filter.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {active.length > 1 && (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange({})}>
          {t('kit.filter.clear')}
        </Button>
      )}
    </div>
  );
}

interface ChipProps {
  filter: Filter;
  chosen: string[];
  opened: boolean;
  onOpened: (opened: boolean) => void;
  onChange: (chosen: string[]) => void;
}

function Chip({ filter, chosen, opened, onOpened, onChange }: ChipProps) {
  const t = useT();
  const labels = filter.options
    .filter((option) => chosen.includes(option.value))
    .map((option) => option.label);
  const toggle = (value: string) => {
    if (chosen.includes(value)) onChange(chosen.filter((one) => one !== value));
    else onChange(filter.single ? [value] : [...chosen, value]);
  };
  return (
    <Popover opened={opened} onChange={onOpened} position="bottom-start" trapFocus>
      <span className={classes.chip}>
        <Popover.Target>
          <button type="button" onClick={() => onOpened(!opened)}>
            <span className={classes.name}>{filter.label}</span>
            <strong>
              {labels.length > 2 ? t('kit.filter.many', { count: labels.length }) : labels.join(', ') || '…'}
            </strong>
          </button>
        </Popover.Target>
        <button
          type="button"
          aria-label={t('kit.filter.remove', { name: filter.label })}
          onClick={() => {
            onOpened(false);
            onChange([]);
          }}
        >
          <IconX size={13} />
        </button>
      </span>
      <Popover.Dropdown>
        <fieldset className={classes.options} style={{ border: 0, padding: 0, margin: 0 }}>
          <legend style={{ position: 'absolute', clipPath: 'inset(50%)' }}>{filter.label}</legend>
          {filter.options.map((option) => (
            <Checkbox
              key={option.value}
              size="sm"
              label={option.label}
              checked={chosen.includes(option.value)}
              onChange={() => toggle(option.value)}
            />
          ))}
        </fieldset>
      </Popover.Dropdown>
    </Popover>
  );
}
