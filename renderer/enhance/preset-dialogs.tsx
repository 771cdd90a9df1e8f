import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Modal } from "../modal.tsx";
import { presetNameFrom } from "./recipe.ts";

interface SavePresetDialogProps {
  /** The name to begin with. */
  readonly first: string;
  readonly taken: readonly string[];
  readonly onSave: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for the name to save the settings by; one that is there already is replaced. */
export function SavePresetDialog({ first, taken, onSave, onClose }: SavePresetDialogProps) {
  const { t } = useTranslation("enhance");
  const id = useId();
  const [text, setText] = useState(first);
  const name = presetNameFrom(text);
  const isTaken = name !== undefined && taken.includes(name);
  return (
    <Modal title={t("presetSaveTitle")} onClose={onClose}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (name !== undefined) onSave(name);
        }}
      >
        <label htmlFor={id}>{t("presetName")}</label>
        <input
          id={id}
          className="input"
          maxLength={60}
          autoComplete="off"
          aria-describedby={`${id}-hint`}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onFocus={(event) => event.target.select()}
        />
        <p className="soft hint" id={`${id}-hint`} role="status">
          {isTaken && t("presetNameTaken")}
        </p>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" className="button main" disabled={name === undefined}>
            {isTaken ? t("presetReplaceButton") : t("presetSaveButton")}
          </button>
        </div>
      </form>
    </Modal>
  );
}

interface RemovePresetDialogProps {
  readonly name: string;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

/** Asks whether a preset may go. */
export function RemovePresetDialog({ name, onRemove, onClose }: RemovePresetDialogProps) {
  const { t } = useTranslation("enhance");
  return (
    <Modal title={t("presetRemoveTitle", { name })} onClose={onClose}>
      <p>{t("presetRemoveHint")}</p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          {t("cancel")}
        </button>
        <button type="button" className="button danger" onClick={onRemove}>
          {t("presetRemoveButton")}
        </button>
      </div>
    </Modal>
  );
}
