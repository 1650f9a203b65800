import { expect, it } from 'vitest';
import { Markdown } from '../../../src/web/markdown.tsx';

const render = (text: string): string => String(<Markdown text={text} />);

it('knows paragraphs, headings, lists and words that stand out', () => {
  expect(render('# Title\n\nOne **two** *three* `four`\n\n- a\n- b')).toBe(
    '<div class="prose"><h3>Title</h3><p>One <strong>two</strong> <em>three</em> <code>four</code></p>' +
      '<ul><li>a</li><li>b</li></ul></div>',
  );
});

it('links to pages only', () => {
  expect(render('[here](/dashboards/users)')).toContain('<a href="/dashboards/users">here</a>');
  expect(render('[x](javascript:alert(1))')).not.toContain('<a');
  expect(render('[x](//evil.example)')).not.toContain('<a');
});

it('takes no markup from text', () => {
  expect(render('<img src=x onerror=alert(1)>')).toContain('&lt;img');
});
