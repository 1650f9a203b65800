import { serveFixture } from './support/fixture-server.ts';
import { openBrowser } from './support/browser.ts';
const s = await serveFixture();
const b = await openBrowser();
const pages = (process.argv[2] ?? '/,/dashboards/overview,/dashboards/metric-trends,/dashboards/users').split(',');
for (const [w,h] of [[1440,900],[390,844]] as const) for (const scheme of ['light','dark'] as const) {
  if (process.argv[3] && !process.argv[3].split(',').includes(`${w}-${scheme}`)) continue;
  const ctx = await b.newContext({viewport:{width:w,height:h}, colorScheme: scheme});
  for (const p of pages) {
    const page = await ctx.newPage();
    page.on('console', m => { if (m.type()==='error'||m.type()==='warning') console.log('CONSOLE', p, m.text()); });
    page.on('pageerror', e => console.log('PAGEERROR', p, e.message));
    page.on('requestfailed', r => console.log('FAILED', r.url(), r.failure()?.errorText));
    const t = performance.now();
    const r = await page.goto(s.origin + p, {waitUntil:'load'});
    const n = await page.locator('.chart').count();
    if (n && !process.argv[4]) await page.evaluate(async () => { for (const c of document.querySelectorAll('.chart')) { c.scrollIntoView(); await new Promise<void>(d=>{const i=setInterval(()=>{ if(c.classList.contains('live')||c.classList.contains('still')){clearInterval(i);d();}},20)}); } scrollTo(0,0); });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    console.log(p, w, scheme, r?.status(), (performance.now()-t).toFixed(0), 'live', await page.locator('.chart.live').count(), '/', n, 'overflow', overflow);
    await page.screenshot({path:`/tmp/shot${p.replaceAll('/','-').replace(/\?.*/,'')}-${w}-${scheme}.png`, fullPage:true});
    await page.close();
  }
  await ctx.close();
}
await b.close(); await s.close();
