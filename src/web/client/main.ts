import { startCharts } from './charts.ts';
import { startComboboxes } from './combobox.ts';
import { sayChosen, startCompare } from './compare.ts';
import { startCopy } from './copy.ts';
import { listen } from './live.ts';
import { startForms } from './forms.ts';
import { startLinks } from './links.ts';
import { startMenus } from './menus.ts';
import { showCurrent } from './nav.ts';
import { createShow } from './swap.ts';
import { startTables } from './tables.ts';
import { startTheme } from './theme.ts';
import { showAges, showTimes } from './times.ts';

const show = createShow(enliven);

/** Brings the parts of a freshly shown page to life; also after a part was replaced. */
function enliven(): void {
  showCurrent();
  showTimes();
  startTables();
  startComboboxes();
  sayChosen();
  startCharts(show);
}

startTheme();
startCompare();
startCopy();
startLinks(show);
startMenus();
startForms(show);
enliven();
listen(show);
setInterval(showAges, 60_000);
