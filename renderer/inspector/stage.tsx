import type { ReactNode } from "react";

/** Stands where the surface will be. */
export function Stage(): ReactNode {
  return <div className="stage" />;
}
