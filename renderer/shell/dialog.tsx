import { X } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { openDialog } from "./room-store.ts";

interface DialogProps {
  readonly title: string;
  readonly isWide?: boolean;
  /** What is too high scrolls below the head: a `dialog-text` as a whole, or a part that has a height of its own. */
  readonly children: ReactNode;
}

/** The browser's own dialog: it keeps the focus inside and gives it back, and Escape closes it. */
export function Dialog({ title, isWide = false, children }: DialogProps): ReactNode {
  const { t } = useTranslation();
  const element = useRef<HTMLDialogElement>(null);
  // Shown before effects run, so that something in it can take the focus in one.
  useLayoutEffect(() => element.current?.showModal(), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; this is the click beside it
    <dialog
      ref={element}
      className={isWide ? "dialog framed wide" : "dialog framed"}
      aria-label={title}
      onClose={() => openDialog(undefined)}
      onClick={(event) => event.target === element.current && closeDialog()}
    >
      <div className="dialog-head">
        <h2>{title}</h2>
        <button type="button" className="button plain" aria-label={t("close")} onClick={closeDialog}>
          <X size={16} aria-hidden />
        </button>
      </div>
      {children}
    </dialog>
  );
}

/** What a dialog can do, below what scrolls. */
export function DialogFoot({ note, children }: { readonly note?: ReactNode; readonly children: ReactNode }): ReactNode {
  return (
    <footer className="dialog-foot">
      <div className="dialog-note" aria-live="polite">
        {note}
      </div>
      {children}
    </footer>
  );
}

/** Closes the dialog that is open, as Escape does: the focus goes back to where it was. */
export function closeDialog(): void {
  document.querySelector<HTMLDialogElement>("dialog[open]")?.close();
}
