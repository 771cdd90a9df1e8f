import type { Size } from "./geometry.ts";
import type { View } from "./view.ts";

/** The view of the next photo: as large as the one before, and its middle in the same place of the whole. */
export function keptPlace(view: View, before: Size, after: Size): View {
  return { x: (view.x / before.width) * after.width, y: (view.y / before.height) * after.height, scale: view.scale };
}
