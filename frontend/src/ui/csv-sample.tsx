import { useT } from '@/i18n/messages';
import type { CsvPreview } from '@/lib/csv-preview';
import classes from './csv-sample.module.css';

/** The first rows of a file as they will be read. */
export function CsvSample({ preview, most = 8 }: { preview: CsvPreview; most?: number }) {
  const t = useT();
  return (
    <section className={classes.scroll} tabIndex={0} aria-label={t('kit.file.sample')}>
      <table className={classes.table}>
        <thead>
          <tr>
            {preview.columns.map((column, index) => (
              <th key={index} scope="col">
                {column || t('kit.file.unnamed')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.slice(0, most).map((row, index) => (
            <tr key={index}>
              {preview.columns.map((_, column) => (
                <td key={column}>{row[column] ?? ''}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
