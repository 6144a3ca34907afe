import { Button, Popover, Select, TextInput } from '@mantine/core';
import { IconCalendar, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useT } from '@/i18n/messages';
import { type Comparison, comparisons, type Period, presets } from '@/lib/period';
import { usePreferences } from '@/lib/preferences';
import classes from './filters.module.css';

interface PeriodPickerProps {
  value: Period;
  onChange: (value: Period) => void;
  /** Without it no comparison is offered. */
  comparable?: boolean;
}

/** Which days, in which zone, against what. */
export function PeriodPicker({ value, onChange, comparable }: PeriodPickerProps) {
  const t = useT();
  const { zone } = usePreferences();
  const [opened, setOpened] = useState(false);
  const label =
    value.period === 'CUSTOM'
      ? t('kit.period.range', { from: value.from ?? '', to: value.to ?? '' })
      : t(`kit.period.${value.period}`);
  return (
    <div className={classes.row}>
      <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus>
        <Popover.Target>
          <Button
            variant="default"
            size="xs"
            h={34}
            leftSection={<IconCalendar size={16} />}
            rightSection={<IconChevronDown size={14} />}
            onClick={() => setOpened(!opened)}
          >
            {label}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <div className={classes.picker}>
            <div className={classes.presets}>
              {presets.map((preset) => (
                <button
                  key={preset}
                  type="button"
                  aria-pressed={value.period === preset}
                  onClick={() => {
                    onChange({ period: preset, compare: value.compare });
                    setOpened(false);
                  }}
                >
                  {t(`kit.period.${preset}`)}
                </button>
              ))}
            </div>
            <CustomRange
              value={value}
              onApply={(from, to) => {
                onChange({ period: 'CUSTOM', from, to, compare: value.compare });
                setOpened(false);
              }}
            />
          </div>
        </Popover.Dropdown>
      </Popover>
      {comparable && (
        <Select
          aria-label={t('kit.compare')}
          size="xs"
          w={190}
          styles={{ input: { height: 34 } }}
          allowDeselect={false}
          value={value.compare}
          data={comparisons.map((one) => ({ value: one, label: t(`kit.compare.${one}`) }))}
          onChange={(compare) => onChange({ ...value, compare: compare as Comparison })}
        />
      )}
      <span className={classes.zone}>{zone}</span>
    </div>
  );
}

function CustomRange({ value, onApply }: { value: Period; onApply: (from: string, to: string) => void }) {
  const t = useT();
  const [from, setFrom] = useState(value.from ?? '');
  const [to, setTo] = useState(value.to ?? '');
  const valid = from !== '' && to !== '' && from <= to;
  return (
    <form
      className={classes.custom}
      onSubmit={(event) => {
        event.preventDefault();
        if (valid) onApply(from, to);
      }}
    >
      <TextInput
        type="date"
        size="xs"
        label={t('kit.period.from')}
        value={from}
        max={to || undefined}
        onChange={(event) => setFrom(event.target.value)}
      />
      <TextInput
        type="date"
        size="xs"
        label={t('kit.period.to')}
        value={to}
        min={from || undefined}
        onChange={(event) => setTo(event.target.value)}
      />
      <Button type="submit" size="xs" disabled={!valid}>
        {t('kit.period.apply')}
      </Button>
    </form>
  );
}
