import { type ReactNode, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type exportWords from "../../assets/locales/en/export.json";
import type { ExportNames } from "../../preload/contract.ts";
import { exportStore } from "./export-store.ts";

/** What is put into the template by a click. */
const FIELDS = [
  "{name}",
  "{model}",
  "{scale}x",
  "{width}",
  "{height}",
  "{date:YYYY-MM-DD}",
  "{camera|nvl('camera')}",
  "{rating}",
  "{batch}",
  "{n:0000}",
] as const;

const NAMES_SHOWN = 4;
/** Characters of a name that are kept in sight. */
const ENDING = 16;

interface NameFieldProps {
  readonly template: string;
  readonly onChange: (template: string) => void;
}

/** The template of names, and what comes of it while one types. */
export function NameField({ template, onChange }: NameFieldProps): ReactNode {
  const { t } = useTranslation("export");
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const { names, problem } = useStore(exportStore, (facts) => facts.names);
  const put = (text: string): void => {
    const input = field.current;
    if (input === null) return;
    // In the element first, so that what is typed next goes behind it.
    input.setRangeText(text, input.selectionStart ?? 0, input.selectionEnd ?? 0, "end");
    input.focus();
    onChange(input.value);
  };
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{t("name")}</label>
        <input
          ref={field}
          id={id}
          className="input template"
          type="text"
          spellCheck={false}
          maxLength={1000}
          value={template}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-names`}
          onChange={({ target }) => onChange(target.value)}
        />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and need a legend. */}
      <div className="name-parts" role="group" aria-label={t("nameHint")}>
        {FIELDS.map((text) => (
          <button key={text} type="button" title={text} onClick={() => put(text)}>
            {text.replace(/^\{(\w+).*$/, "$1")}
          </button>
        ))}
      </div>
      <div id={`${id}-names`} className="export-names" aria-live="polite">
        {problem === undefined ? <Names names={names} /> : <Problem problem={problem} template={template} />}
      </div>
    </>
  );
}

function Names({ names }: Pick<ExportNames, "names">): ReactNode {
  const { t } = useTranslation("export");
  return (
    <ul aria-label={t("preview")}>
      {names.slice(0, NAMES_SHOWN).map((name) => (
        <Name key={name} name={name} />
      ))}
    </ul>
  );
}

/** Where it is too long its middle gives way: the end tells names apart, and is their format. */
function Name({ name }: { readonly name: string }): ReactNode {
  const characters = [...name];
  return (
    <li title={name}>
      <span className="name-head">{characters.slice(0, -ENDING).join("")}</span>
      <span className="name-tail">{characters.slice(-ENDING).join("")}</span>
    </li>
  );
}

/** Words for what is wrong with a template; what is not here is said in one way. */
const PROBLEMS: Readonly<Record<string, keyof (typeof exportWords)["problems"]>> = {
  "field-unknown": "field",
  "function-unknown": "function",
  "brace-unclosed": "brace",
  "brace-stray": "stray",
  "quote-unclosed": "quote",
  "pattern-unwanted": "pattern",
  "counter-pattern": "pattern",
  "date-pattern": "pattern",
  "argument-count": "arguments",
  "argument-kind": "arguments",
  "argument-size": "arguments",
  "too-long": "long",
  blank: "blank",
};

interface ProblemProps {
  readonly problem: NonNullable<ExportNames["problem"]>;
  readonly template: string;
}

function Problem({ problem: { kind, at, word, suggestion }, template }: ProblemProps): ReactNode {
  const { t } = useTranslation("export");
  const key = PROBLEMS[kind] ?? "other";
  const shown = word === "" ? template.slice(at, at + 12) : word;
  return (
    <p className="bad">
      {t(`problems.${key}`, { word: shown })}
      {suggestion !== undefined && ` ${t("meant", { word: suggestion })}`}
      {key !== "blank" && key !== "long" && ` (${t("at", { at: [...template.slice(0, at)].length + 1 })})`}
    </p>
  );
}
