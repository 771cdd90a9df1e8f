import { createStore } from "zustand/vanilla";
import type { ExportChoice, ExportNames, ExportState } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { selectionStore } from "../gallery/selection-store.ts";
import { inspectorStore } from "../inspector/inspector-store.ts";
import { visiblePart } from "../inspector/visible.ts";
import { libraryStore } from "../library-store.ts";
import { type FailureText, failureOf, tellFailure } from "../notice-store.ts";
import { settingsStore } from "../settings-store.ts";
import { openDialog, roomStore } from "../shell/room-store.ts";

/** What an export is about, and how far it is. */
export interface ExportFacts {
  /** Photos with a result; `undefined` until they are known. */
  readonly ready: readonly number[] | undefined;
  /** How many of them have marked places. */
  readonly pinned: number;
  /** How many of the chosen ones have none. */
  readonly without: number;
  readonly names: ExportNames;
  /** What the inspector shows of the photo, where the dialog was opened there. */
  readonly view: Pick<ExportChoice, "part" | "at" | "angle"> | undefined;
  /** Whether just that is exported. */
  readonly isViewOnly: boolean;
  /** Why the last thing that was asked for did not work. Notices lie behind the dialog. */
  readonly failure: FailureText | undefined;
  /** The folder is being asked for: once is enough. */
  readonly isAsking: boolean;
  /** Of the export that goes on, or has ended. */
  readonly state: ExportState | undefined;
}

const NO_NAMES: ExportNames = { names: [], problem: undefined };
/** Names are shown for so many photos at most. */
const NAMED = 50;
/** While one types, names are asked for this often. */
const PAUSE_MS = 120;

export const exportStore = createStore<ExportFacts>(() => ({
  ready: undefined,
  pinned: 0,
  without: 0,
  names: NO_NAMES,
  view: undefined,
  isViewOnly: false,
  failure: undefined,
  isAsking: false,
  state: undefined,
}));

let question = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Opens the dialog for what is chosen, or for all that is in view; in the inspector, for the photo. */
export function openExport(): void {
  const { state } = exportStore.getState();
  const isBusy = state !== undefined && state.end === undefined;
  if (!isBusy) chooseAgain();
  openDialog("export");
}

/** Looks at the photos anew, and puts the last export's end away. */
export function chooseAgain(): void {
  const mine = ++question;
  exportStore.setState({
    ready: undefined,
    pinned: 0,
    without: 0,
    names: NO_NAMES,
    view: viewNow(),
    isViewOnly: false,
    failure: undefined,
    state: undefined,
  });
  ask("exportReady", [...chosenPhotos()])
    .then(({ ready, pinned, without }) => {
      if (mine !== question) return;
      exportStore.setState({ ready, pinned, without });
      askNames();
    })
    .catch(sayFailure);
}

/** Asks for the names as the settings have them now, once one rests. */
export function askNames(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const mine = question;
    const { ready } = exportStore.getState();
    if (ready === undefined || ready.length === 0) return;
    const { exporting } = settingsStore.getState().settings;
    ask("exportNames", ready.slice(0, NAMED), exporting)
      .then((names) => {
        if (mine === question && settingsStore.getState().settings.exporting === exporting)
          exportStore.setState({ names });
      })
      .catch(sayFailure);
  }, PAUSE_MS);
}

/** Asks for a folder and begins. */
export async function beginExport(): Promise<void> {
  const { ready, view, isViewOnly, isAsking } = exportStore.getState();
  if (ready === undefined || ready.length === 0 || isAsking) return;
  exportStore.setState({ isAsking: true, failure: undefined });
  const { exporting } = settingsStore.getState().settings;
  try {
    await ask("exportPhotos", [...ready], isViewOnly && view !== undefined ? { ...exporting, ...view } : exporting);
  } catch (error) {
    sayFailure(error);
  } finally {
    exportStore.setState({ isAsking: false });
  }
}

/** In the dialog while it is open, else where notices are. */
export function sayFailure(error: unknown): void {
  if (roomStore.getState().dialog === "export") exportStore.setState({ failure: failureOf(error) });
  else tellFailure(error);
}

/** The part of the photo that is in sight, and the divider as it stands. */
function viewNow(): ExportFacts["view"] {
  const facts = inspectorStore.getState();
  const { inspection, divider } = facts;
  const seen = roomStore.getState().room === "inspector" ? visiblePart(facts) : undefined;
  if (inspection === undefined || seen === undefined) return undefined;
  const { width, height } = inspection.original;
  const part = { x: seen.x / width, y: seen.y / height, width: seen.width / width, height: seen.height / height };
  return { part, at: divider.at, angle: divider.angle };
}

function chosenPhotos(): readonly number[] {
  const { photo } = inspectorStore.getState();
  if (roomStore.getState().room === "inspector" && photo !== undefined) return [photo];
  const { selected } = selectionStore.getState();
  const { ids } = libraryStore.getState();
  return selected.size > 0 ? ids.filter((id) => selected.has(id)) : ids;
}
