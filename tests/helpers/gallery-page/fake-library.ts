import type { Folder, Label, Mark, PhotoFacts, PhotoRow } from "../../../preload/contract.ts";

const NAMES = [
  "canyon-wren",
  "casa-mila",
  "tea-gardens",
  "oakland-zoo-otters",
  "blue-periwinkle",
  "high-trestle-trail",
  "piazza-gae-aulenti",
  "beacon-street-sunset",
  "kait-herzog-8242",
  "galen-crout-175291",
  "a-very-long-name-from-a-stock-site-that-says-everything-about-the-photo-1920x1280",
  "苏州园林的春天早晨与雾",
] as const;
const LABELS: readonly Label[] = ["none", "none", "none", "red", "none", "yellow", "none", "green", "none", "blue"];

/** Photos by name in natural order, with something of everything among them. */
export function fakeRows(photos: number): readonly PhotoRow[] {
  const rows = Array.from({ length: photos }, (_, index): PhotoRow => {
    const name = NAMES[index % NAMES.length] ?? "photo";
    const round = Math.floor(index / NAMES.length);
    const isTall = index % 7 === 4;
    return {
      id: index + 1,
      folder: 1 + (index % 3),
      name: round === 0 ? `${name}.jpg` : `${name}-${round}.jpg`,
      place: round === 0 ? `${name}.jpg` : `${name}-${round}.jpg`,
      format: index % 9 === 0 ? "tiff" : "jpeg",
      bytes: 1_000_000 + ((index * 7919) % 9_000_000),
      changedMs: 1_700_000_000_000 + index,
      width: isTall ? 2560 : 3840,
      height: isTall ? 3840 : 2560,
      takenMs: index % 11 === 0 ? undefined : 1_690_000_000_000 + ((index * 104_729) % 1e9) * 60,
      thumbnail: index % 2 === 0 ? "made" : undefined,
      error: index % 40 === 13 ? "SOURCE_CORRUPT" : undefined,
      stars: index % 7 === 1 ? 3 : index % 7 === 3 ? 5 : index % 7 === 5 ? 1 : 0,
      keepsOriginal: index % 17 === 3,
      flag: index % 5 === 2 ? "pick" : index % 13 === 6 ? "reject" : "none",
      label: LABELS[(index * 3 + Math.floor(index / 12)) % LABELS.length] ?? "none",
    };
  });
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return rows.sort((a, b) => collator.compare(a.name, b.name));
}

export function fakeMarks(rows: readonly PhotoRow[]): readonly Mark[] {
  const states = ["done", "running", "queued", "failed", "done"] as const;
  return rows
    .filter((_, index) => index % 3 === 0)
    .map((row, index) => {
      const state = states[index % states.length] ?? "done";
      return {
        photo: row.id,
        state,
        fraction: (index % 10) / 10 + 0.07,
        isFlagged: state === "done" && index % 10 === 4,
        code: state === "failed" ? "OUT_OF_MEMORY" : undefined,
        message: state === "failed" ? "Memory ran out." : undefined,
        scale: state === "done" ? 4 : undefined,
      };
    });
}

export const FAKE_FOLDERS: readonly Folder[] = ["2024 Barcelona", "Sierra birds", "上海 外滩"].map((name, index) => ({
  id: index + 1,
  name,
  path: `/home/ana/Pictures/${name}`,
  photos: 400,
  passedOver: 0,
  isMissing: false,
  isScanning: false,
}));

export const FAKE_FACTS: PhotoFacts = {
  path: "/home/ana/Pictures/2024 Barcelona/casa-mila.jpg",
  format: "jpeg",
  bytes: 4_812_300,
  width: 3840,
  height: 2560,
  bits: 8,
  camera: "FUJIFILM X-T4",
  lens: "XF35mmF1.4 R",
  seconds: 1 / 250,
  fNumber: 2.8,
  iso: 400,
  focalLength: 35,
  takenMs: 1_715_523_780_000,
  profile: "Display P3",
};
