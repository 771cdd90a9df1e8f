import { mkdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  LIVE_LANES,
  type LivePatch,
  type LiveRequest,
  MOST_TRUST_PX,
  type Recipe,
  type TrustMap,
  type TrustRequest,
} from "../../preload/contract.ts";
import { type LiveRegionRequest, type LiveRegionResult, modelKey, type StopSignal } from "../core/enhance.ts";
import { expected, SilvergrainError } from "../core/errors.ts";
import { area, clipTo, describeSize, type Rect } from "../core/geometry.ts";
import type { CellMap } from "../core/trust.ts";
import type { PatchFile, TrustParts } from "../core/viewing.ts";
import type { Library, PhotoFile } from "../library/library.ts";
import { type Catalogue, readCatalogue } from "../models/catalogue.ts";
import type { ModelFolders } from "../models/choose.ts";
import { LEDGER_FOLDER } from "../queue/ledger.ts";
import { type PlannedPhoto, planPhoto } from "../queue/plan.ts";
import { makeFolder } from "../system/atomic-file.ts";
import { canvasKey } from "../system/canvas-key.ts";
import { hashFile } from "../system/hash-file.ts";
import { LatestOnly } from "./latest-only.ts";
import { LiveCanvases } from "./live-canvases.ts";
import { recipeOf } from "./made-results.ts";
import type { Patches } from "./patches.ts";
import type { QueueDesk } from "./queue-desk.ts";
import { type Power, settingsFor } from "./recipe.ts";

/** What infers. */
export interface LiveEngine {
  live(request: LiveRegionRequest, control: { readonly signal?: StopSignal }): Promise<LiveRegionResult>;
}

/** What live parts are made with. */
export interface LiveParts {
  readonly library: Pick<Library, "file">;
  readonly desk: QueueDesk;
  readonly engine: LiveEngine;
  readonly measureTrust: (path: string, parts: TrustParts) => Promise<CellMap>;
  readonly folders: ModelFolders;
  readonly patches: Patches;
  /** Folder of the results, where one was chosen. */
  readonly target: () => string | undefined;
  /** What inference may take of the machine now. */
  readonly power: () => Power;
  /** For canvases of photos whose results have no folder yet. */
  readonly workDir: string;
}

type Prepared = Omit<LiveRegionRequest, "rect" | "shrink" | "infer" | "save">;

/** What was found out for a photo and a recipe holds so long: a pointer that moves asks many times a second. */
const KNOWN_MS = 3000;
/** Hashes of photos that are remembered. */
const MAX_HASHES = 200;
/** Of the source: its results are compared px by px. */

/** Parts of results ahead of the batch, as the page's lenses ask for them. */
export class Live {
  private readonly lanes = new Map<string, LatestOnly>(LIVE_LANES.map((lane) => [lane, new LatestOnly()]));
  private readonly trustLane = new LatestOnly();
  private readonly known = new Map<string, { readonly untilMs: number; readonly prepared: Promise<Prepared> }>();
  private readonly hashes = new Map<string, string>();

  private readonly canvases: LiveCanvases;

  constructor(private readonly parts: LiveParts) {
    const { workDir, desk } = parts;
    const isWanted = (source: string) => desk.store.jobsOf(source, ["running", "queued"]).length > 0;
    this.canvases = new LiveCanvases(`${workDir}.json`, isWanted);
  }

  /** @throws SilvergrainError CANCELLED where a later request of its lane has come; SOURCE_*, MODEL_*, USAGE, … */
  patch({ photo, recipe, rect, shrink, infer, lane }: LiveRequest): Promise<LivePatch> {
    return this.lane(lane).run(async (signal) => {
      const prepared = await this.prepared(photo, recipe);
      refuseStopped(signal);
      const { patches, engine } = this.parts;
      const { token, path } = patches.newFile();
      // Before: a call that is given up may have begun a canvas too.
      if (infer) this.noteCanvas(prepared);
      const made = await engine.live({ ...prepared, rect, shrink, infer, save: path }, { signal });
      if (signal.aborted) await rm(path, { force: true });
      refuseStopped(signal);
      if (made.isThere) await patches.offer(token, path);
      const { area: covered, width, height, isWhole, tilesInferred } = made;
      return { token: made.isThere ? token : undefined, area: covered, width, height, isWhole, tilesInferred };
    });
  }

  /** Nobody waits for a lane's request any more. */
  drop(lane: string): void {
    this.lane(lane).drop();
  }

  /**
   * Where the faithful and the realistic model differ in a part of a photo.
   * @throws SilvergrainError CANCELLED where another part was asked for; USAGE for one that is too large
   */
  trustOfModels({ photo, rect }: Extract<TrustRequest, { kind: "models" }>): Promise<TrustMap> {
    return this.trustLane.run(async (signal) => {
      const file = await this.parts.library.file(photo);
      const part = clipTo(rect, file.header.size);
      refuseLargePart(file, part);
      const scale = this.nativeScale();
      const patches: PatchFile[] = [];
      try {
        for (const realism of [0, 1]) patches.push(await this.patchOf(photo, part, realism, scale, signal));
        const [faithful, realistic] = patches;
        if (faithful === undefined || realistic === undefined) throw new Error("two models are compared");
        const map = await this.parts.measureTrust(file.path, { kind: "models", faithful, realistic, scale });
        return { ...map, area: part };
      } finally {
        for (const { path } of patches) await rm(path, { force: true });
      }
    });
  }

  /** A part as one of the two models makes it. Each has tiles of its own, so what comes with the part may differ. */
  private async patchOf(
    photo: number,
    rect: Rect,
    realism: number,
    scale: number,
    signal: AbortSignal,
  ): Promise<PatchFile> {
    const prepared = await this.prepared(photo, nativeRecipe(this.catalogue().realism.id, realism, scale));
    const { path } = this.parts.patches.newFile();
    const request = { ...prepared, rect, shrink: 0, infer: true, save: path };
    this.noteCanvas(prepared);
    const { area: covered, width, height } = await this.parts.engine.live(request, { signal });
    const part = {
      x: Math.round((rect.x - covered.x) * scale),
      y: Math.round((rect.y - covered.y) * scale),
      width: rect.width * scale,
      height: rect.height * scale,
    };
    return { path, size: { width, height }, part };
  }

  private noteCanvas(prepared: Prepared): void {
    const { workDir, source } = prepared;
    this.canvases.note({ workDir, source, key: canvasKey({ ...prepared, passes: 1 }) });
  }

  /** What a photo's job would be with a recipe, and where it would keep its tiles. */
  private prepared(photo: number, recipe: Recipe): Promise<Prepared> {
    const now = performance.now();
    for (const [key, { untilMs }] of this.known) if (untilMs < now) this.known.delete(key);
    const key = JSON.stringify([photo, recipe]);
    const known = this.known.get(key);
    if (known !== undefined) return known.prepared;
    const prepared = this.prepare(photo, recipe);
    this.known.set(key, { untilMs: now + KNOWN_MS, prepared });
    prepared.catch(() => this.known.delete(key));
    return prepared;
  }

  private async prepare(photo: number, recipe: Recipe): Promise<Prepared> {
    const file = await this.parts.library.file(photo);
    const { path, stamp, header } = file;
    const settings = settingsFor(recipe, this.catalogue(), this.parts.power());
    const planned = await planPhoto({ path, place: basename(path) }, settings, async () => header);
    if (planned === undefined) throw largeAlready(path);
    if (planned.passes > 1) throw severalPasses(path, planned);
    const { model, target, format } = planned;
    const { strength, device, threads, allowSpinning, tilePx, maxMegapixels } = settings;
    return {
      source: path,
      sourceSha256: await this.sha256Of(file),
      sourceStamp: stamp,
      workDir: await this.workDirFor(path, planned),
      model,
      target,
      format,
      strength,
      device,
      threads,
      allowSpinning,
      tilePx,
      maxMegapixels,
    };
  }

  /** Where the photo's own job keeps its tiles, so that it need not make them again: the one that waits, or would. */
  private async workDirFor(path: string, planned: Pick<PlannedPhoto, "model">): Promise<string> {
    const { desk, folders, target, workDir } = this.parts;
    const wanted = modelKey(planned.model);
    for (const job of desk.store.jobsOf(path, ["running", "queued"])) {
      const made = recipeOf(desk, folders, job);
      if (made !== undefined && made.photo.passes === 1 && modelKey(made.photo.model) === wanted) {
        return workDirIn(made.target);
      }
    }
    const chosen = target();
    // A folder that is not there may be on a disk that is not: nothing is made in its place.
    if (chosen !== undefined && (await canHold(chosen))) return workDirIn(chosen);
    makeFolder(workDir);
    return workDir;
  }

  private async sha256Of({ path, stamp, sha256 }: PhotoFile): Promise<string> {
    const key = [path, stamp.bytes, stamp.mtimeMs].join("|");
    const known = sha256 ?? this.hashes.get(key);
    if (known !== undefined) return known;
    const made = await hashFile(path);
    this.hashes.set(key, made);
    const [oldest] = this.hashes.keys();
    if (this.hashes.size > MAX_HASHES && oldest !== undefined) this.hashes.delete(oldest);
    return made;
  }

  private catalogue(): Catalogue {
    const { modelsDir, userModelsDir } = this.parts.folders;
    return readCatalogue(modelsDir, userModelsDir);
  }

  private nativeScale(): number {
    const { realism, models } = this.catalogue();
    return models.find(({ id }) => id === realism.to)?.scale ?? 4;
  }

  private lane(name: string): LatestOnly {
    const lane = this.lanes.get(name);
    if (lane === undefined) throw expected("a lane", LIVE_LANES.join(", "), name);
    return lane;
  }
}

function nativeRecipe(model: string, realism: number, scale: number): Recipe {
  return { model, realism, size: { kind: "scale", scale }, strength: 1, format: "png", stripGps: false };
}

function workDirIn(target: string): string {
  return join(target, LEDGER_FOLDER, "work");
}

async function canHold(target: string): Promise<boolean> {
  try {
    if (!(await stat(target)).isDirectory()) return false;
    await mkdir(join(target, LEDGER_FOLDER), { recursive: true });
    return true;
  } catch {
    return false;
  }
}

function refuseStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new SilvergrainError("CANCELLED", "Something later was asked for.");
}

function refuseLargePart({ path }: PhotoFile, part: Rect): void {
  if (area(part) > 0 && area(part) <= MOST_TRUST_PX) return;
  const most = `a part of at most ${MOST_TRUST_PX / 1e6} megapixels`;
  throw expected(`the comparison of models on ${basename(path)}`, most, describeSize(part));
}

function largeAlready(path: string): SilvergrainError {
  return new SilvergrainError(
    "USAGE",
    `${basename(path)} is as large already as is asked for. Ask for a larger size to see what would come of it.`,
  );
}

function severalPasses(path: string, { target }: Pick<PlannedPhoto, "target">): SilvergrainError {
  return new SilvergrainError(
    "USAGE",
    `${basename(path)} at ${describeSize(target)} px takes more than one pass of the model, which cannot be shown ahead. Choose a smaller size, or enhance it.`,
  );
}
