import type { Hono } from 'hono';
import type { Dashboards } from '../dashboards/dashboard.ts';

/**
 * Makes the first dashboard once, for nobody: the first viewer then does not wait while the code that
 * draws is compiled and the database's pages are read.
 */
export async function warmUp(app: Hono, dashboards: Dashboards): Promise<void> {
  const [first] = dashboards.list();
  if (first === undefined) return;
  const response = await app.request(`http://localhost/dashboards/${first.id}`, {
    headers: { Host: 'localhost', Accept: 'text/html' },
  });
  await response.arrayBuffer();
}
