import { CircleAlert, CircleX, Clock, Flag, ImageOff, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const ICONS = {
  queued: Clock,
  failed: CircleAlert,
  flagged: TriangleAlert,
  pick: Flag,
  reject: CircleX,
  unreadable: ImageOff,
} as const;

/** What a cell's icon shows. */
export type IconName = keyof typeof ICONS;

/** The shapes of the cells' icons, once for all cells: an icon is then two elements instead of five. */
export function IconShapes(): ReactNode {
  return (
    <svg className="unseen" aria-hidden="true">
      {Object.entries(ICONS).map(([name, Shape]) => (
        <symbol key={name} id={`cell-${name}`} viewBox="0 0 24 24">
          <Shape />
        </symbol>
      ))}
    </svg>
  );
}

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className={`icon ${name}`} aria-hidden="true">
      <use href={`#cell-${name}`} />
    </svg>
  );
}
