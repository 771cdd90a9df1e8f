import { type ReactNode, useEffect, useRef } from "react";
import { resizeSurface } from "./actions.ts";

/** Stands where the surface will be. */
export function Stage(): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const shown = element.current;
    if (shown === null) return;
    const observer = new ResizeObserver(() => {
      resizeSurface({ width: shown.clientWidth, height: shown.clientHeight }, devicePixelRatio);
    });
    observer.observe(shown);
    return () => observer.disconnect();
  }, []);
  return <div ref={element} className="stage" style={{ position: "absolute", inset: 0 }} />;
}
