import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { addFiles } from "../api.ts";
import { tellFailure } from "../notice-store.ts";
import { tellAdded } from "./commands.ts";
import { goTo } from "./room-store.ts";

/** Takes files and folders that are dropped anywhere in the window; what is dragged inside of it is left alone. */
export function DropArea({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const [isOver, setIsOver] = useState(false);
  // Entering a child comes before leaving its parent, so the two are counted.
  const depth = useRef(0);
  const over = (by: number) => {
    depth.current = Math.max(0, depth.current + by);
    setIsOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over(-depth.current);
    goTo("gallery");
    addFiles([...event.dataTransfer.files])
      .then(tellAdded)
      .catch(tellFailure);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the pointer; the dialog and paste are for the keyboard
    <div
      className="drop-area"
      onDragEnter={(event) => hasFiles(event) && over(1)}
      onDragLeave={(event) => hasFiles(event) && over(-1)}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={drop}
    >
      {children}
      {isOver && (
        <div className="drop-veil" role="status">
          <div>
            <strong>{t("dropHere")}</strong>
            <span>{t("dropHint")}</span>
          </div>
        </div>
      )}
    </div>
  );
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes("Files");
}
