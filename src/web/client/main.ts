import { startCharts } from './charts.ts';
import { startCopy } from './copy.ts';
import { listen } from './live.ts';
import { startForms } from './forms.ts';
import { startMenus } from './menus.ts';
import { startTables } from './tables.ts';
import { startTheme } from './theme.ts';
import { showTimes } from './times.ts';

/** Brings the parts of a freshly shown page to life; also after a part was replaced. */
export function enliven(): void {
  showTimes();
  startTables();
  startCharts();
}

startTheme();
startMenus();
startCopy();
startForms(enliven);
enliven();
listen(enliven);
