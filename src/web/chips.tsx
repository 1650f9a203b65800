import { arranged, type Arrangement } from '../dashboards/arrangement.ts';
import type { Choices } from '../dashboards/choices.ts';
import type { Dashboard } from '../dashboards/dashboard.ts';
import { dashboardPath } from './links.ts';
import { noneOf } from './panel-selection.ts';
import { pickAddress } from './selection.ts';

interface ChipsProps {
  dashboard: Dashboard;
  choices: Choices;
  arrangement: Arrangement;
}

/** What was chosen by clicks on panels, each to be taken back. */
export const Chips = ({ dashboard, choices, arrangement }: ChipsProps) => {
  const clicked = dashboard.panels.flatMap((it) => (it.kind === 'markdown' ? [] : it.select));
  const path = dashboardPath(dashboard.id, new URLSearchParams());
  const query = arranged(choices.query(), { ...arrangement, pages: new Map() }).toString();
  const chips = [...new Set(clicked.map((it) => it.param))].flatMap((param) => {
    const choice = choices.get(param);
    const none = choice && noneOf(choice);
    if (choice === undefined || none === undefined) return [];
    const many = choice.param.type === 'multiselect';
    const pick = {
      param,
      column: '',
      value: '',
      chosen: choice.raw,
      many,
      none,
      values: undefined,
    };
    return choice.raw.map((value) => ({
      label: choice.label,
      text: choice.options.find((it) => it.value === value)?.label ?? value,
      address: pickAddress({ path, query, picks: [pick] }, new Map([[param, value]])),
    }));
  });
  return chips.length === 0 ? null : (
    <ul class="chips" aria-label="Shown only">
      {chips.map(({ label, text, address }) => (
        <li>
          <a
            href={address}
            data-swap=""
            aria-label={`Show all again: ${label} ${text}`}
            title={text}
          >
            <span class="muted">{label}</span> <span class="text">{text}</span>
            <span aria-hidden="true">×</span>
          </a>
        </li>
      ))}
    </ul>
  );
};
