import { ArrowDown, ArrowUp, ArrowUpToLine, Ban, FolderSearch, RotateCcw } from "lucide-react";
import type { ComponentType, KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { moveByOne, moveToFront } from "./job-moves.ts";
import type { JobListState } from "./use-job-list.ts";

/** What the keys do with the selected photos, as buttons. */
export function JobTools({ list, size }: { readonly list: JobListState; readonly size: number }) {
  const { t } = useTranslation("queue");
  const { selected } = list.selection;
  const { can, move } = list;
  const chosen = list.rows.reduce((sum, { id }) => sum + (selected.has(id) ? 1 : 0), 0);
  const cannotMove = can.move.length === 0;
  return (
    <div className="job-tools" role="toolbar" aria-label={t("tools")} onKeyDown={walk}>
      <span className="job-count soft">
        {chosen === 0 ? t("photoCount", { count: size }) : t("selected", { count: chosen })}
      </span>
      <Tool
        icon={ArrowUpToLine}
        label={t("toFront")}
        keys="Alt+Home"
        disabled={cannotMove}
        onPress={() => move((rows) => moveToFront(rows, selected))}
      />
      <Tool
        icon={ArrowUp}
        label={t("up")}
        keys="Alt+ArrowUp"
        disabled={cannotMove}
        onPress={() => move((rows) => moveByOne(rows, selected, -1))}
      />
      <Tool
        icon={ArrowDown}
        label={t("down")}
        keys="Alt+ArrowDown"
        disabled={cannotMove}
        onPress={() => move((rows) => moveByOne(rows, selected, 1))}
      />
      <span className="job-tools-gap" />
      <Tool icon={FolderSearch} label={t("reveal")} disabled={can.reveal === undefined} onPress={list.reveal} />
      <Tool icon={RotateCcw} label={t("retrySelected")} disabled={can.retry.length === 0} onPress={list.retry} />
      <Tool
        icon={Ban}
        label={t("cancelSelected")}
        keys="Delete"
        disabled={can.cancel.length === 0}
        onPress={list.cancel}
      />
    </div>
  );
}

/** The arrow keys go from button to button. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = event.target instanceof HTMLButtonElement ? buttons.indexOf(event.target) : -1;
  if (by !== 0 && at >= 0) buttons[(at + by + buttons.length) % buttons.length]?.focus();
}

interface ToolProps {
  readonly icon: ComponentType<{ readonly size: number; readonly "aria-hidden": "true" }>;
  readonly label: string;
  readonly keys?: string;
  readonly disabled: boolean;
  readonly onPress: () => unknown;
}

function Tool({ icon: Icon, label, keys, disabled, onPress }: ToolProps) {
  const title = keys === undefined ? label : `${label} (${keys.replace("Arrow", "")})`;
  return (
    <button
      type="button"
      className="button plain"
      aria-label={label}
      title={title}
      aria-keyshortcuts={keys}
      // Not disabled for the browser: the focus would be lost when the last press leaves nothing to do.
      aria-disabled={disabled}
      onClick={disabled ? undefined : onPress}
    >
      <Icon size={16} aria-hidden="true" />
    </button>
  );
}
