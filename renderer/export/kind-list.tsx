import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { EXPORT_KINDS, type ExportChoice } from "../../preload/contract.ts";
import { useArrivalFocus } from "../use-arrival-focus.ts";
import { EXPORT_KIND_FACTS } from "./export-kinds.ts";

interface KindListProps {
  readonly kind: ExportChoice["kind"];
  readonly onChange: (kind: ExportChoice["kind"]) => void;
}

/** What can be made, all in sight; the arrow keys go from one to the next. */
export function KindList({ kind: chosen, onChange }: KindListProps): ReactNode {
  const { t } = useTranslation("export");
  const name = useId();
  const first = useArrivalFocus<HTMLInputElement>();
  return (
    <div className="kind-list" role="radiogroup" aria-label={t("kind")}>
      {EXPORT_KINDS.map((kind) => {
        const { icon: Icon } = EXPORT_KIND_FACTS[kind];
        return (
          <label key={kind}>
            <input
              ref={kind === chosen ? first : undefined}
              type="radio"
              name={name}
              value={kind}
              checked={kind === chosen}
              onChange={() => onChange(kind)}
            />
            <Icon className="kind-icon" size={18} strokeWidth={1.5} aria-hidden />
            {t(`kinds.${kind}`)}
          </label>
        );
      })}
    </div>
  );
}
