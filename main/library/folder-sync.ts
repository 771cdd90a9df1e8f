import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { StopSignal } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import type { PassedOverFile } from "../core/viewing.ts";
import { nextTurn, turnsEvery } from "../system/next-turn.ts";
import { isMissingError } from "../system/system-error.ts";
import type { ChangeFeed } from "./change-feed.ts";
import { formatByName, identityOf, isHidden, isResultsFolder, isWithin, placeIn } from "./entries.ts";
import type { FolderRow } from "./folder-rows.ts";
import type { LibraryStore } from "./library-store.ts";
import { type FoundFile, isSameStamp } from "./photo-row.ts";
import { CHUNK, type KnownPlace } from "./photo-rows.ts";
import { scanFolder } from "./scan.ts";
import type { Change } from "./watch.ts";

/** Work between two turns of the event loop. */
const TURN_MS = 10;

/** What is needed to bring the store up to what a disk has. */
export interface SyncContext {
  readonly store: LibraryStore;
  readonly feed: ChangeFeed;
  /** Is told the ids of files that are new or have changed. */
  readonly onFound: (ids: readonly number[]) => void;
  readonly signal: StopSignal;
}

/**
 * Looks through a folder, or a part of it, and notes what has come, changed and gone.
 * @param under "" for all of it
 * @returns whether the folder is there
 */
export async function syncTree(context: SyncContext, folder: FolderRow, under = ""): Promise<boolean> {
  const { store, feed, signal } = context;
  const identity = await identityOfFolder(folder.path);
  if (identity === undefined) return noteMissing(context, folder);
  const turn = store.photos.nextTurn();
  const known = await store.photos.known(folder.id, under);
  const passedOver: PassedOverFile[] = [];
  const unread: string[] = [];
  let hasFiles = false;
  try {
    for await (const batch of scanFolder(folder.path, { under, signal })) {
      hasFiles ||= batch.files.length + batch.passedOver.length > 0;
      passedOver.push(...batch.passedOver);
      unread.push(...batch.unread);
      await putNew(context, folder, batch.files, known, turn);
    }
  } catch (error) {
    if (signal.aborted) return true;
    // The library's own trouble, a full disk mostly, says nothing of the folder.
    if (error instanceof SilvergrainError) throw error;
    if (isMissingError(error) || under === "") return noteMissing(context, folder);
    throw error;
  }
  if (signal.aborted) return true;
  const left = [...known].filter(([place, { isGone }]) => !isGone && !unread.some((top) => isAtOrBelow(place, top)));
  // A mount point without its disk is an empty folder, and another one than it was.
  if (!hasFiles && under === "" && left.length > 0 && folder.identity !== undefined && folder.identity !== identity)
    return noteMissing(context, folder);
  // The disk may have been pulled out, or the folder renamed, in the middle of it: then nothing is known of the rest.
  if ((await identityOfFolder(folder.path)) !== identity) return noteMissing(context, folder);
  await setGone(
    context,
    folder,
    left.map(([, { id }]) => id),
  );
  store.folders.setThere(folder.id, identity);
  if (under === "") {
    await store.folders.replacePassedOver(folder.id, passedOver, passedOver.length);
    store.folders.setSeen(folder.id, turn);
  } else await store.folders.changePassedOver(folder.id, passedOver, [under]);
  feed.foldersChanged();
  return true;
}

/** Looks after the single files of a folder that were added. @returns whether the folder is there */
export async function syncFiles(context: SyncContext, folder: FolderRow): Promise<boolean> {
  const { store, feed, signal } = context;
  const identity = await identityOfFolder(folder.path);
  if (identity === undefined) return noteMissing(context, folder);
  const turn = store.photos.nextTurn();
  const known = await store.photos.known(folder.id, "");
  const places = [...known].filter(([, { isTakenOut }]) => !isTakenOut).map(([place]) => place);
  const gone: number[] = [];
  for (let from = 0; from < places.length && !signal.aborted; from += CHUNK) {
    const part = places.slice(from, from + CHUNK);
    const found = await Promise.all(part.map((place) => lookAt(folder.path, join(folder.path, place))));
    part.forEach((place, i) => {
      const before = known.get(place);
      if (before !== undefined && !before.isGone && !mayBeThere(found[i])) gone.push(before.id);
    });
    await putNew(context, folder, found.filter(isFoundFile), known, turn);
  }
  if (signal.aborted) return true;
  if (gone.length > 0 && (await identityOfFolder(folder.path)) === undefined) return noteMissing(context, folder);
  await setGone(context, folder, gone);
  store.folders.setThere(folder.id, identity);
  store.folders.setSeen(folder.id, turn);
  feed.foldersChanged();
  return true;
}

/** Takes changes over that were noticed. @returns whether the folder is there */
export async function syncChanges(
  context: SyncContext,
  folder: FolderRow,
  changes: readonly Change[],
): Promise<boolean> {
  const { store, feed } = context;
  if ((await identityOfFolder(folder.path)) === undefined) return noteMissing(context, folder);
  const turn = store.photos.nextTurn();
  const files: FoundFile[] = [];
  const passedOver: PassedOverFile[] = [];
  const gone: string[] = [];
  for (const { path, now } of changes) {
    const place = placeIn(folder.path, path);
    if (now === "folder") {
      if (await isShownIn(folder.path, path)) await syncTree(context, folder, place);
      continue;
    }
    gone.push(place);
    if (now === "nothing" || !(await isShownIn(folder.path, dirname(path)))) continue;
    const found = await lookAt(folder.path, path);
    if (found === undefined) continue;
    if (isFoundFile(found)) files.push(found);
    else passedOver.push(found);
  }
  const there = new Set([...files, ...passedOver].filter(mayBeThere).map(({ place }) => place));
  const goneIds: number[] = [];
  const turned = turnsEvery(TURN_MS);
  for (const place of gone) {
    if (there.has(place)) continue;
    for (const { id, isGone } of (await store.photos.known(folder.id, place)).values()) if (!isGone) goneIds.push(id);
    await turned();
  }
  await setGone(context, folder, goneIds);
  await putNew(context, folder, files, new Map(), turn);
  await store.folders.changePassedOver(folder.id, passedOver, gone);
  feed.foldersChanged();
  return true;
}

/** Whether a scan of a folder would come to a path below it: nothing on the way is hidden or a folder of results. */
export async function isShownIn(root: string, path: string): Promise<boolean> {
  for (let each = path; each !== root && isWithin(root, each); each = dirname(each)) {
    if (isHidden(basename(each)) || (await isResultsFolder(each))) return false;
  }
  return true;
}

/** Names a folder as it is now; `undefined` where it is not there. */
export async function identityOfFolder(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    return found.isDirectory() ? identityOf(found) : undefined;
  } catch {
    // Whether it is away or only out of reach, its photos cannot be opened now.
    return undefined;
  }
}

function noteMissing({ store, feed }: SyncContext, { id }: FolderRow): false {
  store.folders.setMissing(id);
  feed.foldersChanged();
  return false;
}

/** Notes files that are new or have changed, and strikes those that were found off `known`. */
async function putNew(
  { store, feed, onFound }: SyncContext,
  { id }: FolderRow,
  files: readonly FoundFile[],
  known: Map<string, KnownPlace>,
  turn: number,
): Promise<void> {
  const changed = files.filter((file) => {
    const before = known.get(file.place);
    known.delete(file.place);
    return before === undefined || before.isGone || !isSameStamp(before, file);
  });
  for (let from = 0; from < changed.length; from += CHUNK) {
    const ids = store.photos.put(id, changed.slice(from, from + CHUNK), turn);
    feed.changed(ids);
    onFound(ids);
    feed.foldersChanged();
    await nextTurn();
  }
}

async function setGone({ store, feed }: SyncContext, { id }: FolderRow, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await store.photos.setGone(ids, store.folders.find(id)?.seenTurn ?? 0);
  feed.gone(ids);
}

/** What a file is to the folder. `undefined` where it is not there any more. */
async function lookAt(root: string, path: string): Promise<FoundFile | PassedOverFile | undefined> {
  const place = placeIn(root, path);
  const format = formatByName(path);
  try {
    if (!isWithin(root, await realpath(path))) return { place, why: "link-out" };
    const found = await stat(path);
    if (found.isDirectory()) return undefined;
    if (format === undefined || !found.isFile()) return { place, why: "not-a-photo" };
    return { place, format, bytes: found.size, mtimeMs: found.mtimeMs };
  } catch (error) {
    return isMissingError(error) ? undefined : { place, why: "unreadable" };
  }
}

function isFoundFile(found: FoundFile | PassedOverFile | undefined): found is FoundFile {
  return found !== undefined && "bytes" in found;
}

/** What cannot be looked at is not gone for that. */
function mayBeThere(found: FoundFile | PassedOverFile | undefined): boolean {
  return found !== undefined && (isFoundFile(found) || found.why === "unreadable");
}

function isAtOrBelow(place: string, top: string): boolean {
  return place === top || place.startsWith(`${top}/`);
}
