import type { Column, Reader, Value } from '../engine/engine.ts';
import { RunlensError, toRunlensError } from '../errors.ts';
import { select } from '../queries/select.ts';
import type { Catalog } from '../queries/view.ts';
import type { Choices } from './choices.ts';
import type { Annotation, Dashboard } from './dashboard.ts';
import { viewConditions } from './panel-query.ts';

/** A moment, or a span of time when it has an end; ms since 1970 UTC. */
export interface Mark {
  time: number;
  end: number | undefined;
  label: string;
}

/** What an annotation of a dashboard marks under the choices made. */
export interface AnnotationMarks {
  id: string;
  title: string;
  color: Annotation['color'];
  /** By time. */
  marks: Mark[];
  limit: number;
  /** True when there are more than the limit: the newest are here. */
  truncated: boolean;
  /** Why there are none: a chart is worth showing without them. */
  error: string | undefined;
}

export interface ReadAnnotationsOptions {
  choices: Choices;
  catalog: Catalog;
  reader: Reader;
}

/** Reads some annotations of a dashboard, all by default: once, for all of its charts. */
export async function readAnnotations(
  { annotations }: Dashboard,
  options: ReadAnnotationsOptions,
  names: readonly string[] = annotations.map((it) => it.id),
): Promise<AnnotationMarks[]> {
  const read: AnnotationMarks[] = [];
  for (const annotation of annotations.filter((it) => names.includes(it.id))) {
    const { id, color, limit } = annotation;
    const title = options.choices.fill(annotation.title);
    const none = { marks: [], truncated: false, error: undefined };
    const base = { id, title, color, limit, ...none };
    try {
      read.push({ ...base, ...(await readMarks(annotation, options)) });
    } catch (error) {
      read.push({ ...base, error: toRunlensError(error).message });
    }
  }
  return read;
}

/**
 * The newest marks of an annotation, up to its limit.
 * @throws RunlensError BAD_DASHBOARD for a view that is not there
 */
export async function readMarks(
  { id, view: name, where, time, end, label, limit }: Annotation,
  { choices, catalog, reader }: ReadAnnotationsOptions,
): Promise<Pick<AnnotationMarks, 'marks' | 'truncated'>> {
  const view = catalog.get(name);
  if (view === undefined) {
    throw new RunlensError('BAD_DASHBOARD', `annotation ${id}: there is no view ${name}`);
  }
  const { sql, values } = select(view, {
    columns: [time, label, ...(end === undefined ? [] : [end])],
    where: [...viewConditions(view, where, choices), { column: time, op: '!=', value: null }],
    orderBy: [time, label].map((column) => ({ column, direction: 'desc' as const })),
    limit: limit + 1,
  });
  const { columns, rows, truncated } = await reader.query(sql, values, { maxRows: limit });
  const marks = rows.flatMap(([at, text, until]): Mark[] => {
    const began = timeOf(at, columns[0]);
    if (began === undefined) return [];
    return [{ time: began, end: timeOf(until, columns[2]), label: String(text ?? '') }];
  });
  return { marks: marks.toReversed(), truncated };
}

function timeOf(value: Value | undefined, column: Column | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  const time = column?.type === 'date' ? Date.parse(String(value)) : Number(value);
  return Number.isNaN(time) ? undefined : time;
}
