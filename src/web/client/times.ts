const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** Says moments in the viewer's zone, and how fresh the page is; UTC stays on hover. */
export function showTimes(): void {
  const times = [...document.querySelectorAll<HTMLTimeElement>('time:not([data-prefix])')].map(
    (time) => ({ time, width: time.getBoundingClientRect().width }),
  );
  for (const { time, width } of times) {
    if (time.title === '') time.title = time.textContent;
    // The room of the server's text stays, so that no column of a table moves.
    time.style.minWidth = `${width}px`;
    const text = local(new Date(time.dateTime));
    time.textContent = time.dataset['day'] === undefined ? text : text.slice(0, 10);
  }
  showAges();
}

/** Says again how long ago something was: a page that is left open must not go on with `just now`. */
export function showAges(): void {
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-prefix]')) {
    const prefix = time.dataset['prefix'] ?? '';
    if (time.title === '') {
      // In a table the room of the server's text stays, as that of every other time does.
      if (prefix === '') time.style.minWidth = `${time.getBoundingClientRect().width}px`;
      time.title = time.textContent.replace(prefix, '');
    }
    time.textContent = prefix + ago(new Date(time.dateTime), relative);
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
