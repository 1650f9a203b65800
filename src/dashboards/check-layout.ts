import type { Mistake } from './check-panel.ts';
import { nearest } from '../nearest.ts';
import type { DashboardFile } from './schema.ts';

/** A layout that names what is not there, names it twice, or leaves a panel out. */
export function layoutMistakes({ layout, panels }: DashboardFile): Mistake[] {
  const known = Object.keys(panels);
  const cells = layout.flatMap((row, at) =>
    row.map((cell, index) => ({
      id: typeof cell === 'string' ? cell : cell.panel,
      path: ['layout', at, index],
    })),
  );
  const mistake = (path: PropertyKey[], code: string, message: string): Mistake => ({
    severity: 'error',
    path,
    code,
    message,
  });
  const unknown = cells
    .filter(({ id }) => !known.includes(id))
    .map(({ id, path }) =>
      mistake(path, 'unknown-panel', `there is no panel ${id}${nearest(id, known)}`),
    );
  const twice = cells
    .filter(({ id }, index) => cells.findIndex((it) => it.id === id) < index)
    .map(({ id, path }) => mistake(path, 'duplicate-id', `the panel ${id} is in the layout twice`));
  const left = known
    .filter((id) => !cells.some((it) => it.id === id))
    .map((id): Mistake => ({
      severity: 'warning',
      path: ['panels', id],
      code: 'panel-left-out',
      message: `the layout leaves the panel ${id} out`,
    }));
  return [...unknown, ...twice, ...left];
}
