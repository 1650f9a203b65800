import type { Child } from 'hono/jsx';

/**
 * The part of Markdown that a panel's text needs: paragraphs, headings, lists, tables, bold, italics,
 * code and links. Everything becomes elements, never markup, so that no text can bring its own.
 */
export const Markdown = ({ text }: { text: string }) => (
  <div class="prose">
    {text
      .trim()
      .split(/\n{2,}/)
      .map(block)}
  </div>
);

function block(text: string): Child {
  const [, marks, title] = /^(#{1,3}) (.+)$/.exec(text) ?? [];
  if (marks !== undefined && title !== undefined) return <h3>{inline(title)}</h3>;
  const lines = text.split('\n');
  if (lines.every((line) => /^[-*] /.test(line))) {
    return (
      <ul>
        {lines.map((line) => (
          <li>{inline(line.slice(2))}</li>
        ))}
      </ul>
    );
  }
  const [head = '', rule = '', ...rows] = lines;
  if (head.includes('|') && rule.includes('|') && cells(rule).every((it) => RULE.test(it))) {
    return <Table head={cells(head)} rules={cells(rule)} rows={rows.map(cells)} />;
  }
  return <p>{inline(text)}</p>;
}

/** Under a table's head; a colon at its end puts the numbers above one another. */
const RULE = /^:?-+:?$/;

/** A line of a table by its bars; one with a backslash is a letter. */
const cells = (line: string): string[] =>
  line
    .trim()
    .replaceAll(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((it) => it.trim().replaceAll('\\|', '|'));

interface TableProps {
  head: string[];
  rules: string[];
  rows: string[][];
}

const Table = ({ head, rules, rows }: TableProps) => {
  const sides = head.map((_, at) => (/^-+:$/.test(rules[at] ?? '') ? 'number' : undefined));
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={`Table: ${head.join(', ')}`}>
      <table>
        <thead>
          <tr>
            {head.map((it, at) => (
              <th scope="col" class={sides[at]}>
                {inline(it)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {head.map((_, at) => (
                <td class={sides[at]}>{inline(row[at] ?? '')}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const INLINE = /\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`|\[(.+?)\]\((\S+?)\)/g;

function inline(text: string): Child[] {
  const parts: Child[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, italic, code, label, target] = match;
    parts.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (bold !== undefined) parts.push(<strong>{bold}</strong>);
    else if (italic !== undefined) parts.push(<em>{italic}</em>);
    else if (code !== undefined) parts.push(<code>{code}</code>);
    else if (label !== undefined && isSafe(target)) parts.push(<a href={target}>{label}</a>);
    else parts.push(whole);
  }
  parts.push(text.slice(end));
  return parts;
}

const isSafe = (target = ''): boolean => /^(https?:\/\/|\/(?!\/)|#)/.test(target);
