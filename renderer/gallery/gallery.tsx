import type { ReactNode } from "react";
import { useStore } from "zustand";
import { libraryStore } from "../library-store.ts";
import { Empty, MissingNote } from "./empty.tsx";
import { FactsStrip } from "./facts-strip.tsx";
import { Grid } from "./grid.tsx";
import { IconShapes } from "./icons.tsx";
import { Toolbar } from "./toolbar.tsx";
import "./gallery.css";
import "./grid.css";
import "./cell.css";

/** The room in which photos are chosen and judged. It fills what it is put into. */
export function Gallery(): ReactNode {
  const isEmpty = useStore(libraryStore, ({ ids }) => ids.length === 0);
  const isBare = useStore(
    libraryStore,
    ({ photos, folders, isLoading }) => photos.size === 0 && folders.length === 0 && !isLoading,
  );
  return (
    <div className="gallery">
      <IconShapes />
      {!isBare && <Toolbar />}
      {!isEmpty && <MissingNote />}
      {isEmpty ? <Empty /> : <Grid />}
      {!isBare && <FactsStrip />}
    </div>
  );
}
