import type { AnnotationMarks } from '../dashboards/annotations.ts';
import { Time } from './layout.tsx';
import { Scroll } from './scroll.tsx';

interface AnnotationsProps {
  annotations: readonly AnnotationMarks[];
}

/** What a chart's marks are, and what they leave out. */
export const AnnotationNotes = ({ annotations }: AnnotationsProps) => (
  <>
    {annotations.flatMap(noteOf).map((note) => (
      <p class="cut">{note}</p>
    ))}
  </>
);

function noteOf({ title, limit, truncated, error, marks }: AnnotationMarks): string[] {
  if (error !== undefined) return [`${title} is not marked: ${error}`];
  if (marks.length === 0) return [];
  const drawn = marks.some((it) => it.end !== undefined) ? 'Shaded' : 'Dashed';
  const cut = `, the newest ${limit.toLocaleString('en-US')}; there are more`;
  return [`${drawn}: ${title}${truncated ? cut : ''}.`];
}

/** What is marked over a chart, for who does not see it. */
export const AnnotationTable = ({ annotations, title }: AnnotationsProps & { title: string }) => {
  const rows = annotations.flatMap(({ title: kind, marks }) =>
    marks.map((it) => ({ kind, ...it })),
  );
  if (rows.length === 0) return null;
  const spans = rows.some((it) => it.end !== undefined);
  return (
    <Scroll label={`Marked in ${title}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Marked</th>
            <th scope="col">Name</th>
            <th scope="col">{spans ? 'From' : 'At'}</th>
            {spans && <th scope="col">Until</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ kind, label, time, end }) => (
            <tr>
              <td>{kind}</td>
              <td title={label}>{label}</td>
              <td>
                <Time ms={time} />
              </td>
              {spans && <td>{end !== undefined && <Time ms={end} />}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
};
