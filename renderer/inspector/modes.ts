import { settingsStore } from "../settings-store.ts";
import { setMode } from "./actions.ts";
import { usualSlots } from "./after.ts";
import { inspectorStore, type Mode } from "./inspector-store.ts";

let comparing: Mode = "split";
inspectorStore.subscribe(({ mode }) => {
  if (mode !== "original" && mode !== "result") comparing = mode;
});

/** Shows a mode, with something in every slot. */
export function showMode(mode: Mode): void {
  if (mode === "slots") fillSlots();
  setMode(mode);
}

/** The result alone, or before and after as they were last compared. */
export function toggleCompare(): void {
  const { mode } = inspectorStore.getState();
  showMode(mode === "original" || mode === "result" ? comparing : "result");
}

function fillSlots(): void {
  const { inspection, slots } = inspectorStore.getState();
  if (inspection === undefined || slots.length > 1) return;
  inspectorStore.setState({ slots: usualSlots(inspection, settingsStore.getState().settings.recipe), slotViews: [] });
}
