import type { Item, View } from 'vega';
import { pickAddress, pickedValue, type Selection } from '../selection.ts';
import type { Show } from './swap.ts';

/** A selection, with the columns that axes and legends name, by scale. */
type ChartSelection = Selection & { scales: Readonly<Record<string, string>> };

/** What Vega says of the axis or legend that something belongs to. */
interface Guide {
  /** The entry of a legend holds its symbol and label. */
  items?: Guide[];
  mark?: { role?: string; group?: Guide };
  datum?: { scale?: string; scales?: Record<string, string>; value?: unknown };
}

/** A click on a mark, or on a name on an axis or in a legend, chooses what it stands for. */
export function startPicks(chart: HTMLElement, view: View, show: Show): void {
  const text = chart.dataset['selection'];
  if (text === undefined) return;
  const selection = JSON.parse(text) as ChartSelection;
  view.addEventListener('click', (_event, item) => {
    if (item === null || item === undefined) return;
    const address = pickAddress(selection, clickedValues(item, selection));
    if (address !== undefined) void show(address, { push: true });
  });
}

function clickedValues(item: Item, { picks, scales }: ChartSelection): Map<string, string> {
  const { role = '' } = item.mark as { role?: string };
  const datum = item.datum as Record<string, unknown> | undefined;
  const clicked = new Map<string, string>();
  const scale = scaleOf(item as Guide);
  if (role !== 'mark' && scale !== undefined) {
    const column = scales[scale];
    const pick = picks.find((it) => it.column === column);
    const value =
      pick && pickedValue({ ...pick, value: pick.column }, () => entryOf(item as Guide));
    if (pick === undefined || value === undefined) return clicked;
    return clicked.set(pick.param, pick.values?.[value] ?? value);
  }
  // A mark that leads somewhere else does so.
  if (role !== 'mark' || 'href' in item) return clicked;
  for (const pick of picks) {
    const value = pickedValue(pick, (column) => datum?.[column]);
    if (value !== undefined) clicked.set(pick.param, value);
  }
  return clicked;
}

const entryOf = (item: Guide): unknown =>
  item.datum?.value ?? item.items?.[0]?.items?.[0]?.datum?.value;

function scaleOf(item: Guide): string | undefined {
  for (let group = item.mark?.group; group !== undefined; group = group.mark?.group) {
    const scale = group.datum?.scale ?? Object.values(group.datum?.scales ?? {})[0];
    if (scale !== undefined) return scale;
  }
  return undefined;
}
