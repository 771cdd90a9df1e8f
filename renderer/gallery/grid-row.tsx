import { memo, type ReactNode } from "react";
import { Cell } from "./cell.tsx";
import type { Words } from "./cell-text.ts";
import { GAP_PX, type Geometry, MARGIN_PX } from "./geometry.ts";

interface GridRowProps {
  readonly row: number;
  readonly ids: readonly number[];
  readonly geometry: Geometry;
  /** See `useFonts`. */
  readonly fonts: number;
  readonly t: Words;
}

/** The photos of one row. A memo on its ids by value: the list of all photos changes more often than a row of it. */
export const GridRow = memo(
  function GridRow({ row, ids, geometry, fonts, t }: GridRowProps): ReactNode {
    const top = MARGIN_PX + row * geometry.pitchPx;
    return (
      // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus, and points at cells
      <div
        role="row"
        className="row"
        aria-rowindex={row + 1}
        style={{ transform: `translateY(${top}px)`, gap: GAP_PX }}
      >
        {ids.map((id, column) => (
          <Cell
            key={id}
            id={id}
            column={column}
            detail={geometry.detail}
            fonts={fonts}
            t={t}
            textPx={geometry.cellPx - 2 * geometry.paddingPx}
          />
        ))}
      </div>
    );
  },
  (before, after) =>
    before.row === after.row &&
    before.geometry === after.geometry &&
    before.fonts === after.fonts &&
    before.t === after.t &&
    before.ids.length === after.ids.length &&
    before.ids.every((id, index) => id === after.ids[index]),
);
