import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
} from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { libraryStore } from "../library-store.ts";
import { settingsStore } from "../settings-store.ts";
import { isBehindDialog } from "../shell/behind-dialog.ts";
import { goTo } from "../shell/room-store.ts";
import { cellId } from "./cell.tsx";
import { geometryOf, MARGIN_PX } from "./geometry.ts";
import { GridRow } from "./grid-row.tsx";
import { gridKeys, reachOf } from "./keys.ts";
import { choose, clear } from "./selection.ts";
import { select, selectionStore } from "./selection-store.ts";
import { useBand } from "./use-band.ts";
import { useBegin } from "./use-begin.ts";
import { useFonts } from "./use-fonts.ts";
import { useKeepPlace } from "./use-keep-place.ts";
import { useLook } from "./use-look.ts";
import { useWidth } from "./use-width.ts";

/** The photos that are shown, in rows of which only those near the screen exist. */
export function Grid(): ReactNode {
  const { t } = useTranslation("gallery");
  const ids = useStore(libraryStore, (facts) => facts.ids);
  // The slider goes first: cells of a new size are made in between.
  const wantedPx = useDeferredValue(useStore(settingsStore, ({ settings }) => settings.cellPx));
  const focus = useStore(selectionStore, (selection) => selection.focus);
  const scroller = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const fonts = useFonts();
  const geometry = useMemo(() => geometryOf(width, wantedPx), [width, wantedPx]);
  const { columns, pitchPx } = geometry;
  const band = useBand(scroller, line, geometry);

  const rows = Math.ceil(ids.length / columns);
  const virtualizer = useVirtualizer({
    count: width === 0 ? 0 : rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => pitchPx,
    overscan: 1,
    paddingStart: MARGIN_PX,
    paddingEnd: MARGIN_PX,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizer keeps the height of a row
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, pitchPx]);
  const reveal = useKeepPlace(scroller, geometry);
  useBegin(scroller, reveal, width > 0);

  const items = virtualizer.getVirtualItems();
  const rowIds = (row: number) => ids.slice(row * columns, (row + 1) * columns);
  const inSight = virtualizer.range;
  const shown = items.map((item) => item.index);
  const isInSight = (row: number) => inSight !== null && row >= inSight.startIndex && row <= inSight.endIndex;
  useLook([...shown.filter(isInSight), ...shown.filter((row) => !isInSight(row))].flatMap(rowIds));

  const press = useMemo(() => {
    const fitting = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / pitchPx));
    const size = () => ({ photos: libraryStore.getState().ids.length, columns, rows: fitting() });
    return gridKeys(size, reveal, () => performance.now(), inspect);
  }, [columns, pitchPx, reveal]);

  // Keys that are typed while nothing has the focus are meant for the photos.
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.target !== document.body || event.isComposing || event.defaultPrevented || isBehindDialog()) return;
      if (!press(event)) return;
      event.preventDefault();
      scroller.current?.focus({ preventScroll: true });
      byKeys(scroller.current, true);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [press]);

  const focusRow = focus === undefined ? -1 : Math.floor(ids.indexOf(focus) / columns);
  const style = {
    "--cell": `${geometry.cellPx}px`,
    "--picture": `${geometry.picturePx}px`,
    "--height": `${geometry.heightPx}px`,
    "--pad": `${geometry.paddingPx}px`,
  } as CSSProperties;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table has no rows that are not there
    <div
      ref={scroller}
      role="grid"
      className="grid"
      tabIndex={0}
      aria-label={t("photos")}
      aria-multiselectable="true"
      aria-rowcount={rows}
      aria-colcount={columns}
      aria-activedescendant={focus !== undefined && shown.includes(focusRow) ? cellId(focus) : undefined}
      data-detail={geometry.detail}
      style={style}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onDoubleClick={(event) => cellAt(event.target) !== undefined && inspect()}
      onPointerMove={band.move}
      onPointerUp={band.end}
      onPointerCancel={band.cancel}
    >
      <div className="rows" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => (
          <GridRow key={item.key} row={item.index} ids={rowIds(item.index)} geometry={geometry} fonts={fonts} t={t} />
        ))}
        <div ref={line} className="band" hidden />
      </div>
    </div>
  );

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing || event.key === "Process") return;
    if (event.target instanceof HTMLElement && event.target.matches("input, select, textarea")) return;
    if (event.key === "Escape" && band.cancel()) return;
    byKeys(scroller.current, true);
    if (!press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onPointerDown(event: PointerEvent): void {
    byKeys(scroller.current, false);
    if (event.button !== 0 || isOnScrollbar(event)) return;
    const id = cellAt(event.target);
    const before = selectionStore.getState();
    if (id !== undefined) select((now, all) => choose(now, all, id, reachOf(event)));
    else if (!event.ctrlKey && !event.metaKey && !event.shiftKey) select(clear);
    band.begin(event, before);
  }
}

/** Opens the photo that has the focus. */
function inspect(): void {
  goTo("inspector");
}

/** The photo whose cell something lies in. What is pressed by itself, as a star is, opens nothing. */
function cellAt(target: EventTarget): number | undefined {
  const cell = target instanceof Element && target.closest("button") === null ? target.closest("[data-id]") : null;
  return cell instanceof HTMLElement ? Number(cell.dataset.id) : undefined;
}

/** Marks whether the keyboard is in use: only then is a ring drawn around the photo that it acts on. */
function byKeys(element: HTMLElement | null, isSo: boolean): void {
  if (element !== null) element.dataset.keys = String(isSo);
}

function isOnScrollbar(event: PointerEvent): boolean {
  const { left } = event.currentTarget.getBoundingClientRect();
  return event.clientX - left >= event.currentTarget.clientWidth;
}
