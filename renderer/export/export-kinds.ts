import {
  AppWindow,
  Columns2,
  Folders,
  Grid2x2,
  LayoutGrid,
  type LucideIcon,
  MapPin,
  Rows2,
  SquareSplitHorizontal,
} from "lucide-react";
import type exportWords from "../../assets/locales/en/export.json";
import type { ExportChoice } from "../../preload/contract.ts";
import type { FieldName } from "./export-fields.tsx";

/** Fields under a heading. */
export interface FieldGroup {
  readonly title: keyof (typeof exportWords)["groups"];
  readonly fields: readonly FieldName[];
}

/** What the dialog shows of a kind, and what it asks for it, in this order. */
export interface ExportKindFacts {
  readonly icon: LucideIcon;
  readonly groups: readonly FieldGroup[];
}

const NAMES: FieldGroup = { title: "names", fields: ["name"] };

/** What is asked for one picture a photo, after what is its own. */
function picture(...own: readonly FieldName[]): readonly FieldGroup[] {
  return [
    NAMES,
    { title: "picture", fields: [...own, "size", "format", "baseline", "sharpen", "onlyView", "captions", "stripGps"] },
  ];
}

/** A kind that is not here does not compile; its words are `kinds` and `kindHints` in export.json. */
export const EXPORT_KIND_FACTS: Readonly<Record<ExportChoice["kind"], ExportKindFacts>> = {
  paired: { icon: Folders, groups: [{ title: "files", fields: ["transfer", "together"] }, NAMES] },
  "side-by-side": { icon: Columns2, groups: picture() },
  "top-bottom": { icon: Rows2, groups: picture() },
  split: { icon: SquareSplitHorizontal, groups: picture("angle") },
  grid: { icon: Grid2x2, groups: picture() },
  sheet: { icon: LayoutGrid, groups: [{ title: "page", fields: ["paper", "landscape", "columns", "sheetFormat"] }] },
  "pin-sheet": { icon: MapPin, groups: [{ title: "page", fields: ["paper", "landscape", "baseline", "sheetFormat"] }] },
  html: { icon: AppWindow, groups: [{ title: "page", fields: ["separate", "pageName", "size", "stripGps"] }] },
};
