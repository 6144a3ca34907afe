import { AreaChart, BarChart, LineChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconChartLine, IconDownload, IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import { useT } from '@/i18n/messages';
import { download, toCsv } from '@/lib/csv';
import { absent } from '@/lib/format';
import classes from './chart.module.css';
import { Panel } from './panel';

/** More points than this are slower to draw than to understand: ask the server for a coarser step. */
export const mostPoints = 750;

export interface Series {
  key: string;
  label: string;
  color: string;
  /** The same metric in the earlier period: a dashed line. */
  comparison?: boolean;
}

export type Point = { label: string } & Record<string, string | number | null>;

interface ChartProps {
  title: string;
  about?: string;
  kind: 'line' | 'area' | 'bar' | 'stacked';
  points: Point[];
  series: Series[];
  /** Header of the first column in table and CSV: "Day". */
  axis: string;
  format: (value: number) => string;
  /** Name of the CSV file without its ending. */
  file: string;
  height?: number;
}

/** A drawing with a table twin and a CSV: nobody has to read colours. */
export function Chart({ title, about, kind, points, series, axis, format, file, height = 260 }: ChartProps) {
  const t = useT();
  const [asTable, setAsTable] = useState(false);
  const save = () =>
    download(
      `${file}.csv`,
      toCsv(
        [axis, ...series.map((one) => one.label)],
        points.map((point) => [point.label, ...series.map((one) => point[one.key])]),
      ),
    );
  return (
    <Panel
      title={title}
      about={about}
      actions={
        <div className={classes.tools}>
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={asTable ? <IconChartLine size={14} /> : <IconTable size={14} />}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? t('kit.chart.show') : t('kit.chart.table')}
          </Button>
          <Tooltip label={t('kit.chart.csv')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label={t('kit.chart.csv')}
              onClick={save}
            >
              <IconDownload size={15} />
            </ActionIcon>
          </Tooltip>
        </div>
      }
    >
      {asTable ? (
        <SeriesTable title={title} axis={axis} points={points} series={series} format={format} />
      ) : points.length === 0 || points.length > mostPoints ? (
        <div className={classes.empty} style={{ height }}>
          {points.length === 0
            ? t('kit.chart.empty')
            : t('kit.chart.tooMany', { count: points.length, most: mostPoints })}
        </div>
      ) : (
        <Drawing kind={kind} points={points} series={series} format={format} height={height} title={title} />
      )}
      {series.length > 1 && !asTable && points.length > 0 && (
        <ul className={classes.legend} aria-hidden="true">
          {series.map((one) => (
            <li key={one.key}>
              <span
                className={classes.swatch}
                style={{
                  background: `var(--mantine-color-${one.color.replace('.', '-')})`,
                  opacity: one.comparison ? 0.5 : 1,
                }}
              />
              {one.label}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

type DrawingProps = Pick<ChartProps, 'kind' | 'points' | 'series' | 'format' | 'title'> & { height: number };

function Drawing({ kind, points, series, format, height, title }: DrawingProps) {
  const lines = series.map((one) => ({
    name: one.key,
    label: one.label,
    color: one.color,
    strokeDasharray: one.comparison ? '5 5' : undefined,
  }));
  const shared = {
    h: height,
    data: points,
    dataKey: 'label',
    valueFormatter: format,
    gridAxis: 'x' as const,
    tickLine: 'none' as const,
    strokeWidth: 2,
    yAxisProps: { width: 52 },
    xAxisProps: { minTickGap: 28 },
    role: 'img',
    'aria-label': title,
  };
  if (kind === 'bar' || kind === 'stacked') {
    return (
      <BarChart
        {...shared}
        series={lines}
        type={kind === 'stacked' ? 'stacked' : 'default'}
        maxBarWidth={28}
      />
    );
  }
  if (kind === 'line') {
    return <LineChart {...shared} series={lines} curveType="monotone" withDots={points.length < 2} />;
  }
  return (
    <AreaChart
      {...shared}
      series={lines}
      curveType="monotone"
      withDots={points.length < 2}
      fillOpacity={0.12}
    />
  );
}

type TableProps = Pick<ChartProps, 'title' | 'axis' | 'points' | 'series' | 'format'>;

function SeriesTable({ title, axis, points, series, format }: TableProps) {
  const cell = (value: string | number | null | undefined) =>
    typeof value === 'number' ? format(value) : absent;
  return (
    <section className={classes.scroll} tabIndex={0} aria-label={title}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{axis}</th>
            {series.map((one) => (
              <th key={one.key} scope="col">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.label}>
              <td>{point.label}</td>
              {series.map((one) => (
                <td key={one.key}>{cell(point[one.key])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
