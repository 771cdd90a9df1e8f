import type { Inspection, Picture, ResultPicture, TrustMap, TrustRequest } from "../../preload/contract.ts";
import { expected } from "../core/errors.ts";
import type { Library, MadeResult } from "../library/library.ts";
import type { ModelFolders } from "../models/choose.ts";
import { nextTurn } from "../system/next-turn.ts";
import type { Handlers } from "./ipc.ts";
import type { Live, LiveParts } from "./live.ts";
import { madeResult, recipeOf, stampOf } from "./made-results.ts";
import type { Pyramids } from "./pyramids.ts";
import type { QueueDesk } from "./queue-desk.ts";

/** What the inspector's calls are answered from. */
export interface InspectParts {
  readonly library: Library;
  readonly desk: QueueDesk;
  readonly folders: ModelFolders;
  readonly pyramids: Pyramids;
  readonly live: Live;
  readonly measureTrust: LiveParts["measureTrust"];
}

/** Slots beside the original. */
const MAX_RESULTS = 3;
/** Paths that are looked up between two turns of the loop. */
const CHUNK = 250;

/** The answers to the inspector's calls about what there is. */
export function inspectCalls(
  parts: InspectParts,
): Pick<Handlers, "inspect" | "live" | "dropLive" | "trust" | "setPin" | "removePin" | "saveBlindTest"> {
  const { library, pyramids, live } = parts;
  /** Photos may be passed faster than a slow disk tells of them: only the last one is looked at. */
  let latest = 0;
  return {
    live: (request) => live.patch(request),
    dropLive: (lane) => live.drop(lane),
    trust: (request) => (request.kind === "models" ? live.trustOfModels(request) : trustOfResult(parts, request)),
    inspect: async (photo, when) => {
      const turn = when === "now" ? ++latest : latest;
      const inspection = await inspectionOf(parts, photo);
      if (when === "now" && turn !== latest) return inspection;
      const keys = [inspection.original, ...inspection.results].map(({ key }) => key);
      if (when === "now") pyramids.show(keys);
      else for (const key of keys.slice(0, 2).reverse()) pyramids.prepare(key);
      return inspection;
    },
    setPin: async (photo, pin) => library.setPin([photo, ...(await matesOf(parts, photo))], pin),
    removePin: (_photo, uid) => library.removePin(uid),
    saveBlindTest: (photo, test) => library.saveBlindTest(photo, test),
  };
}

/** @throws SilvergrainError USAGE for what is no result of the photo; what making its pyramid rejects with */
async function trustOfResult(
  { library, pyramids, measureTrust }: InspectParts,
  { photo, result }: Extract<TrustRequest, { kind: "source" }>,
): Promise<TrustMap> {
  const { path, stamp, header } = await library.file(photo);
  const { results } = await presentResults(library.results(photo), pyramids);
  if (!results.some(({ key }) => key === result)) throw expected("the result", "one of the photo's", result);
  const { key } = pyramids.picture({ path, stamp, size: header.size });
  const [small, large] = await Promise.all([pyramids.whole(key), pyramids.whole(result)]);
  if (small === undefined || large === undefined) throw expected("the result", "one that is looked at", result);
  const map = await measureTrust(path, { kind: "source", source: small, result: large });
  return { ...map, area: { x: 0, y: 0, ...header.size } };
}

async function inspectionOf(parts: InspectParts, photo: number): Promise<Inspection> {
  const { library, desk, folders, pyramids } = parts;
  const { path, stamp, header } = await library.file(photo);
  await noteMissed(parts, photo, path, header.size.width);
  const { results, lost } = await presentResults(library.results(photo), pyramids);
  const job = desk.store.jobsOf(path, ["running", "queued"])[0];
  return {
    photo,
    original: pyramids.picture({ path, stamp, size: header.size }),
    results,
    lost,
    waiting: job === undefined ? undefined : recipeOf(desk, folders, job)?.recipe,
    pins: library.pins([photo, ...(await pinnedMates(parts, photo, path))]),
    tests: library.blindTests(photo),
  };
}

/** Notes what the queue still knows of and the library does not: made by an earlier version, or while the app was closed. */
async function noteMissed({ library, desk, folders }: InspectParts, photo: number, path: string, width: number) {
  const known = new Set(library.results(photo).map((result) => result.path));
  for (const job of [...desk.store.jobsOf(path, ["done"])].reverse()) {
    if (known.has(desk.resultOf(job))) continue;
    const made = await madeResult(desk, folders, job, width);
    if (made !== undefined) library.noteResult(photo, made);
  }
}

/** Results that are where they were put, as they were; one for each way in which they were made. */
async function presentResults(
  made: readonly MadeResult[],
  pyramids: Pick<Pyramids, "picture">,
): Promise<{ readonly results: readonly ResultPicture[]; readonly lost: number }> {
  const stamps = await Promise.all(made.map(({ path }) => stampOf(path)));
  const results = new Map<string, ResultPicture>();
  let lost = 0;
  for (const [i, result] of made.entries()) {
    const { path, stamp, width, height, model, scale, strength, realism, madeMs } = result;
    const now = stamps[i];
    if (now?.bytes !== stamp.bytes || now.mtimeMs !== stamp.mtimeMs) {
      lost++;
      continue;
    }
    const way = [model, scale, strength, realism].join("|");
    if (results.has(way)) continue;
    const picture: Picture = pyramids.picture({ path, stamp, size: { width, height } });
    results.set(way, { ...picture, model, scale, strength, realism, madeMs });
  }
  return { results: [...results.values()].slice(0, MAX_RESULTS), lost };
}

/** The other photos of the batches that a photo is in. */
async function matesOf({ library, desk }: InspectParts, photo: number): Promise<readonly number[]> {
  const path = await library.pathOf(photo);
  const mates: number[] = [];
  for (const [i, mate] of (path === undefined ? [] : desk.store.sourcesBeside(path)).entries()) {
    if (i % CHUNK === CHUNK - 1) await nextTurn();
    const id = library.idOfPath(mate);
    if (id !== undefined && id !== photo) mates.push(id);
  }
  return mates;
}

/** Those of them that have pins: far fewer, so they are looked at from the other side. */
async function pinnedMates({ library, desk }: InspectParts, photo: number, path: string): Promise<readonly number[]> {
  const batches = desk.store.batchesOf(path);
  if (batches.length === 0) return [];
  const mates: number[] = [];
  for (const [i, id] of library.pinned().entries()) {
    if (i % CHUNK === CHUNK - 1) await nextTurn();
    const other = id === photo ? undefined : library.pathAsKnown(id);
    if (other !== undefined && desk.store.isInBatch(other, batches)) mates.push(id);
  }
  return mates;
}
