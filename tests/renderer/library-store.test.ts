import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Folder, Opening, PhotoRow } from "../../preload/contract.ts";
import { judge } from "../../renderer/gallery/judge.ts";
import { choose, NOTHING_SELECTED } from "../../renderer/gallery/selection.ts";
import { selectedIds, selectionStore } from "../../renderer/gallery/selection-store.ts";
import * as library from "../../renderer/library-store.ts";
import { noticeStore } from "../../renderer/notice-store.ts";
import { addMarks, queueStore } from "../../renderer/queue-store.ts";
import { settingsStore } from "../../renderer/settings-store.ts";
import { markOf, photoRow } from "../helpers/photo-rows.ts";

const FOLDER: Folder = {
  id: 1,
  name: "Sierra",
  path: "/photos/Sierra",
  photos: 3,
  passedOver: 0,
  isMissing: false,
  isScanning: false,
};

/** What the main process would answer. */
let rows: PhotoRow[] = [];
let onJudge: () => Promise<unknown> = async () => ({ ok: true, value: undefined });
const pages: { offset: number; limit: number }[] = [];

vi.stubGlobal("window", {
  silvergrain: {
    photos: async (page: { offset: number; limit: number }) => {
      pages.push(page);
      return { ok: true, value: rows.slice(page.offset, page.offset + page.limit) };
    },
    judge: () => onJudge(),
  },
});

const { libraryStore } = library;
const begin = () => library.beginLibrary({ folders: [FOLDER] } as unknown as Opening);
const names = (total: number) =>
  Array.from({ length: total }, (_, index) => photoRow({ id: index + 1, name: `${index + 1}.jpg` }));

beforeEach(() => {
  pages.length = 0;
  rows = names(3);
  library.applyPhotos({ changed: [], gone: [...libraryStore.getState().photos.keys()] });
  library.setScope("all");
  library.clearFilters();
  queueStore.setState({ marks: new Map() });
  selectionStore.setState(NOTHING_SELECTED, true);
  onJudge = async () => ({ ok: true, value: undefined });
});

describe("loading", () => {
  test("asks for a small page first and for large ones then", async () => {
    rows = names(12_000);
    await begin();
    expect(pages.map((page) => page.limit)).toEqual([500, 5000, 5000, 5000]);
    expect(libraryStore.getState().ids).toEqual(rows.map((row) => row.id));
    expect(libraryStore.getState().isLoading).toBe(false);
  });

  test("misses no photo when others go meanwhile, and puts those in their place that come", async () => {
    rows = names(5600);
    const loading = begin();
    // The first page was read; a photo of it goes, so that the rest moves up by one.
    rows = rows.slice(1);
    const added = photoRow({ id: 9999, name: "2b.jpg" });
    library.applyPhotos({ changed: [added], gone: [1] });
    await loading;
    await vi.waitFor(() => expect(libraryStore.getState().photos.has(9999)).toBe(true), { timeout: 20_000 });
    expect(libraryStore.getState().ids.slice(0, 4)).toEqual([2, 9999, 3, 4]);
    expect(libraryStore.getState().ids).toHaveLength(5600);
  });
});

describe("what is shown", () => {
  test("follows scope, filters, the sort and the queue", async () => {
    rows = [photoRow({ id: 1, name: "a.jpg", bytes: 5, stars: 2 }), photoRow({ id: 2, name: "b.jpg", bytes: 9 })];
    await begin();
    settingsStore.setState(({ settings }) => ({ settings: { ...settings, sort: "bytes", descending: true } }));
    expect(libraryStore.getState().ids).toEqual([2, 1]);
    library.setFilters({ stars: 1 });
    expect(libraryStore.getState().ids).toEqual([1]);
    library.clearFilters();
    library.setScope("enhanced");
    expect(libraryStore.getState().ids).toEqual([]);
    addMarks([markOf(2, "done")]);
    expect(libraryStore.getState().ids).toEqual([2]);
    settingsStore.setState(({ settings }) => ({ settings: { ...settings, sort: "name", descending: false } }));
  });

  test("is everything again when the folder that was looked at is taken out", async () => {
    await begin();
    library.setScope(1);
    library.setFolders([]);
    expect(libraryStore.getState().scope).toBe("all");
  });

  test("is counted for the sidebar", async () => {
    rows = [photoRow({ id: 1, flag: "pick" }), photoRow({ id: 2, error: "SOURCE_CORRUPT" }), photoRow({ id: 3 })];
    await begin();
    addMarks([markOf(1, "done"), markOf(3, "failed")]);
    const counts = library.countsOf(libraryStore.getState(), queueStore.getState().marks);
    expect(counts).toEqual({ all: 3, picked: 1, enhanced: 1, failed: 2 });
    expect(library.countsOf(libraryStore.getState(), queueStore.getState().marks)).toBe(counts);
  });
});

describe("the selection", () => {
  test("is given in the order shown, and loses what is filtered away", async () => {
    await begin();
    const { ids } = libraryStore.getState();
    selectionStore.setState(choose(choose(NOTHING_SELECTED, ids, 3, "only"), ids, 1, "toggle"), true);
    expect(selectedIds()).toEqual([1, 3]);
    library.setFilters({ text: "3" });
    expect(selectedIds()).toEqual([3]);
  });
});

describe("judging", () => {
  test("is seen before the main process has answered", async () => {
    await begin();
    const answer = judge([1, 2], { stars: 4 });
    expect(libraryStore.getState().photos.get(2)?.stars).toBe(4);
    await answer;
    expect(libraryStore.getState().photos.get(2)?.stars).toBe(4);
  });

  test("is not undone by what the main process has gathered before it heard of it", async () => {
    await begin();
    const answer = judge([1], { stars: 4 });
    library.applyPhotos({ changed: [photoRow({ id: 1, name: "1.jpg", thumbnail: "new" })], gone: [] });
    expect(libraryStore.getState().photos.get(1)).toMatchObject({ stars: 4, thumbnail: "new" });
    await answer;
    library.applyPhotos({ changed: [photoRow({ id: 1, name: "1.jpg", stars: 2 })], gone: [] });
    expect(libraryStore.getState().photos.get(1)?.stars).toBe(2);
  });

  test("goes back when it was refused, except where it was changed again", async () => {
    await begin();
    onJudge = async () => ({ ok: false, failure: { code: "INTERNAL", message: "The disk is gone." } });
    const refused = judge([1, 2], { stars: 4 });
    library.judgeLocally([2], () => ({ stars: 1 }));
    library.judgeLocally([1], () => ({ flag: "pick" }));
    await refused;
    expect(libraryStore.getState().photos.get(1)).toMatchObject({ stars: 0, flag: "pick" });
    expect(libraryStore.getState().photos.get(2)?.stars).toBe(1);
    expect(noticeStore.getState().notices).toHaveLength(1);
  });
});
