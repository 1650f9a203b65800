import { expect, it } from 'vitest';
import { pageText } from '../../../src/web/page-text.ts';
import { Markdown } from '../../../src/web/markdown.tsx';

const render = (text: string): Promise<string> => pageText(<Markdown text={text} />);

it('knows paragraphs, headings, lists and words that stand out', async () => {
  expect(await render('# Title\n\nOne **two** *three* `four`\n\n- a\n- b')).toBe(
    '<!doctype html>\n<div class="prose"><h3>Title</h3><p>One <strong>two</strong> <em>three</em> <code>four</code></p>' +
      '<ul><li>a</li><li>b</li></ul></div>',
  );
});

it('links to pages only', async () => {
  expect(await render('[here](/dashboards/users)')).toContain(
    '<a href="/dashboards/users">here</a>',
  );
  expect(await render('[x](javascript:alert(1))')).not.toContain('<a');
  expect(await render('[x](//evil.example)')).not.toContain('<a');
});

it('takes no markup from text', async () => {
  expect(await render('<img src=x onerror=alert(1)>')).toContain('&lt;img');
});

it('knows tables: aligned, with as many cells as their head, and a bar within one', async () => {
  const table = '| Model | Best |\n|:--|--:|\n| **mlp** \\| a | 0.9 | more |\n| <b>svm</b> |';
  expect(await render(table)).toBe(
    '<!doctype html>\n<div class="prose">' +
      '<div class="scroll" tabindex="0" role="region" aria-label="Table: Model, Best"><table>' +
      '<thead><tr><th scope="col">Model</th><th scope="col" class="number">Best</th></tr></thead>' +
      '<tbody><tr><td><strong>mlp</strong> | a</td><td class="number">0.9</td></tr>' +
      '<tr><td>&lt;b&gt;svm&lt;/b&gt;</td><td class="number"></td></tr></tbody></table></div></div>',
  );
  expect(await render('Model | Best\n--- | ---\nmlp | 1')).toContain('<td>mlp</td><td>1</td>');
});

it('takes bars without a line below the first for words', async () => {
  expect(await render('a | b\nc | d')).toContain('<p>a | b\nc | d</p>');
});

it('needs no empty lines between blocks', async () => {
  expect(await render('# Title\nsome words\n- a\n  1. b\n  2. c\n\n> said')).toBe(
    '<!doctype html>\n<div class="prose"><h3>Title</h3><p>some words</p>' +
      '<ul><li>a<ol start="1"><li>b</li><li>c</li></ol></li></ul>' +
      '<blockquote><p>said</p></blockquote></div>',
  );
});

it('shows code, marks and line breaks, and pictures as their text', async () => {
  expect(await render('```sql\nselect <b>\n```')).toContain(
    '<pre tabindex="0"><code>select &lt;b&gt;</code></pre>',
  );
  expect(await render('- [x] done\n- [ ] open')).toContain('<li>☑ done</li><li>☐ open</li>');
  expect(await render('a  \nb ~~c~~ \\*d\\*')).toContain('a<br/>b <del>c</del> *d*');
  expect(await render('![alt](https://example.org/x.png)')).not.toContain('<img');
  expect(await render('<script>alert(1)</script>')).toContain('<p>&lt;script&gt;');
});
