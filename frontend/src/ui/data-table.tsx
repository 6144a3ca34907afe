import { ActionIcon, Button, Menu } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import {
  IconArrowDown,
  IconArrowsSort,
  IconArrowUp,
  IconBaselineDensityMedium,
  IconBaselineDensitySmall,
  IconColumns,
  IconDots,
} from '@tabler/icons-react';
import { columnVisibilityFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from 'react';
import { useT } from '@/i18n/messages';
import type { Problem } from '@/lib/problem';
import { CopyButton } from './copy';
import classes from './data-table.module.css';
import { ErrorState, Loading } from './states';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The text that the copy button beside the cell takes. */
  copy?: (row: Row) => string | null;
  numeric?: boolean;
  /** Key of the server's whitelist of orders; without it the column cannot be sorted. */
  sort?: string;
  /** May be hidden in the column chooser; the first column never is. */
  optional?: boolean;
  hidden?: boolean;
}

export interface Sort {
  key: string;
  descending: boolean;
}

export interface RowAction<Row> {
  label: string;
  icon?: ReactNode;
  danger?: boolean;
  run: (row: Row) => void;
}

interface DataTableProps<Row> {
  /** Names the table to screen readers and keys the reader's column choice. */
  id: string;
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  fetching: boolean;
  problem: Problem | null;
  onRetry?: () => void;
  empty: ReactNode;
  onOpen?: (row: Row) => void;
  actions?: (row: Row) => RowAction<Row>[];
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
  /** Keyset paging: there is no page number, only more. */
  more?: { has: boolean; fetching: boolean; load: () => void };
  /** Left of the column chooser: filters. */
  toolbar?: ReactNode;
  /** Without the bar of density and columns: for short tables inside of a page. */
  bare?: boolean;
}

const features = tableFeatures({ columnVisibilityFeature });
const noActions = () => [];

/** From this many rows on only those in sight are in the document. */
const virtualFrom = 150;

/** The one table: sticky header, chosen columns, density, keyboard rows, and all of its states. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns, rows, rowId, fetching, problem, empty, toolbar, bare } = props;
  const t = useT();
  const [dense, setDense] = useLocalStorage({ key: 'posthaste.table.dense', defaultValue: false });
  const [hidden, setHidden] = useLocalStorage<Record<string, boolean>>({
    key: `posthaste.table.${props.id}.columns`,
    defaultValue: Object.fromEntries(columns.filter((one) => one.hidden).map((one) => [one.id, false])),
  });
  const definitions = useMemo(
    () => columns.map((column) => ({ id: column.id, header: column.header, accessorFn: (row: Row) => row })),
    [columns],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowId,
    state: { columnVisibility: hidden },
    onColumnVisibilityChange: (update: unknown) =>
      setHidden(typeof update === 'function' ? update(hidden) : (update as Record<string, boolean>)),
  });
  const shown = columns.filter((column) => table.getColumn(column.id)?.getIsVisible() ?? true);
  const chooser = columns.some((column) => column.optional);

  return (
    <div className={classes.wrap}>
      {!bare && (
        <div className={classes.bar}>
          {toolbar}
          <span style={{ display: 'inline-flex', gap: 4 }}>
            <ActionIcon
              variant="default"
              size={30}
              aria-label={t('kit.table.dense')}
              title={dense ? t('kit.table.roomy') : t('kit.table.dense')}
              aria-pressed={dense}
              onClick={() => setDense(!dense)}
            >
              {dense ? <IconBaselineDensitySmall size={16} /> : <IconBaselineDensityMedium size={16} />}
            </ActionIcon>
            {chooser && (
              <Menu closeOnItemClick={false} position="bottom-end" shadow="md">
                <Menu.Target>
                  <ActionIcon
                    variant="default"
                    size={30}
                    aria-label={t('kit.table.columns')}
                    title={t('kit.table.columns')}
                  >
                    <IconColumns size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  {columns
                    .filter((column) => column.optional)
                    .map((column) => {
                      const visible = shown.includes(column);
                      return (
                        <Menu.CheckboxItem
                          key={column.id}
                          checked={visible}
                          onChange={() => setHidden({ ...hidden, [column.id]: !visible })}
                        >
                          {column.header}
                        </Menu.CheckboxItem>
                      );
                    })}
                </Menu.Dropdown>
              </Menu>
            )}
          </span>
        </div>
      )}
      {problem ? (
        <ErrorState problem={problem} onRetry={props.onRetry} />
      ) : rows.length === 0 ? (
        fetching ? (
          <div className={classes.loading}>
            <Loading lines={6} />
          </div>
        ) : (
          empty
        )
      ) : (
        <Body {...props} shown={shown} dense={dense} />
      )}
    </div>
  );
}

function Body<Row extends object>({
  label,
  rows,
  rowId,
  shown,
  dense,
  onOpen,
  actions = noActions,
  sort,
  onSort,
  more,
}: DataTableProps<Row> & { shown: Column<Row>[]; dense: boolean }) {
  const t = useT();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = rows.length >= virtualFrom;
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: virtual,
    getScrollElement: () => scroll.current,
    estimateSize: () => (dense ? 34 : 45),
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const window = virtual
    ? {
        rows: items.map((item) => rows[item.index]!),
        before: items[0]?.start ?? 0,
        after: virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0),
      }
    : { rows, before: 0, after: 0 };
  const withActions = rows.some((row) => actions(row).length > 0);
  return (
    <>
      <div
        ref={scroll}
        className={classes.scroll}
        style={virtual ? ({ '--table-height': '70vh' } as React.CSSProperties) : undefined}
      >
        <table
          className={`${classes.table} ${dense ? classes.dense : ''}`}
          role="table"
          aria-label={label}
          aria-rowcount={rows.length}
        >
          <thead>
            <tr>
              {shown.map((column) => (
                <th
                  key={column.id}
                  scope="col"
                  className={column.numeric ? classes.end : undefined}
                  aria-sort={
                    sort && column.sort === sort.key
                      ? sort.descending
                        ? 'descending'
                        : 'ascending'
                      : undefined
                  }
                >
                  {column.sort && onSort ? (
                    <SortButton column={column} sort={sort ?? null} onSort={onSort} />
                  ) : (
                    column.header
                  )}
                </th>
              ))}
              {withActions && (
                <th className={classes.actions} scope="col" aria-label={t('kit.table.actions')} />
              )}
            </tr>
          </thead>
          <tbody>
            {window.before > 0 && <tr style={{ height: window.before }} aria-hidden="true" />}
            {window.rows.map((row, index) => (
              <tr
                key={rowId(row)}
                role="row"
                tabIndex={index === 0 ? 0 : -1}
                className={`${classes.row} ${onOpen ? classes.open : ''}`}
                onKeyDown={(event) => onRowKey(event, () => onOpen?.(row))}
                onClick={(event) => {
                  if (onOpen && !isControl(event.target)) onOpen(row);
                }}
              >
                {shown.map((column) => (
                  <td
                    key={column.id}
                    role="cell"
                    data-label={column.header}
                    data-long={column.copy !== undefined}
                    className={column.numeric ? classes.end : undefined}
                  >
                    <Cell column={column} row={row} />
                  </td>
                ))}
                {withActions && (
                  <td className={classes.actions} role="cell">
                    <RowMenu row={row} actions={actions(row)} />
                  </td>
                )}
              </tr>
            ))}
            {window.after > 0 && <tr style={{ height: window.after }} aria-hidden="true" />}
          </tbody>
        </table>
      </div>
      {more && (
        <div className={classes.more}>
          <span aria-live="polite">
            {t('kit.table.shown', { count: rows.length, more: more.has ? 'yes' : 'no' })}
          </span>
          {more.has && (
            <Button variant="default" size="xs" loading={more.fetching} onClick={more.load}>
              {t('kit.table.more')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const copy = column.copy?.(row);
  if (!copy) return <>{column.cell(row)}</>;
  return (
    <span className={classes.copyable}>
      <span>{column.cell(row)}</span>
      <CopyButton value={copy} />
    </span>
  );
}

function SortButton<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: Sort | null;
  onSort: (sort: Sort) => void;
}) {
  const active = sort?.key === column.sort;
  const Icon = active ? (sort?.descending ? IconArrowDown : IconArrowUp) : IconArrowsSort;
  return (
    <button
      type="button"
      className={classes.sort}
      data-active={active}
      onClick={() => onSort({ key: column.sort!, descending: active ? !sort?.descending : true })}
    >
      {column.header}
      <Icon size={13} aria-hidden="true" />
    </button>
  );
}

function RowMenu<Row>({ row, actions }: { row: Row; actions: RowAction<Row>[] }) {
  const t = useT();
  if (actions.length === 0) return null;
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={t('kit.table.actions')}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => (
          <Menu.Item
            key={action.label}
            leftSection={action.icon}
            color={action.danger ? 'red' : undefined}
            onClick={() => action.run(row)}
          >
            {action.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Arrow keys and j/k move between rows, Enter opens; keys typed in a control inside the row stay there. */
function onRowKey(event: KeyboardEvent<HTMLTableRowElement>, open: () => void): void {
  if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
  const focusOn = (element: Element | null) => {
    if (
      element instanceof HTMLElement &&
      element.tabIndex >= -1 &&
      element.getAttribute('aria-hidden') === null
    ) {
      event.preventDefault();
      element.focus();
    }
  };
  const row = event.currentTarget;
  if (event.key === 'ArrowDown' || event.key === 'j') focusOn(row.nextElementSibling);
  else if (event.key === 'ArrowUp' || event.key === 'k') focusOn(row.previousElementSibling);
  else if (event.key === 'Home') focusOn(row.parentElement?.firstElementChild ?? null);
  else if (event.key === 'End') focusOn(row.parentElement?.lastElementChild ?? null);
  else if (event.key === 'Enter') open();
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, label, [role="menu"]') !== null;
}
