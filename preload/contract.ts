import { z } from "zod";
import { type CallName, MAX_PATHS } from "./call-names.ts";

export { CALL_NAMES, type CallName, EVENT_CHANNEL, MAX_PATHS } from "./call-names.ts";

/*
 * Everything that the page and the main process say to each other. The page is not trusted: whatever it sends is parsed
 * with the schemas here; it names photos by number and never by path, and paths reach it only to be shown.
 */

/** Where the page comes from. */
export const PAGE_SCHEME = "app";
export const PAGE_ORIGIN = `${PAGE_SCHEME}://silvergrain`;
/** Where pixels come from, see `thumbnailUrl`. */
export const PHOTO_SCHEME = "photo";

/* ---- Photos ---------------------------------------------------------------------------------------------------- */

export const FLAGS = ["none", "pick", "reject"] as const;
export type Flag = (typeof FLAGS)[number];

/** Keys 6 to 9. */
export const LABELS = ["none", "red", "yellow", "green", "blue"] as const;
export type Label = (typeof LABELS)[number];

/** What the photographer thinks of a photo. */
export interface Judgement {
  /** 0 to 5. */
  readonly stars: number;
  readonly flag: Flag;
  readonly label: Label;
  /** The result was judged and is not wanted. */
  readonly keepsOriginal: boolean;
}

/** A photo, as much of it as a cell shows and a sort or filter needs. */
export interface PhotoRow extends Judgement {
  readonly id: number;
  /** The folder of the library that it lies in, at any depth. */
  readonly folder: number;
  /** File name. */
  readonly name: string;
  /** Path below the folder, file name included, forward slashes. */
  readonly place: string;
  /** By the file's extension: jpeg, png, webp, tiff, avif, gif. */
  readonly format: string;
  readonly bytes: number;
  /** When the file was changed, in ms since 1970. */
  readonly changedMs: number;
  /** As it is seen, orientation applied. `undefined` until the header was read. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** When it was taken, in ms since 1970 as if the camera's clock were UTC. */
  readonly takenMs: number | undefined;
  /** Names the thumbnail's content; `undefined` until there is one in the cache. */
  readonly thumbnail: string | undefined;
  /** An ErrorCode, where the photo cannot be read. */
  readonly error: string | undefined;
}

/** A folder of the library. Single files that were added lie in the folder of their parent. */
export interface Folder {
  readonly id: number;
  readonly name: string;
  /** Absolute, to be shown. */
  readonly path: string;
  readonly photos: number;
  /** Files that are no photos, links that lead out, and what could not be looked at; see `passedOver`. */
  readonly passedOver: number;
  /** Not there at the moment: moved away, or its disk is not plugged in. */
  readonly isMissing: boolean;
  readonly isScanning: boolean;
}

/** Something in a folder that makes no photo. */
export interface PassedOverFile {
  /** Path below the folder. */
  readonly place: string;
  readonly why: "not-a-photo" | "link-out" | "unreadable";
}

/** What a photo says of how it was taken. What is `undefined` is not in the file. */
export interface PhotoFacts {
  readonly path: string;
  readonly format: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  /** Bits a channel. */
  readonly bits: number;
  readonly camera: string | undefined;
  readonly lens: string | undefined;
  /** Exposure time in seconds. */
  readonly seconds: number | undefined;
  readonly fNumber: number | undefined;
  readonly iso: number | undefined;
  /** Millimetres. */
  readonly focalLength: number | undefined;
  readonly takenMs: number | undefined;
  /** Name of the colour profile; `undefined` for none. */
  readonly profile: string | undefined;
}

/**
 * The address of a photo's thumbnail.
 * @param kind `embedded` is the small one that the camera put into the file: there at once, or not at all (404)
 */
export function thumbnailUrl(id: number, kind: "embedded" | "own", version = "0"): string {
  return `${PHOTO_SCHEME}://${kind === "own" ? "thumbnail" : "embedded"}/${id}/${version}`;
}

/* ---- Enhancing --------------------------------------------------------------------------------------------------- */

export const MARK_STATES = ["queued", "running", "done", "failed"] as const;

/** How far the enhancement of a photo is, for its cell: that of the latest job. */
export interface Mark {
  readonly photo: number;
  /** `none` takes the mark off. */
  readonly state: (typeof MARK_STATES)[number] | "none";
  /** 0 to 1 while running. */
  readonly fraction: number;
  /** The result looks wrong in some way, see the engine's self-check. */
  readonly isFlagged: boolean;
  /** Why it failed. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** Of the result to the source. */
  readonly scale: number | undefined;
}

export const ResultSize = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("scale"), scale: z.number().min(1).max(8) }),
  z.strictObject({ kind: z.literal("long-edge"), px: z.int().min(16).max(200_000) }),
]);
export type ResultSize = z.infer<typeof ResultSize>;

export const FORMAT_CHOICES = ["same", "jpeg", "png", "webp", "tiff", "avif"] as const;

/** How photos are to be enhanced. */
export const Recipe = z.strictObject({
  /** Id in the catalogue; `auto` takes the one that restores for photos that are compressed or noisy. */
  model: z.string().min(1).max(100),
  /** 0 faithful to 1 realistic, for the models that have it. */
  realism: z.number().min(0).max(1),
  size: ResultSize,
  strength: z.number().min(0).max(1),
  format: z.enum(FORMAT_CHOICES),
  /** 1 to 100; `undefined` for the format's own default. */
  quality: z.int().min(1).max(100).optional(),
  stripGps: z.boolean(),
});
export type Recipe = z.infer<typeof Recipe>;

export interface Preset {
  readonly name: string;
  readonly recipe: Recipe;
}

/** A model of the catalogue. */
export interface ModelCard {
  readonly id: string;
  readonly name: string;
  readonly scale: number;
  readonly hasRealism: boolean;
  /** Whether there are pictures of the sample before and after, see `sampleUrl`. */
  readonly hasSample: boolean;
}

/** What models run on. */
export const DEVICES = ["cpu", "webgpu", "cuda", "dml", "coreml"] as const;

/** What would happen to the photos that were chosen. */
export interface EnhancePlan {
  readonly todo: number;
  readonly skipped: readonly { readonly reason: "done" | "large-enough"; readonly photos: number }[];
  readonly failed: readonly { readonly name: string; readonly code: string; readonly message: string }[];
  /** Milliseconds; `undefined` while the device is not measured. */
  readonly ms: number | undefined;
  readonly device: (typeof DEVICES)[number] | undefined;
  /** Estimated, of the results. */
  readonly outputBytes: number;
  readonly workingBytes: number;
  readonly freeBytes: number | undefined;
  /** The largest result. */
  readonly largest: { readonly width: number; readonly height: number } | undefined;
  /** Photos that look compressed or noisy. */
  readonly worn: number;
}

/* ---- The queue --------------------------------------------------------------------------------------------------- */

export interface BatchRow {
  readonly id: number;
  readonly name: string;
  /** Folder of the results, to be shown. */
  readonly target: string;
  readonly paused: boolean;
  /** Why it was paused, where that was not the user. */
  readonly code: string | undefined;
  readonly queued: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly msLeft: number | undefined;
}

export interface JobRow {
  readonly id: number;
  readonly batch: number;
  readonly photo: number | undefined;
  readonly name: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly tilesDone: number;
  readonly tilesTotal: number;
  readonly msLeft: number | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly isFlagged: boolean;
  /** Names the next page. */
  readonly cursor: { readonly priority: number; readonly position: number; readonly id: number };
}

export interface QueueState {
  readonly paused: boolean;
  readonly batches: readonly BatchRow[];
  /** Photos that are being worked on. */
  readonly running: readonly JobRow[];
  /** Why nothing is worked on although something waits. */
  readonly waiting: "disk" | "battery" | "paused" | undefined;
  readonly msLeft: number | undefined;
  /** Goes up with every change of the list. */
  readonly version: number;
}

const JobIds = z.array(z.int().positive()).min(1).max(100_000);
export const JobSelection = z.union([
  z.strictObject({ jobs: JobIds }),
  z.strictObject({ batch: z.int().positive() }),
  z.literal("all"),
]);
export type JobSelection = z.infer<typeof JobSelection>;

/* ---- The inspector ------------------------------------------------------------------------------------------------- */

/** Width and height of a tile, in px of its level, but for those at the right and lower edge. */
export const TILE_PX = 512;
/** Px of its neighbours that a tile has on every side; beyond the picture's edge its last px are repeated. */
export const TILE_APRON_PX = 4;

/** A picture that is shown by tiles: a photo, or a result as it is on the disk. Turned upright, in sRGB. */
export interface Picture {
  /** Names it in addresses: under one key there is one content for ever. */
  readonly key: string;
  readonly width: number;
  readonly height: number;
}

/**
 * How many levels a picture has. Level 0 has all its px, and px `i` of level `n` is the mean of the px from `i * 2 ** n`
 * to `(i + 1) * 2 ** n` of them, of those that there are; the last level is one tile.
 */
export function levelCount({ width, height }: { readonly width: number; readonly height: number }): number {
  return 1 + Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / TILE_PX)));
}

/**
 * The address of a tile: raw RGB samples, 8 bit, row by row, apron included. The answer comes when the tile is made, and
 * is a `Failure` as JSON with status 500 where it cannot be.
 */
export function tileUrl(key: string, level: number, x: number, y: number): string {
  return `${PHOTO_SCHEME}://tile/${key}/${level}/${x}/${y}`;
}

/** The address of a live patch: raw RGBA samples, 8 bit, row by row, transparent where there is nothing. Given once. */
export function patchUrl(token: string): string {
  return `${PHOTO_SCHEME}://patch/${token}`;
}

/** A result with how it was made. */
export interface ResultPicture extends Picture {
  /** Id of the model; what it is called is in the catalogue, as long as it is there. */
  readonly model: string;
  /** Of the result to the source. */
  readonly scale: number;
  readonly strength: number;
  readonly realism: number | undefined;
  readonly madeMs: number;
}

/** A place in a photo that was marked. */
export const Pin = z.strictObject({
  /** The same on all photos that share it. */
  uid: z.string().regex(/^[0-9a-z-]{8,40}$/),
  name: z.string().max(80),
  /** 0 to 1 of the upright photo's width and height. */
  x: z.number().min(0).max(1),
  y: z.number().min(0).max(1),
});
export type Pin = z.infer<typeof Pin>;

/** A blind test that was ended: which of two pictures X is was said so many times. */
export const BlindTest = z
  .strictObject({
    /** What was compared, as it was called. */
    a: z.string().max(120),
    b: z.string().max(120),
    trials: z.int().min(1).max(1000),
    correct: z.int().min(0).max(1000),
    madeMs: z.number().min(0),
  })
  .refine(({ trials, correct }) => correct <= trials);
export type BlindTest = z.infer<typeof BlindTest>;

/** A photo with all that can be compared with it. */
export interface Inspection {
  readonly photo: number;
  readonly original: Picture;
  /** The latest one first; at most three, each by another model or recipe. */
  readonly results: readonly ResultPicture[];
  /** Results that were made and are not where they were, or are other files by now. */
  readonly lost: number;
  /** How the photo is being enhanced, or will be: `live` gives what is there of it. */
  readonly waiting: Recipe | undefined;
  /** Of this photo, and of others in its batches. */
  readonly pins: readonly Pin[];
  readonly tests: readonly BlindTest[];
}

/** What live requests stand beside each other: within a lane, a request drops the one before. */
export const LIVE_LANES = ["lens", "view", "slot1", "slot2", "slot3"] as const;

const SourceRect = z.strictObject({
  x: z.int().min(0),
  y: z.int().min(0),
  width: z.int().positive(),
  height: z.int().positive(),
});

/** A part of a result, ahead of the batch. */
export const LiveRequest = z.strictObject({
  photo: z.int().positive(),
  recipe: Recipe,
  /** In px of the upright photo. */
  rect: SourceRect,
  /** The patch has a px for `2 ** shrink` of the result's in each direction. */
  shrink: z.int().min(0).max(8),
  /** Without, only what is there already is given. */
  infer: z.boolean(),
  lane: z.enum(LIVE_LANES),
});
export type LiveRequest = z.infer<typeof LiveRequest>;

/** A part of a result, exactly as the whole one will have it. */
export interface LivePatch {
  /** See `patchUrl`; `undefined` where there is nothing yet. */
  readonly token: string | undefined;
  /** What it covers, in px of the upright photo: whole tiles of the model, so it may be more than was asked for. */
  readonly area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Its own size in px. */
  readonly width: number;
  readonly height: number;
  /** Whether all of it is there. */
  readonly isWhole: boolean;
  readonly tilesInferred: number;
}

/** Where a result says what its source does not, or where two models differ; a figure for each square of the source. */
export interface TrustMap {
  /** Px of the source along a square's side; those at the right and lower edge may be smaller. */
  readonly cellPx: number;
  /** What it covers, in px of the source. */
  readonly area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly across: number;
  readonly down: number;
  /** Mean absolute difference in levels of 255, over the px and channels of a square, row by row. */
  readonly cells: readonly number[];
}

/** Px of the source that models are compared on, at most. */
export const MOST_TRUST_PX = 2e6;

export const TrustRequest = z.discriminatedUnion("kind", [
  /** The result, made as small as the source, less the source. */
  z.strictObject({ kind: z.literal("source"), photo: z.int().positive(), result: z.string().max(64) }),
  /** The faithful model's result less that of the realistic one, in a part of the photo. */
  z.strictObject({ kind: z.literal("models"), photo: z.int().positive(), rect: SourceRect }),
]);
export type TrustRequest = z.infer<typeof TrustRequest>;

/* ---- Export -------------------------------------------------------------------------------------------------------- */

/** What an export makes. */
export const EXPORT_KINDS = [
  "paired",
  "side-by-side",
  "top-bottom",
  "split",
  "grid",
  "sheet",
  "pin-sheet",
  "html",
] as const;
/** How files get into paired trees. Only results are ever moved: originals are copied then. */
export const TRANSFERS = ["copy", "link", "move"] as const;
/** Formats of composites. */
export const EXPORT_FORMATS = ["jpeg", "png", "webp", "tiff", "avif"] as const;
/** How originals are enlarged beside their results; `as-is` leaves them as small as they are. */
export const EXPORT_BASELINES = ["nearest", "bicubic", "lanczos", "as-is"] as const;
export const EXPORT_SHARPENINGS = ["none", "screen", "print"] as const;

export const EXPORT_PAPERS = ["a4", "letter"] as const;
export const SHEET_FORMATS = ["pdf", "png"] as const;
export const MOST_COLUMNS = 6;

/** How pairs are exported, as it is chosen in the dialog. */
export const ExportChoice = z.strictObject({
  kind: z.enum(EXPORT_KINDS),
  /** Template of the names. */
  name: z.string().max(1000),
  together: z.boolean(),
  transfer: z.enum(TRANSFERS),
  /** A page of its own for each photo. */
  separate: z.boolean(),
  format: z.enum(EXPORT_FORMATS),
  baseline: z.enum(EXPORT_BASELINES),
  captions: z.boolean(),
  /** Longest side in px; without it, full size. */
  fitPx: z.int().min(64).max(100_000).optional(),
  /** Of the line of `split`, in degrees. */
  angle: z.number().min(0).max(360),
  sharpen: z.enum(EXPORT_SHARPENINGS),
  /** Of contact sheets and pin sheets. */
  paper: z.enum(EXPORT_PAPERS),
  landscape: z.boolean(),
  sheetFormat: z.enum(SHEET_FORMATS),
  /** Pairs beside each other on a contact sheet. */
  columns: z.int().min(1).max(MOST_COLUMNS),
  /** Where the line of `split` is, 0 to 1 of its way. */
  at: z.number().min(0).max(1),
  /** What composites show, in shares of the photo's width and height; without it, all of it. */
  part: z
    .strictObject({
      x: z.number().min(0).max(1),
      y: z.number().min(0).max(1),
      width: z.number().gt(0).max(1),
      height: z.number().gt(0).max(1),
    })
    .optional(),
  /** Composites and pages say nothing of where photos were taken. */
  stripGps: z.boolean(),
});
export type ExportChoice = z.infer<typeof ExportChoice>;

export const DEFAULT_EXPORT_CHOICE: ExportChoice = {
  kind: "paired",
  name: "{name}",
  together: false,
  transfer: "copy",
  separate: false,
  format: "jpeg",
  baseline: "lanczos",
  captions: true,
  angle: 0,
  at: 0.5,
  sharpen: "none",
  paper: "a4",
  landscape: false,
  sheetFormat: "pdf",
  columns: 2,
  stripGps: true,
};

/** Names as they would be written; or what is wrong with the template. */
export interface ExportNames {
  readonly names: readonly string[];
  readonly problem:
    | { readonly kind: string; readonly at: number; readonly word: string; readonly suggestion: string | undefined }
    | undefined;
}

/** How far an export is. */
export interface ExportState {
  readonly total: number;
  readonly done: number;
  /** Of these, what was there already. */
  readonly skipped: number;
  readonly failed: number;
  /** The first of them. */
  readonly failures: readonly { readonly name: string; readonly code: string; readonly message: string }[];
  /** Absolute path. */
  readonly folder: string;
  readonly end: "done" | "stopped" | { readonly code: string; readonly message: string } | undefined;
}

/* ---- Settings ------------------------------------------------------------------------------------------------------ */

export const THEMES = ["system", "dark", "light"] as const;
export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];
export const SORTS = ["name", "taken", "bytes", "megapixels"] as const;

/** The honest ways to enlarge a photo without a model. */
export const BASELINE_FILTERS = ["nearest", "bicubic", "lanczos"] as const;
export type BaselineFilter = (typeof BASELINE_FILTERS)[number];

/** What models may be told to run on. */
export const DEVICE_CHOICES = ["auto", ...DEVICES] as const;
export const MOST_THREADS = 256;
export const MOST_CACHE_GB = 2000;
const CacheGb = z.int().min(1).max(MOST_CACHE_GB);

/** What is remembered of how the user wants it. */
export const Settings = z.strictObject({
  theme: z.enum(THEMES),
  /** `system` follows the system's. */
  language: z.enum(["system", ...LANGUAGES]),
  /** Width of a cell, in CSS px. */
  cellPx: z.int().min(96).max(480),
  sort: z.enum(SORTS),
  descending: z.boolean(),
  recipe: Recipe,
  showsPanel: z.boolean(),
  showsFilmstrip: z.boolean(),
  /** How the original is enlarged beside a result. */
  baseline: z.enum(BASELINE_FILTERS),
  exporting: ExportChoice,
  /** For photos that are queued from now on. */
  device: z.enum(DEVICE_CHOICES),
  /** Of the CPU, for inference; `auto` leaves one core free. */
  threads: z.union([z.literal("auto"), z.int().min(1).max(MOST_THREADS)]),
  /** How much room is taken by what can be made again, in GB. */
  thumbnailsGb: CacheGb,
  tilesGb: CacheGb,
  /** In each folder of results. */
  canvasesGb: CacheGb,
  /** Whether the app looks for newer versions of itself. It is agreed to in a dialog of the system: see `letLookForUpdates`. */
  looksForUpdates: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;

/** Those that the page changes by itself. */
export const PageSettings = Settings.omit({ looksForUpdates: true });
export type PageSettings = z.infer<typeof PageSettings>;

/** As they are before anybody has changed them. */
export const DEFAULT_SETTINGS: Settings = {
  theme: "system",
  language: "system",
  cellPx: 200,
  sort: "name",
  descending: false,
  recipe: {
    model: "auto",
    realism: 0.5,
    size: { kind: "scale", scale: 4 },
    strength: 1,
    format: "same",
    stripGps: false,
  },
  showsPanel: true,
  showsFilmstrip: true,
  baseline: "lanczos",
  exporting: DEFAULT_EXPORT_CHOICE,
  device: "auto",
  threads: "auto",
  thumbnailsGb: 1,
  tilesGb: 6,
  canvasesGb: 4,
  looksForUpdates: false,
};

/** What there is to compute with. */
export interface Machine {
  readonly cores: number;
  /** What `auto` tries, in this order. */
  readonly devices: readonly (typeof DEVICES)[number][];
}

/** All that the page needs to begin with. */
export interface Opening {
  readonly version: string;
  readonly platform: string;
  /** The language that `system` stands for. */
  readonly systemLanguage: Language;
  readonly settings: Settings;
  readonly folders: readonly Folder[];
  /** How many `photos` will give. */
  readonly photos: number;
  readonly models: readonly ModelCard[];
  readonly machine: Machine;
  readonly presets: readonly Preset[];
  /** Folder that results go to, to be shown; `undefined` until one was chosen. */
  readonly target: string | undefined;
  readonly updates: UpdateNews;
  readonly queue: QueueState;
}

/** Of newer versions. */
export interface UpdateNews {
  /** Who is asked; `undefined` for a program that was made without an address. */
  readonly host: string | undefined;
  /** One that was found. */
  readonly newer: string | undefined;
}

/* ---- Diagnostics ---------------------------------------------------------------------------------------------------- */

/** A name with what it has: a program and its version, a feature and its state. */
export type NamedValue = readonly [name: string, value: string];

export const PLACES = ["data", "cache", "logs", "reports"] as const;

/** What helps to find out why something does not work. It is shown, and sent nowhere. */
export interface Diagnostics {
  /** Of the app's own process. */
  readonly versions: readonly NamedValue[];
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly displays: readonly { readonly width: number; readonly height: number; readonly scale: number }[];
  /** Features of the graphics card, and whether the window uses them. */
  readonly graphics: readonly NamedValue[];
  readonly places: readonly {
    readonly kind: (typeof PLACES)[number];
    readonly path: string;
    readonly bytes: number;
    /** Counting was given up: there are more. */
    readonly isMore: boolean;
  }[];
  /** What was left by processes that have ended as they should not, the latest first. */
  readonly reports: readonly { readonly name: string; readonly whenMs: number; readonly what: string }[];
  /** The last lines of the log. */
  readonly log: readonly string[];
}

/** What `auto` makes of the devices, in its order. */
export interface DeviceSurvey {
  readonly devices: readonly {
    readonly device: (typeof DEVICES)[number];
    /** Behind the one that is taken, none is tried. */
    readonly state: "taken" | "refused" | "untried";
    /** Why it was refused, in English. */
    readonly reason: string | undefined;
  }[];
  /** Of the engine. */
  readonly versions: readonly NamedValue[];
}

/** What came of a file of presets. */
export interface PresetImport {
  readonly presets: readonly Preset[];
  readonly added: number;
  /** Were there already, the same in all. */
  readonly known: number;
}

/* ---- Calls --------------------------------------------------------------------------------------------------------- */

const PhotoId = z.int().positive();
const PhotoIds = z.array(PhotoId).max(200_000);
const Order = z.strictObject({ photos: PhotoIds.min(1), recipe: Recipe });

/** What came of adding files and folders. */
export interface Adding {
  /** Folders that were added or are looked through again. */
  readonly folders: readonly number[];
  /** Files and folders that could not be looked at. */
  readonly failed: readonly { readonly name: string; readonly code: string }[];
}

/** The calls of the page, by channel: what they take and, as a type, what they give. */
export const CALLS = {
  open: call<Opening>()(z.tuple([])),
  /** A page of the library's photos, by name in natural order. */
  photos: call<readonly PhotoRow[]>()(
    z.tuple([z.strictObject({ offset: z.int().min(0), limit: z.int().min(1).max(5000) })]),
  ),
  marks: call<readonly Mark[]>()(z.tuple([])),
  /** Only the preload sends this: the paths of dropped files, which the page never sees. */
  addPaths: call<Adding>()(z.tuple([z.array(z.string().min(1).max(32_768)).max(MAX_PATHS)])),
  addByDialog: call<Adding>()(z.tuple([z.enum(["folders", "files"])])),
  addFromClipboard: call<Adding>()(z.tuple([])),
  removeFolder: call<void>()(z.tuple([z.int().positive()])),
  rescanFolder: call<void>()(z.tuple([z.int().positive()])),
  passedOver: call<readonly PassedOverFile[]>()(z.tuple([z.int().positive()])),
  judge: call<void>()(
    z.tuple([
      PhotoIds.min(1),
      z.strictObject({
        stars: z.int().min(0).max(5).optional(),
        flag: z.enum(FLAGS).optional(),
        label: z.enum(LABELS).optional(),
        keepsOriginal: z.boolean().optional(),
      }),
    ]),
  ),
  facts: call<PhotoFacts>()(z.tuple([PhotoId])),
  /** Which photos are on the screen, so that their thumbnails are made first. */
  look: call<void>()(z.tuple([z.array(PhotoId).max(1000)])),
  reveal: call<void>()(z.tuple([PhotoId])),
  plan: call<EnhancePlan>()(z.tuple([Order])),
  enhance: call<{ readonly batch: number | undefined; readonly added: number }>()(z.tuple([Order])),
  chooseTarget: call<string | undefined>()(z.tuple([])),
  jobs: call<readonly JobRow[]>()(
    z.tuple([
      z.strictObject({
        batch: z.int().positive(),
        after: z.strictObject({ priority: z.number(), position: z.number(), id: z.int() }).optional(),
        limit: z.int().min(1).max(1000),
      }),
    ]),
  ),
  pause: call<void>()(z.tuple([z.strictObject({ batch: z.int().positive().optional(), paused: z.boolean() })])),
  cancel: call<void>()(z.tuple([JobSelection])),
  retry: call<void>()(z.tuple([JobSelection])),
  clear: call<void>()(z.tuple([JobSelection])),
  /** Before another job, or to the front. */
  move: call<void>()(z.tuple([JobIds, z.int().positive().optional()])),
  openReport: call<void>()(z.tuple([z.int().positive()])),
  openTarget: call<void>()(z.tuple([z.int().positive()])),
  revealResult: call<void>()(z.tuple([z.int().positive()])),
  /** What there is to be compared. `ahead` prepares a photo that may be looked at next, when there is time. */
  inspect: call<Inspection>()(z.tuple([PhotoId, z.enum(["now", "ahead"])])),
  /** Rejects with CANCELLED where a later request of its lane has come. */
  live: call<LivePatch>()(z.tuple([LiveRequest])),
  /** Nobody waits for a lane's request any more. */
  dropLive: call<void>()(z.tuple([z.enum(LIVE_LANES)])),
  trust: call<TrustMap>()(z.tuple([TrustRequest])),
  /** Sets or changes a pin on the photo and on the others of its batches. */
  setPin: call<void>()(z.tuple([PhotoId, Pin])),
  removePin: call<void>()(z.tuple([PhotoId, Pin.shape.uid])),
  saveBlindTest: call<void>()(z.tuple([PhotoId, BlindTest])),
  saveSettings: call<void>()(z.tuple([PageSettings.partial()])),
  /** Switches looking for newer versions on, where the user agrees, or off. @returns how it is then */
  letLookForUpdates: call<boolean>()(z.tuple([z.boolean()])),
  /** Looks for a newer version now, where the user agrees; dialogs of the system tell what comes of it. */
  lookForUpdates: call<void>()(z.tuple([])),
  /** Those of the photos that have a result, and how many have none. */
  exportReady: call<{ readonly ready: readonly number[]; readonly pinned: number; readonly without: number }>()(
    z.tuple([PhotoIds]),
  ),
  exportNames: call<ExportNames>()(z.tuple([z.array(PhotoId).max(50), ExportChoice])),
  /** Asks for a folder and begins. False where none was chosen. */
  exportPhotos: call<boolean>()(z.tuple([PhotoIds.min(1), ExportChoice])),
  stopExport: call<void>()(z.tuple([])),
  /** Opens the folder of the last export. */
  showExport: call<void>()(z.tuple([])),
  savePreset: call<readonly Preset[]>()(z.tuple([z.string().trim().min(1).max(60), Recipe])),
  removePreset: call<readonly Preset[]>()(z.tuple([z.string().max(60)])),
  /** By a dialog; `undefined` where it was closed. */
  importPresets: call<PresetImport | undefined>()(z.tuple([])),
  /** By a dialog; whether a file was written. */
  exportPresets: call<boolean>()(z.tuple([])),
  diagnose: call<Diagnostics>()(z.tuple([])),
  /** Takes seconds: an engine is started for it. */
  surveyDevices: call<DeviceSurvey>()(z.tuple([])),
  /** Puts all of it on the clipboard, without names of photos. */
  copyDiagnostics: call<void>()(z.tuple([])),
  openLogs: call<void>()(z.tuple([])),
} as const satisfies Readonly<Record<CallName, Call<unknown, z.ZodType>>>;

export type CallArgs<N extends CallName> = z.infer<(typeof CALLS)[N]["args"]>;
export type CallResult<N extends CallName> = (typeof CALLS)[N] extends Call<infer R, z.ZodType> ? R : never;

interface Call<R, A extends z.ZodType> {
  readonly args: A;
  /** Never there; it carries the result's type. */
  readonly result?: R;
}

function call<R>() {
  return <A extends z.ZodType>(args: A): Call<R, A> => ({ args });
}

/** Why the app will not do something as things are: codes beside the ErrorCodes, with sentences in errors.json as these. */
export const REFUSAL_CODES = ["NO_TARGET", "EXPORT_RUNNING", "BATCH_GONE", "NOT_OPENED"] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** What a call that was refused or has failed rejects with: plain data, as errors lose their fields on the way. */
export interface Failure {
  /** An ErrorCode or a RefusalCode. */
  readonly code: string;
  /** A whole sentence, in English. */
  readonly message: string;
}

/** How an answer comes back. */
export type Answer<R> = { readonly ok: true; readonly value: R } | { readonly ok: false; readonly failure: Failure };

/* ---- Events -------------------------------------------------------------------------------------------------------- */

/** Commands of the application menu that the page carries out. */
export const COMMANDS = [
  "add-folders",
  "add-files",
  "gallery",
  "inspector",
  "queue",
  "select-all",
  "deselect",
  "find",
  "shortcuts",
  "settings",
  "export",
  "toggle-panel",
  "larger",
  "smaller",
] as const;
export type Command = (typeof COMMANDS)[number];

/** What the main process tells the page; changes that come fast are gathered, ten times a second at most. */
export type AppEvent =
  | { readonly type: "photos"; readonly changed: readonly PhotoRow[]; readonly gone: readonly number[] }
  | { readonly type: "folders"; readonly folders: readonly Folder[] }
  | { readonly type: "marks"; readonly marks: readonly Mark[] }
  | { readonly type: "queue"; readonly queue: QueueState }
  | { readonly type: "target"; readonly target: string }
  | { readonly type: "export"; readonly state: ExportState }
  | { readonly type: "command"; readonly command: Command }
  /** A newer version of the program is there. */
  | { readonly type: "newer"; readonly version: string }
  /** What came of files and folders that the app was started or opened with. */
  | { readonly type: "added"; readonly adding: Adding }
  /** Something that the user should know and did not ask for. */
  | { readonly type: "notice"; readonly code: string; readonly message: string };

/* ---- What the page sees -------------------------------------------------------------------------------------------- */

type Verb<N extends CallName> = (
  ...args: CallArgs<N> extends readonly unknown[] ? CallArgs<N> : never
) => Promise<Answer<CallResult<N>>>;

/** `window.silvergrain`. */
export type SilvergrainApi = { readonly [N in Exclude<CallName, "addPaths">]: Verb<N> } & {
  /** Adds what was dropped or pasted; files that have no path on the disk are left out. */
  readonly addFiles: (files: readonly File[]) => Promise<Answer<Adding>>;
  /** Calls back for every event until the returned function is called. */
  readonly onEvent: (listener: (event: AppEvent) => void) => () => void;
};

interface File {
  readonly name: string;
}
