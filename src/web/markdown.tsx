import type { Child } from 'hono/jsx';

/**
 * The part of Markdown that a panel's text needs: paragraphs, headings, lists, bold, italics, code
 * and links. Everything becomes elements, never markup, so that no text can bring its own.
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
  return <p>{inline(text)}</p>;
}

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
