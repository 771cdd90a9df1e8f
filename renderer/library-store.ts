import { createStore } from "zustand/vanilla";
import type { AppEvent, Folder, Judgement, Mark, Opening, PhotoRow } from "../preload/contract.ts";
import { ask } from "./api.ts";
import {
  appendPage,
  applyRows,
  type Catalogue,
  emptyCatalogue,
  refilter,
  resort,
  type View,
} from "./gallery/catalogue.ts";
import { type Filters, isFailed, matcher, NO_FILTERS, needsMarks, type Scope } from "./gallery/filter.ts";
import { asJudged } from "./gallery/judgements.ts";
import { tellFailure } from "./notice-store.ts";
import { queueStore } from "./queue-store.ts";
import { settingsStore } from "./settings-store.ts";

export type { Filters, Scope } from "./gallery/filter.ts";

/** The library, as it is looked at. */
export interface LibraryFacts extends Catalogue {
  readonly folders: readonly Folder[];
  readonly scope: Scope;
  readonly filters: Filters;
  /** Goes up with every change of a photo: `photos` stays the same map. */
  readonly version: number;
  /** From the start until all photos are there. */
  readonly isLoading: boolean;
}

/** Photos in the states that the sidebar lists. */
export interface Counts {
  readonly all: number;
  readonly picked: number;
  readonly enhanced: number;
  readonly failed: number;
}

export const libraryStore = createStore<LibraryFacts>(() => ({
  ...emptyCatalogue(),
  folders: [],
  scope: "all",
  filters: NO_FILTERS,
  version: 0,
  isLoading: true,
}));

const FIRST_PAGE = 500;
const PAGE = 5000;
/** How long the rest of a long list leaves the main process to the first screen's pictures. */
const PICTURES_FIRST_MS = 250;
/** Rows that may be new, and whose names are compared with others then, that are taken over at once. */
const NAMES_AT_ONCE = 1000;
/** Rows that are changed at once. */
const ROWS_AT_ONCE = 5000;

/** Takes the opening's folders over, and loads the photos: a first screen at once, then the rest. */
export async function beginLibrary(opening: Opening): Promise<void> {
  libraryStore.setState({ folders: opening.folders, isLoading: true });
  try {
    let offset = 0;
    for (let isWhole = false; !isWhole; ) {
      const limit = offset === 0 ? FIRST_PAGE : PAGE;
      const page = await ask("photos", { offset, limit });
      setCatalogue(appendPage(libraryStore.getState(), page, view()));
      isWhole = page.length < limit && takenOut === 0;
      // What was taken out meanwhile has moved the rest to the front: those are asked for again.
      offset = Math.max(0, offset + page.length - takenOut);
      takenOut = 0;
      if (limit === FIRST_PAGE && !isWhole) await new Promise((resolve) => setTimeout(resolve, PICTURES_FIRST_MS));
    }
  } catch (error) {
    tellFailure(error);
  } finally {
    libraryStore.setState({ isLoading: false });
    const events = held;
    held = [];
    events.forEach(applyPhotos);
  }
}

type PhotosEvent = Omit<Extract<AppEvent, { type: "photos" }>, "type">;
type Change = (before: Catalogue) => Catalogue;

/** What came while pages did: they are in order, and what is put between them would not be. */
let held: PhotosEvent[] = [];
let takenOut = 0;
const waiting: Change[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Takes over what the main process says of photos. */
export function applyPhotos(event: PhotosEvent): void {
  const { changed, gone } = event;
  if (libraryStore.getState().isLoading) {
    held.push(event);
    takenOut += gone.length;
    return;
  }
  const leave: Change = (before) => applyRows(before, [], gone, view());
  const take = slices(changed, NAMES_AT_ONCE).map<Change>(
    (rows) => (before) => applyRows(before, rows.map(asJudged), [], view()),
  );
  changeBy(gone.length > 0 ? [leave, ...take] : take);
}

/**
 * Changes what is thought of photos, before the main process has said so.
 * @param judgementOf what is to be changed of a photo, if anything
 */
export function judgeLocally(
  ids: readonly number[],
  judgementOf: (row: PhotoRow) => Partial<Judgement> | undefined,
): void {
  const changes = slices(ids, ROWS_AT_ONCE).map<Change>((some) => (before) => {
    const changed = some.flatMap((id) => {
      const row = before.photos.get(id);
      const judgement = row === undefined ? undefined : judgementOf(row);
      return row === undefined || judgement === undefined ? [] : [{ ...row, ...judgement }];
    });
    return applyRows(before, changed, [], view());
  });
  changeBy(changes);
}

/** Makes changes one after another, in tasks of their own, so that the page stays quick; the first now if none waits. */
function changeBy(changes: readonly Change[]): void {
  waiting.push(...changes);
  if (timer === undefined) changeNext();
}

function changeNext(): void {
  const change = waiting.shift();
  if (change !== undefined) setCatalogue(change(libraryStore.getState()));
  timer = waiting.length > 0 ? setTimeout(changeNext) : undefined;
}

function slices<T>(all: readonly T[], length: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / length) }, (_, at) => all.slice(at * length, (at + 1) * length));
}

/** Takes the list of folders over. When the one that is looked at is gone, all photos are. */
export function setFolders(folders: readonly Folder[]): void {
  const { scope } = libraryStore.getState();
  libraryStore.setState({ folders });
  if (typeof scope === "number" && !folders.some((folder) => folder.id === scope)) setScope("all");
}

export function setScope(scope: Scope): void {
  libraryStore.setState((facts) => refilter({ ...facts, scope } as LibraryFacts, view(scope, facts.filters)));
}

export function setFilters(part: Partial<Filters>): void {
  libraryStore.setState((facts) => {
    const filters = { ...facts.filters, ...part };
    return refilter({ ...facts, filters } as LibraryFacts, view(facts.scope, filters));
  });
}

export function clearFilters(): void {
  setFilters(NO_FILTERS);
}

/** Counts for the sidebar; the same object until something changes. */
export function countsOf(facts: LibraryFacts, marks: ReadonlyMap<number, Mark>): Counts {
  if (counted?.version !== facts.version || counted.marks !== marks)
    counted = { version: facts.version, marks, counts: countAll(facts.photos, marks) };
  return counted.counts;
}

let counted:
  | { readonly version: number; readonly marks: ReadonlyMap<number, Mark>; readonly counts: Counts }
  | undefined;

function countAll(photos: ReadonlyMap<number, PhotoRow>, marks: ReadonlyMap<number, Mark>): Counts {
  let picked = 0;
  let enhanced = 0;
  let failed = 0;
  for (const row of photos.values()) {
    const mark = marks.get(row.id);
    if (row.flag === "pick") picked++;
    if (mark?.state === "done") enhanced++;
    if (isFailed(row, mark)) failed++;
  }
  return { all: photos.size, picked, enhanced, failed };
}

function setCatalogue(catalogue: Catalogue): void {
  libraryStore.setState(({ version }) => ({ ...catalogue, version: version + 1 }));
}

function view(scope?: Scope, filters?: Filters): View {
  const facts = libraryStore.getState();
  const { sort, descending } = settingsStore.getState().settings;
  const { marks } = queueStore.getState();
  const matches = matcher(scope ?? facts.scope, filters ?? facts.filters);
  return { sort, descending, matches, markOf: (photo) => marks.get(photo) };
}

settingsStore.subscribe(({ settings }, before) => {
  if (settings.sort === before.settings.sort && settings.descending === before.settings.descending) return;
  setCatalogue(resort(libraryStore.getState(), view()));
});

queueStore.subscribe(({ marks }, before) => {
  const { scope, filters } = libraryStore.getState();
  if (marks !== before.marks && needsMarks(scope, filters)) setCatalogue(refilter(libraryStore.getState(), view()));
});
