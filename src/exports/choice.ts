import { RunlensError } from '../errors.ts';
import { parseTime } from '../queries/parse-value.ts';
import { parseCompression, type Compression } from './compression.ts';
import type { RunChoice, ViewType } from './run-selection.ts';

/** What an address or a command line may say of an export; each name may come several times. */
export const CHOICE_FIELDS = [
  'source',
  'experiment',
  'view_type',
  'filter',
  'since',
  'until',
  'status',
  'user',
  'columns',
  'compression',
] as const;

export type ChoiceField = (typeof CHOICE_FIELDS)[number];

const VIEW_TYPES: readonly ViewType[] = ['active', 'deleted', 'all'];
const STATUSES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];

/**
 * Checks the words of a request.
 * @param all the texts given for a field, none when it is not there
 * @throws RunlensError BAD_REQUEST naming the field
 */
export function parseChoice(
  all: (field: ChoiceField) => readonly string[],
): RunChoice & { columns?: string[]; compression?: Compression } {
  const one = (field: ChoiceField): string | undefined => {
    const [text, ...others] = all(field);
    if (others.length > 0) throw bad(field, `${field} is given more than once`);
    return text;
  };
  const some = (field: ChoiceField): string[] | undefined => {
    const texts = all(field);
    return texts.length === 0 ? undefined : [...texts];
  };
  const time = (field: 'since' | 'until'): Date | undefined => {
    const text = one(field);
    const date = text === undefined ? undefined : parseTime(text);
    if (text !== undefined && date === undefined) {
      throw bad(field, `${field} is no time such as 2026-11-20 or 2026-11-20T12:00:00Z`);
    }
    return date;
  };
  const status = some('status')?.map((text) => text.toUpperCase());
  const unknown = status?.find((text) => !STATUSES.includes(text));
  if (unknown !== undefined) throw bad('status', `status is one of ${STATUSES.join(', ')}`);
  const packed = one('compression');
  const columns = some('columns')?.flatMap((text) => text.split(/ *, */));
  return {
    source: one('source'),
    experiments: some('experiment'),
    viewType: viewType(one('view_type')),
    filter: one('filter'),
    since: time('since'),
    until: time('until'),
    status,
    user: some('user'),
    ...(columns === undefined ? {} : { columns }),
    ...(packed === undefined ? {} : { compression: parseCompression(packed) }),
  };
}

function viewType(text: string | undefined): ViewType | undefined {
  const found = VIEW_TYPES.find((it) => it === text);
  if (text === undefined || found !== undefined) return found;
  throw bad('view_type', `view_type is one of ${VIEW_TYPES.join(', ')}`);
}

const bad = (field: ChoiceField, message: string): RunlensError =>
  new RunlensError('BAD_REQUEST', message, { field });
