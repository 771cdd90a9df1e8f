import { basename, dirname } from "node:path";
import { dialog, shell } from "electron";
import type { TFunction } from "i18next";
import type { ExportChoice, ExportNames, ExportState } from "../../preload/contract.ts";
import { asSilvergrainError } from "../core/errors.ts";
import { DEFAULT_EXPORT, type ExportOptions } from "../core/export.ts";
import { TemplateError } from "../core/name-template.ts";
import type { PhotoDetails, Viewer } from "../core/viewing.ts";
import { exportPairs } from "../export/export-pairs.ts";
import { type ExportItem, factsOf, type ReadItem } from "../export/items.ts";
import { makerFor } from "../export/maker.ts";
import { planExport } from "../export/plan.ts";
import type { SheetEngine } from "../export/sheet-file.ts";
import type { Library, MadeResult } from "../library/library.ts";
import { exportText } from "./export-text.ts";
import type { Handlers } from "./ipc.ts";
import { stampOf } from "./made-results.ts";
import { Refusal } from "./refusal.ts";

/** What exports need. */
export interface ExportParts {
  readonly library: Pick<Library, "results" | "details" | "row" | "pathOf" | "pins" | "countPinned">;
  readonly engine: SheetEngine & Pick<Viewer, "details">;
  readonly pageAssets: string;
  readonly maxMegapixels: number;
  readonly window: () => Electron.BrowserWindow | undefined;
  readonly t: () => TFunction;
  readonly language: () => string;
  readonly onState: (state: ExportState) => void;
}

/** Failures that are told one by one. */
const MOST_FAILURES = 20;
/** Names that are shown while one types. */
const NAMES_SHOWN = 5;
/** The state is told this often at most. */
const TELL_MS = 100;

/** Exports of the app, one at a time. What was begun goes on when its dialog is closed. */
export class Exports {
  private running: AbortController | undefined;
  private folder: string | undefined;

  constructor(private readonly parts: ExportParts) {}

  get isBusy(): boolean {
    return this.running !== undefined;
  }

  /** The answers to the page's calls. */
  calls(): Pick<Handlers, "exportReady" | "exportNames" | "exportPhotos" | "stopExport" | "showExport"> {
    return {
      exportReady: (photos) => {
        const ready = photos.filter((photo) => this.parts.library.results(photo).length > 0);
        const pinned = this.parts.library.countPinned(ready);
        return { ready, pinned, without: photos.length - ready.length };
      },
      exportNames: (photos, choice) => this.names(photos, choice),
      exportPhotos: (photos, choice) => this.begin(photos, choice),
      stopExport: () => this.running?.abort(),
      showExport: async () => {
        if (this.folder !== undefined) await shell.openPath(this.folder);
      },
    };
  }

  /** Ends what goes on after the file in hand; another export into the same folder goes on from there. */
  close(): void {
    this.running?.abort();
  }

  private async names(photos: readonly number[], choice: ExportChoice): Promise<ExportNames> {
    try {
      const items: ReadItem[] = [];
      for (const photo of photos) {
        const found = await this.pairOf(photo);
        if (found === undefined) continue;
        const source = await this.parts.library.details(photo);
        const place = { n: items.length + 1, at: found.item.result };
        const batch = batchOf(items[0] ?? found.item);
        items.push(factsOf(found.item, place, source, detailsOf(found.result, source), [], batch));
      }
      const names = planExport(items, optionsOf(choice), []).flatMap(({ steps }) => steps.map(({ path }) => path));
      return { names: [...new Set(names)].slice(0, NAMES_SHOWN), problem: undefined };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const { kind, at, word, suggestion } = error.problem;
      return { names: [], problem: { kind, at, word, suggestion } };
    }
  }

  private async begin(photos: readonly number[], choice: ExportChoice): Promise<boolean> {
    if (this.running !== undefined)
      throw new Refusal("EXPORT_RUNNING", "Photos are being exported already. Wait for the end, or stop it.");
    const { t, window } = this.parts;
    const options: Electron.OpenDialogOptions = {
      title: t()("exportFolderTitle"),
      buttonLabel: t()("exportFolderButton"),
      properties: ["openDirectory", "createDirectory"],
      ...(this.folder !== undefined && { defaultPath: this.folder }),
    };
    const owner = window();
    const { filePaths } = await (owner === undefined
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(owner, options));
    const [folder] = filePaths;
    if (folder === undefined || this.running !== undefined) return false;
    const running = new AbortController();
    this.running = running;
    this.folder = folder;
    void this.run(photos, choice, folder, running).finally(() => {
      this.running = undefined;
    });
    return true;
  }

  private async run(
    photos: readonly number[],
    choice: ExportChoice,
    folder: string,
    { signal }: AbortController,
  ): Promise<void> {
    const { engine, pageAssets, maxMegapixels, t, language, onState } = this.parts;
    let state: ExportState = {
      total: photos.length,
      done: 0,
      skipped: 0,
      failed: 0,
      failures: [],
      folder,
      end: undefined,
    };
    let toldMs = 0;
    const become = (part: Partial<ExportState>, isNow = false) => {
      state = { ...state, ...part };
      const now = performance.now();
      if (!isNow && now - toldMs < TELL_MS) return;
      toldMs = now;
      onState(state);
    };
    become({}, true);
    try {
      const items: ExportItem[] = [];
      for (const photo of photos) {
        const found = await this.pairOf(photo);
        if (found !== undefined) items.push(found.item);
      }
      become({ total: items.length }, true);
      const text = exportText(t(), language());
      const [first] = items;
      const batch = first === undefined ? "" : batchOf(first);
      const read = (path: string) => engine.details(path, maxMegapixels);
      const tools = { read, ...makerFor(engine, { ...text, pageAssets, title: batch }, signal) };
      await exportPairs(items, folder, optionsOf(choice), batch, tools, signal, ({ outcome, done, total }) => {
        // What is read for a page is told again when the page is whole.
        if (outcome === undefined) return become({ total, done: Math.max(state.done, done) });
        const { state: became, code, message, item } = outcome;
        const failure = { name: basename(item.source), code: code ?? "INTERNAL", message: message ?? "" };
        become({
          total,
          done: Math.max(state.done, done),
          skipped: state.skipped + (became === "skipped" ? 1 : 0),
          failed: state.failed + (became === "failed" ? 1 : 0),
          failures: became === "failed" ? [...state.failures, failure].slice(0, MOST_FAILURES) : state.failures,
        });
      });
      become({ end: signal.aborted ? "stopped" : "done" }, true);
    } catch (thrown) {
      const { code, message } = asSilvergrainError(thrown);
      become({ end: signal.aborted ? "stopped" : { code, message } }, true);
    }
  }

  /**
   * A photo with the latest of its results that is still what was made. Where none is, with the latest: it may have been
   * moved by an earlier export, and if it was changed or is gone, that is said. `undefined` where none was ever made.
   */
  private async pairOf(photo: number): Promise<{ readonly item: ExportItem; readonly result: MadeResult } | undefined> {
    const { library } = this.parts;
    const source = await library.pathOf(photo);
    const row = library.row(photo);
    if (source === undefined || row === undefined) return undefined;
    const results = library.results(photo);
    const present: MadeResult[] = [];
    for (const result of results) {
      const stamp = await stampOf(result.path);
      if (stamp?.bytes === result.stamp.bytes && stamp.mtimeMs === result.stamp.mtimeMs) present.push(result);
    }
    const [result, ...others] = present.length > 0 ? present : results.slice(0, 1);
    if (result?.sourceSha256 === undefined) return undefined;
    const folder = dirname(row.place);
    const item: ExportItem = {
      source,
      sourceSha256: result.sourceSha256,
      result: result.path,
      resultSha256: result.sha256,
      width: result.width,
      height: result.height,
      flags: [],
      notes: [],
      folder: folder === "." ? "" : folder,
      pins: library.pins([photo]).map(({ name, x, y }) => ({ name, x, y })),
      others: others.slice(0, 2).map(({ path, sha256, width, height }) => ({
        result: path,
        resultSha256: sha256,
        width,
        height,
      })),
      rating: row.stars,
    };
    return { item, result };
  }
}

function optionsOf(choice: ExportChoice): ExportOptions {
  const { fitPx, part, ...rest } = choice;
  return { ...DEFAULT_EXPORT, ...rest, fitPx, part };
}

/** What a result says of itself, as the library remembers it: for names, no file need be opened. */
function detailsOf({ model, scale, strength }: MadeResult, source: PhotoDetails): PhotoDetails {
  return { ...source, enhancement: { model, scale, strength, sourceSha256: "" } };
}

/** A batch is known by the folder of its results. */
function batchOf({ result }: ExportItem): string {
  return basename(dirname(result));
}
