const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** Says moments in the viewer's zone, and how fresh the page is; UTC stays on hover. */
export function showTimes(): void {
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  const times = [...document.querySelectorAll('time')].map((time) => ({
    time,
    width: time.getBoundingClientRect().width,
  }));
  for (const { time, width } of times) {
    const prefix = time.dataset['prefix'] ?? '';
    if (time.title === '') time.title = time.textContent.replace(prefix, '');
    // The room of the server's text stays, so that no column of a table moves.
    if (prefix === '') time.style.minWidth = `${width}px`;
    const moment = new Date(time.dateTime);
    const text = time.dataset['day'] === undefined ? local(moment) : local(moment).slice(0, 10);
    time.textContent = prefix + (prefix === '' ? text : ago(moment, relative));
  }
}

function ago(moment: Date, relative: Intl.RelativeTimeFormat): string {
  const age = Date.now() - moment.getTime();
  for (const [unit, size] of UNITS) {
    if (age >= size) return relative.format(-Math.floor(age / size), unit);
  }
  return 'just now';
}

/** As the server writes it, so that no column changes its width: `2026-11-23 18:04`. */
function local(moment: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join('-');
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
