import type { Choice, Choices } from '../dashboards/choices.ts';
import { allowsAll, isMissing } from '../dashboards/choices.ts';
import { describeRange, PRESETS } from '../dashboards/daterange.ts';

interface FormProps {
  action: string;
  choices: Choices;
  /** What else the address says, and goes on to say. */
  kept: URLSearchParams;
}

/** The parameters as a form that asks for the page anew: it works without any script. */
export const ParamsForm = ({ action, choices, kept }: FormProps) =>
  choices.list.length === 0 ? null : (
    <form class="params" method="get" action={action} aria-label="Parameters" data-params="">
      {[...kept].map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {choices.list.map((choice) => (
        <div class="param">
          <label for={`param-${choice.name}`}>{choice.label}</label>
          <Control choice={choice} search={searchOf(choice, action, choices)} />
          {choice.notice && (
            <small class="notice" role="status">
              {choice.notice}
            </small>
          )}
        </div>
      ))}
      <button type="submit">Apply</button>
    </form>
  );

/** More options than one reads through get a field to search them, once a script is there. */
const MANY = 12;

interface Search {
  'data-search': string;
  'data-beyond'?: string;
}

/** Where options beyond the list are found. */
function searchOf(
  { name, options, cut }: Choice,
  action: string,
  choices: Choices,
): Search | undefined {
  if (options.length <= MANY) return undefined;
  const beyond = `${action}/params/${name}.json?${choices.query().toString()}`;
  return { 'data-search': '', ...(cut ? { 'data-beyond': beyond } : {}) };
}

const Control = ({ choice, search }: { choice: Choice; search: Search | undefined }) => {
  const { name, param, raw } = choice;
  const common = { id: `param-${name}`, name };
  switch (param.type) {
    case 'text':
      return <input {...common} type="search" value={raw[0] ?? ''} maxlength={param.maxLength} />;
    case 'number':
      return (
        <input
          {...common}
          type="number"
          value={raw[0]}
          min={param.min}
          max={param.max}
          step="any"
        />
      );
    case 'daterange':
      return <Period choice={choice} />;
    case 'enum':
    case 'select':
      if (isMissing(choice)) {
        return (
          <select {...common} disabled>
            <option>None yet</option>
          </select>
        );
      }
      return (
        <select {...common} {...search}>
          {allowsAll(param) && param.type === 'select' && (
            <option value="all" selected={raw.length === 0}>
              All
            </option>
          )}
          <Options choice={choice} />
        </select>
      );
    case 'multiselect':
      return (
        <select
          {...common}
          {...search}
          multiple
          size={Math.min(4, Math.max(2, choice.options.length))}
        >
          <Options choice={choice} />
        </select>
      );
  }
};

const Options = ({ choice: { options, raw, param } }: { choice: Choice }) => {
  const chosen = param.type === 'enum' && raw.length === 0 ? ['all'] : raw;
  const missing = chosen.filter((it) => options.every(({ value }) => value !== it));
  return (
    <>
      {param.type !== 'enum' || !missing.includes('all')
        ? missing.map((it) => (
            <option value={it} selected>
              {it}
            </option>
          ))
        : null}
      {options.map(({ value, label }) => (
        <option value={value} selected={chosen.includes(value)} title={label}>
          {label.length > 60 ? `${label.slice(0, 59)}…` : label}
        </option>
      ))}
    </>
  );
};

const Period = ({ choice: { name, raw } }: { choice: Choice }) => {
  const chosen = raw[0] ?? 'all';
  const presets = PRESETS.includes(chosen) ? PRESETS : [chosen, ...PRESETS];
  const [from = '', to = ''] = chosen.includes('..') ? chosen.split('..') : [];
  return (
    <div class="period">
      <select id={`param-${name}`} name={name}>
        {presets.map((it) => (
          <option value={it} selected={it === chosen}>
            {describeRange(it).replace(/^./, (letter) => letter.toUpperCase())}
          </option>
        ))}
      </select>
      <details>
        <summary>Days…</summary>
        <div class="days">
          <label>
            From <input type="date" name={`${name}.from`} value={from} />
          </label>
          <label>
            To <input type="date" name={`${name}.to`} value={to} />
          </label>
          <button type="submit">Apply</button>
        </div>
      </details>
    </div>
  );
};
