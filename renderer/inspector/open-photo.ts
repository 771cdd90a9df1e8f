import type { Inspection } from "../../preload/contract.ts";
import { ask, CallError } from "../api.ts";
import { choose, focusOn } from "../gallery/selection.ts";
import { select, selectionStore } from "../gallery/selection-store.ts";
import { libraryStore } from "../library-store.ts";
import { settingsStore } from "../settings-store.ts";
import { changeView, showAll } from "./actions.ts";
import { afterAnew, slotsAnew, usualAfter } from "./after.ts";
import { leaveTest } from "./blind-test.ts";
import type { Size } from "./geometry.ts";
import { inspectorStore } from "./inspector-store.ts";
import { keptPlace } from "./keep-place.ts";
import { withPendingPins } from "./pin-actions.ts";

/** Photos that are passed faster than this, as while an arrow is held, are not asked for. */
const PASSING_MS = 120;
/** How long a photo is looked at before its neighbours are prepared. */
const IDLE_MS = 300;

let question = 0;
let askedAtMs = Number.NEGATIVE_INFINITY;
let asking: ReturnType<typeof setTimeout> | undefined;
let preparing: ReturnType<typeof setTimeout> | undefined;
/** The photo that the view was last about. */
let last: Inspection | undefined;

/** Shows a photo, where and as large as the one before. */
export function openPhoto(id: number): void {
  const mine = ++question;
  stopTimers();
  // A test is about one photo: what there is of it is kept.
  leaveTest();
  inspectorStore.setState(({ lens, photo, inspection }) => ({
    photo: id,
    inspection: photo === id ? inspection : undefined,
    failure: undefined,
    after: photo === id && inspection !== undefined ? usualAfter(inspection, settingsRecipe()) : undefined,
    pin: undefined,
    trust: undefined,
    slotViews: [],
    live: { isBusy: false, latest: undefined },
    lens: { ...lens, pinned: photo === id ? lens.pinned : undefined },
  }));
  const now = performance.now();
  const isPassing = now - askedAtMs < PASSING_MS;
  askedAtMs = now;
  if (isPassing) asking = setTimeout(() => void load(id, mine), PASSING_MS);
  else void load(id, mine);
}

/** Asks again for the photo that is shown: something of it has changed. */
export function openAgain(): void {
  const { photo } = inspectorStore.getState();
  if (photo === undefined) return;
  const mine = ++question;
  stopTimers();
  void load(photo, mine);
}

/** No photo is shown any more, and none that was asked for will be. */
export function closePhoto(): void {
  leaveTest();
  question++;
  stopTimers();
}

/** Shows the photo so many places further on in the library, as it is filtered. @returns whether there is one */
export function step(by: number): boolean {
  const { ids } = libraryStore.getState();
  const { photo } = inspectorStore.getState();
  const at = photo === undefined ? -1 : ids.indexOf(photo);
  const to = at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + by));
  const id = ids[to];
  if (id === undefined || id === photo) return false;
  choosePhoto(id);
  return true;
}

/**
 * Makes a photo the one that has the focus, which is the one that is inspected. Where several are selected they stay so:
 * whoever looks through a selection goes on with it in the gallery.
 */
export function choosePhoto(id: number): void {
  select((before, ids) => (before.selected.size > 1 ? focusOn(before, id) : choose(before, ids, id, "only")));
}

/** Keeps to what has the focus, and to what becomes of it, as long as the inspector is open. @returns how to end it */
export function follow(): () => void {
  const { ids } = libraryStore.getState();
  const { focus } = selectionStore.getState();
  const first = focus !== undefined && ids.includes(focus) ? focus : ids[0];
  if (first === undefined) inspectorStore.setState({ photo: undefined, inspection: undefined, failure: undefined });
  else {
    if (first !== focus) choosePhoto(first);
    openPhoto(first);
  }
  const stopSelection = selectionStore.subscribe(({ focus: now }, before) => {
    if (now !== before.focus && now !== undefined) openPhoto(now);
  });
  const stopLibrary = libraryStore.subscribe(({ ids: now }, before) => {
    if (now === before.ids) return;
    const { photo } = inspectorStore.getState();
    if (photo === undefined && now[0] !== undefined) choosePhoto(now[0]);
    else if (now.length === 0) {
      closePhoto();
      inspectorStore.setState({ photo: undefined, inspection: undefined, failure: undefined });
    }
  });
  return () => {
    stopSelection();
    stopLibrary();
    closePhoto();
  };
}

async function load(id: number, mine: number): Promise<void> {
  try {
    const inspection = await ask("inspect", id, "now");
    if (mine !== question) return;
    take(inspection);
    preparing = setTimeout(() => prepareNeighbours(id), IDLE_MS);
  } catch (error) {
    if (mine === question) inspectorStore.setState({ inspection: undefined, failure: failureOf(error) });
  }
}

function take(answer: Inspection): void {
  const inspection = withPendingPins(answer);
  const before = inspectorStore.getState();
  const recipe = settingsRecipe();
  const isSame = before.inspection?.photo === inspection.photo;
  inspectorStore.setState({
    inspection,
    failure: undefined,
    after:
      isSame && before.inspection !== undefined
        ? afterAnew(before.inspection, before.after, inspection, recipe)
        : usualAfter(inspection, recipe),
    slots: slotsAnew(before.slots, last, inspection, recipe),
  });
  place(last?.original, inspection.original);
  last = inspection;
}

function place(before: Size | undefined, after: Size): void {
  const { isFitted, view } = inspectorStore.getState();
  if (isFitted || view === undefined || before === undefined) showAll();
  else changeView((now) => keptPlace(now, before, after));
}

/** The photo before and the one after, so that the next step finds them ready. */
function prepareNeighbours(id: number): void {
  const { ids } = libraryStore.getState();
  const at = ids.indexOf(id);
  if (at < 0) return;
  for (const neighbour of [ids[at + 1], ids[at - 1]]) {
    // Should it fail, it will say so when it is opened.
    if (neighbour !== undefined) ask("inspect", neighbour, "ahead").catch(() => undefined);
  }
}

function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  return error instanceof CallError
    ? { code: error.code, message: error.message }
    : { code: "INTERNAL", message: String(error) };
}

function settingsRecipe() {
  return settingsStore.getState().settings.recipe;
}

function stopTimers(): void {
  clearTimeout(asking);
  clearTimeout(preparing);
}
