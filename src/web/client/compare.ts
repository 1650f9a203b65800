const MOST = 10;

/** A table of runs lets two to ten of them be chosen. */
export function startCompare(): void {
  document.addEventListener('change', (event) => {
    if (event.target instanceof Element && event.target.closest('form.compare') !== null) {
      sayChosen();
    }
  });
  // Who comes back finds what was chosen.
  addEventListener('pageshow', sayChosen);
}

/** Says how many are chosen, where they are chosen. */
export function sayChosen(): void {
  for (const form of document.querySelectorAll('form.compare')) {
    const button = form.querySelector<HTMLButtonElement>(':scope > button');
    if (button === null) continue;
    const boxes = [...form.querySelectorAll<HTMLInputElement>('input[name=run]')];
    const count = boxes.filter((it) => it.checked).length;
    for (const box of boxes) box.disabled = count >= MOST && !box.checked;
    button.disabled = count < 2;
    button.title = `Choose 2 to ${MOST} runs`;
    button.textContent = `Compare ${count < 2 ? 'chosen' : count} runs`;
  }
}
