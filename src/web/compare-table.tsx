import { commonDecimals, formatValue } from '../render/format.ts';
import type { ComparedMetric, ComparedParam, Comparison } from './compare-view.ts';
import { runPath } from './links.ts';
import { textOf } from './read-view.ts';
import { Scroll } from './scroll.tsx';

/** A metric or a param, with what each run has of it. */
export interface ComparedRow {
  key: string;
  /** What is to be known of the key. */
  note: string | undefined;
  /** Undefined where a run has none. */
  cells: (ComparedCell | undefined)[];
}

interface ComparedCell {
  text: string;
  /** All of its digits or letters. */
  whole: string;
  /** A number is never parted; text may be. */
  number: boolean;
  best: boolean;
}

export const metricRows = (metrics: ComparedMetric[]): ComparedRow[] =>
  metrics.map(({ key, direction, values, best }) => {
    const decimals = commonDecimals(values.map((it) => it ?? null));
    const cells = values.map((value, at): ComparedCell | undefined => {
      if (value === undefined) return undefined;
      const text = formatValue(value, { type: 'double', decimals });
      return { text, whole: String(value), number: true, best: best[at] === true };
    });
    return { key, note: direction === 'minimize' ? 'less is better' : undefined, cells };
  });

export const paramRows = (params: ComparedParam[]): ComparedRow[] =>
  params.map(({ key, values }) => {
    const cells = values.map((it) =>
      it === undefined ? undefined : { text: it, whole: it, number: false, best: false },
    );
    return { key, note: undefined, cells };
  });

interface SideBySideProps {
  comparison: Comparison;
  /** What the rows are. */
  what: string;
  rows: ComparedRow[];
}

/** From so many runs on the columns are narrow: ten of them stand beside their metrics on a desk. */
const MANY = 7;

/**
 * A column a run. A phone shows two columns beside the names: for more runs it gets the same the
 * other way round, all runs under one another, to be compared by one metric after the other.
 */
export const SideBySide = ({ comparison, what, rows }: SideBySideProps) => {
  const { runs } = comparison;
  const turned = runs.length > 2;
  const many = runs.length >= MANY ? ' many' : '';
  return (
    <>
      <Scroll label={`${what}s of the runs`} only={turned ? 'desk' : undefined}>
        <table class={`compared${many}`}>
          <thead>
            <tr>
              <th scope="col">{what}</th>
              {runs.map((_, at) => (
                <th scope="col" class="number">
                  <RunLink comparison={comparison} at={at} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, note, cells }) => (
              <tr>
                <th scope="row" title={key}>
                  {key}
                  {note && <span class="muted"> ({note})</span>}
                </th>
                {cells.map((cell) => (
                  <Value cell={cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {turned && <Turned comparison={comparison} what={what} rows={rows} />}
    </>
  );
};

const Turned = ({ comparison, what, rows }: SideBySideProps) => (
  <Scroll label={`${what}s by run`} only="phone">
    <table class="compared">
      <thead>
        <tr>
          <th scope="col">Run</th>
          {rows.map(({ key, note }) => (
            <th scope="col" class="number" title={key}>
              {key}
              {note && <small>{note}</small>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {comparison.runs.map((_, at) => (
          <tr>
            <th scope="row">
              <RunLink comparison={comparison} at={at} />
            </th>
            {rows.map(({ cells }) => (
              <Value cell={cells[at]} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);

const Value = ({ cell }: { cell: ComparedCell | undefined }) => {
  if (cell === undefined) {
    return (
      <td class="number muted">
        <span aria-hidden="true">–</span>
        <span class="off-screen">none</span>
      </td>
    );
  }
  const { text, whole, number, best } = cell;
  return (
    <td class={number ? 'number' : 'number text'} title={whole}>
      {best ? (
        <strong class="best">
          {text}
          <span class="off-screen"> best</span>
        </strong>
      ) : text === '' ? (
        <i class="muted">empty</i>
      ) : (
        text
      )}
    </td>
  );
};

export const RunLink = ({ comparison, at }: { comparison: Comparison; at: number }) => {
  const { runs, labels } = comparison;
  const label = labels[at] ?? '';
  return (
    <a href={runPath(textOf(runs[at]?.['source']), textOf(runs[at]?.['run_id']))} title={label}>
      {label}
    </a>
  );
};
