import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { dialog } from "electron";
import { describe, expect, test, vi } from "vitest";
import { type ExportParts, Exports } from "../../main/app/export-calls.ts";
import { SilvergrainError } from "../../main/core/errors.ts";
import type { PhotoDetails } from "../../main/core/viewing.ts";
import type { MadeResult } from "../../main/library/library.ts";
import { hashBytes } from "../../main/system/hash-file.ts";
import { DEFAULT_EXPORT_CHOICE, type ExportChoice, type ExportState } from "../../preload/contract.ts";
import { tempDir } from "../helpers/temp.ts";

vi.mock("electron", () => ({ dialog: { showOpenDialog: vi.fn() }, shell: {} }));

const header = { format: "jpeg", size: { width: 4, height: 4 }, orientation: 1, pages: 1, space: "srgb" };
const DETAILS = { header, facts: {}, rating: 1 } as unknown as PhotoDetails;

/** A library of photos by their places, each with a result and as many stars as its number. */
function library(home: string, places: readonly string[]) {
  const results = places.map((place): MadeResult => {
    for (const side of ["photos", "out"]) {
      mkdirSync(dirname(join(home, side, place)), { recursive: true });
      writeFileSync(join(home, side, place), `${side} ${place}`);
    }
    const path = join(home, "out", place);
    const { size: bytes, mtimeMs } = statSync(path);
    const hashOf = (file: string) => hashBytes(readFileSync(file));
    return {
      path,
      stamp: { bytes, mtimeMs },
      sha256: hashOf(path),
      sourceSha256: hashOf(join(home, "photos", place)),
      width: 16,
      height: 16,
      model: "srgan-x4",
      scale: 4,
      strength: 1,
      realism: 1,
      madeMs: 0,
    };
  });
  const parts = {
    library: {
      results: (photo: number) => results.slice(photo, photo + 1),
      details: async () => DETAILS,
      row: (photo: number) => ({ place: places[photo], stars: photo + 2 }),
      pathOf: async (photo: number) => join(home, "photos", places[photo] ?? ""),
      pins: () => [],
    },
    engine: {
      details: async (path: string) => {
        if (!existsSync(path)) throw new SilvergrainError("SOURCE_MISSING", path);
        const enhancement = { model: "srgan-x4", scale: 4, strength: 1, sourceSha256: "" };
        return path.includes("photos") ? DETAILS : { ...DETAILS, enhancement };
      },
    },
    pageAssets: "",
    maxMegapixels: 100,
    window: () => undefined,
    t: () => (key: string) => key,
    language: () => "en",
  };
  return {
    results,
    /** Exports all photos to a folder. @returns the last state, and the files */
    async exported(to: string, choice: Partial<ExportChoice>) {
      const photos = places.map((_, i) => i);
      vi.mocked(dialog.showOpenDialog).mockResolvedValue({ canceled: false, filePaths: [to] });
      const states: ExportState[] = [];
      const onState = (state: ExportState) => states.push(state);
      const calls = new Exports({ ...parts, onState } as unknown as ExportParts).calls();
      const asked = { ...DEFAULT_EXPORT_CHOICE, ...choice };
      const { names } = await calls.exportNames(photos, asked);
      await calls.exportPhotos(photos, asked);
      const state = await vi.waitFor(
        () => {
          const last = states.at(-1);
          if (last?.end === undefined) throw new Error("it has not ended");
          return last;
        },
        { timeout: 30_000 },
      );
      const files = readdirSync(to, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/silvergrain/.test(join(entry.parentPath, entry.name).slice(to.length)))
        .map((entry) => join(entry.parentPath, entry.name).slice(to.length + 1));
      return { names, state, files: files.sort() };
    },
  };
}

describe("exports of the window", () => {
  test("have the names that were shown, with the library's stars and one batch", async () => {
    const home = tempDir();
    const { exported } = library(home, ["a.jpg", "sub/b.jpg"]);
    const { names, files, state } = await exported(join(home, "to"), { name: "{batch}-{rating}-{n}" });
    expect(files).toEqual([...names].sort());
    expect(files).toContain("enhanced/sub/out-3-2.jpg");
    expect(state).toMatchObject({ done: 2, failed: 0, end: "done" });
  });

  test("go on with results that an earlier one has moved, and say which were changed", async () => {
    const home = tempDir();
    const { exported, results } = library(home, ["a.jpg", "b.jpg", "c.jpg"]);
    const to = join(home, "to");
    const choice = { name: "{n:000}", transfer: "move" } as const;
    await exported(to, choice);
    // As if it had been killed before the last of them.
    const last = results[2]?.path ?? "";
    copyFileSync(join(to, "enhanced", "003.jpg"), last);
    rmSync(join(to, "enhanced", "003.jpg"));
    const again = await exported(to, choice);
    expect(again.state).toMatchObject({ done: 3, failed: 0 });
    expect(again.files.filter((path) => path.startsWith("enhanced")).map((path) => basename(path))).toEqual([
      "001.jpg",
      "002.jpg",
      "003.jpg",
    ]);
    writeFileSync(last, "retouched");
    const elsewhere = await exported(join(home, "elsewhere"), {});
    expect(elsewhere.state.failures.map(({ code }) => code)).toEqual([
      "SOURCE_MISSING",
      "SOURCE_MISSING",
      "SOURCE_CHANGED",
    ]);
  });
});
