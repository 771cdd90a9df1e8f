import type { ResultSize } from "../../preload/contract.ts";
import type { Size } from "./geometry.ts";

/** How large a photo becomes, in px. */
export function resultSize({ width, height }: Size, size: ResultSize): Size {
  const scale = size.kind === "scale" ? size.scale : size.px / Math.max(width, height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
