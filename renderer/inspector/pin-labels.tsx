import type { ReactNode } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/shallow";
import { inspectorStore } from "./inspector-store.ts";
import { paneCount } from "./panes.ts";

/** Rings and names of pins, in every pane; the overlay puts them in their places. */
export function PinLabels(): ReactNode {
  const pins = useStore(inspectorStore, (state) =>
    state.blindTest === undefined ? state.inspection?.pins : undefined,
  );
  const marked = useStore(inspectorStore, (state) => state.pin);
  const panes = useStore(inspectorStore, useShallow(paneCount));
  return (
    <div data-part="pins" className="pins">
      {Array.from({ length: panes }, (_, pane) => pane).flatMap((pane) =>
        (pins ?? []).map(({ uid, name }) => (
          <span
            key={`${pane} ${uid}`}
            data-uid={uid}
            data-pane={pane}
            className={uid === marked ? "pin marked" : "pin"}
          >
            <i />
            <b>{name}</b>
          </span>
        )),
      )}
    </div>
  );
}
