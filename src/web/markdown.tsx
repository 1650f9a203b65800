import type { Child } from 'hono/jsx';
import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { Scroll } from './scroll.tsx';

/**
 * A panel's text in Markdown, as GitHub knows it. Everything becomes elements, never markup, so that no text
 * can bring its own: HTML in it is shown as it is written.
 */
export const Markdown = ({ text }: { text: string }) => (
  <div class="prose">{blocks(lexer(text))}</div>
);

const blocks = (tokens: readonly Token[]): Child[] =>
  tokens.map((token) => block(token as MarkedToken));

function block(token: MarkedToken): Child {
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    // Under the title of its panel, whatever its depth.
    case 'heading':
      return <h3>{inlines(token.tokens)}</h3>;
    case 'paragraph':
      return <p>{inlines(token.tokens)}</p>;
    case 'html':
      return <p>{token.text.trim()}</p>;
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case 'code':
      return (
        <pre tabindex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case 'hr':
      return <hr />;
    case 'list':
      return <List {...token} />;
    case 'table':
      return <Table {...token} />;
    default:
      return inline(token);
  }
}

const List = ({ ordered, start, items }: Tokens.List) => {
  const list = items.map((item) => <li>{blocks(item.tokens)}</li>);
  return ordered ? <ol start={start === '' ? 1 : start}>{list}</ol> : <ul>{list}</ul>;
};

/** A colon at the end of the line below the head puts the numbers above one another. */
const Table = ({ header, rows }: Tokens.Table) => {
  const side = ({ align }: Tokens.TableCell): string | undefined =>
    align === 'right' ? 'number' : undefined;
  const name = `Table: ${header.map((it) => it.text).join(', ')}`;
  return (
    <Scroll label={name}>
      <table>
        <thead>
          <tr>
            {header.map((it) => (
              <th scope="col" class={side(it)}>
                {inlines(it.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((it) => (
                <td class={side(it)}>{inlines(it.tokens)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
};

const inlines = (tokens: readonly Token[]): Child[] =>
  tokens.map((token) => inline(token as MarkedToken));

function inline(token: MarkedToken): Child {
  switch (token.type) {
    case 'strong':
      return <strong>{inlines(token.tokens)}</strong>;
    case 'em':
      return <em>{inlines(token.tokens)}</em>;
    case 'del':
      return <del>{inlines(token.tokens)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return isSafe(token.href) ? <a href={token.href}>{inlines(token.tokens)}</a> : token.raw;
    case 'checkbox':
      return token.checked ? '☑ ' : '☐ ';
    case 'escape':
      return token.text;
    case 'text':
      return token.tokens === undefined ? token.text : inlines(token.tokens);
    // Pages load no pictures from elsewhere.
    default:
      return token.raw;
  }
}

const isSafe = (target: string): boolean => /^(https?:\/\/|\/(?!\/)|#)/.test(target);
