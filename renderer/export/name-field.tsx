import { type ReactNode, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
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
    const { selectionStart, selectionEnd } = field.current ?? { selectionStart: null, selectionEnd: null };
    const from = selectionStart ?? template.length;
    onChange(template.slice(0, from) + text + template.slice(selectionEnd ?? from));
    field.current?.focus();
  };
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{t("name")}</label>
        <input
          ref={field}
          id={id}
          className="input"
          type="text"
          spellCheck={false}
          maxLength={1000}
          value={template}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-names`}
          onChange={({ target }) => onChange(target.value)}
        />
      </div>
      <div className="export-fields">
        <span className="soft">{t("nameHint")}</span>
        {FIELDS.map((text) => (
          <button key={text} type="button" className="button small" onClick={() => put(text)}>
            {text.replace(/^\{(\w+).*$/, "$1")}
          </button>
        ))}
      </div>
      <div id={`${id}-names`} className="export-names" aria-live="polite">
        {problem === undefined ? (
          <>
            <span className="soft">{t("preview")}</span>
            <ul>
              {names.map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
          </>
        ) : (
          <Problem problem={problem} template={template} />
        )}
      </div>
    </>
  );
}

function Problem({
  problem: { kind, at, word, suggestion },
  template,
}: {
  readonly problem: NonNullable<ExportNames["problem"]>;
  readonly template: string;
}): ReactNode {
  const { t } = useTranslation("export");
  const words = { "field-unknown": "field", "function-unknown": "function", blank: "blank" } as const;
  const key = kind in words ? words[kind as keyof typeof words] : "other";
  const shown = word === "" ? template.slice(at, at + 12) : word;
  return (
    <p className="bad">
      {t(`problems.${key}`, { word: shown })}
      {suggestion !== undefined && ` ${t("meant", { word: suggestion })}`}
      {key !== "blank" && ` (${t("at", { at: [...template.slice(0, at)].length + 1 })})`}
    </p>
  );
}
