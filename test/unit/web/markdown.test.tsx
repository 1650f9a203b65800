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
