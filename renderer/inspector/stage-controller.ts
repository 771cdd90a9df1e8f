import type { LivePatch } from "../../preload/contract.ts";
import { queueStore } from "../queue-store.ts";
import { settingsStore } from "../settings-store.ts";
import { resizeSurface } from "./actions.ts";
import { type LensPaint, lensPaint, photoPanes, type SceneParts } from "./build-scene.ts";
import { centreOf, holds, type Point } from "./geometry.ts";
import { type Gesture, IDLE } from "./gesture.ts";
import { type InspectorFacts, inspectorStore } from "./inspector-store.ts";
import { besideAreas } from "./lens.ts";
import { LiveLooks } from "./live-looks.ts";
import { liveRecipe, liveWishes } from "./live-wishes.ts";
import { layOver } from "./overlay.ts";
import { photoArea } from "./panes.ts";
import { PointerInput } from "./pointer-input.ts";
import { setPointerPlace } from "./pointer-place.ts";
import { readAt, readingText } from "./readout.ts";
import type { Scene } from "./scene.ts";
import { isLive } from "./shown.ts";
import { carryOut, doubleClick, gripAt, turnWheel } from "./stage-effects.ts";
import { StagePainter } from "./stage-painter.ts";
import type { StageParts } from "./stage-parts.ts";
import { coarsest, tileId } from "./tiles/tile-grid.ts";
import type { TileStore } from "./tiles/tile-store.ts";

/** How often what a canvas has is asked for again while the photo is enhanced. */
const CANVAS_LOOK_MS = 1500;

/**
 * The stage at work: hears the pointers, and paints in the next frame what they, the state or new tiles have changed.
 * React draws its elements once and has no part in it.
 */
export class StageController {
  private readonly painter: StagePainter;
  private readonly input: PointerInput;
  private readonly looks: LiveLooks;
  private readonly ends: (() => void)[] = [];
  private place: Point | undefined;
  /** The last place on the photo. */
  private pointedAt: Point | undefined;
  private background: Scene["background"] | undefined;
  private gesture: Gesture = IDLE;
  private request: number | undefined;
  /** Key of the photo whose parts were asked for. */
  private original: string | undefined;
  private lookedMs = 0;
  /** Wakes for what may not be asked for yet. */
  private looking: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  /** @param onFailure told what could not be computed */
  constructor(
    private readonly parts: StageParts,
    private readonly tiles: TileStore,
    onFailure: (error: unknown) => void,
  ) {
    this.painter = new StagePainter(parts, tiles);
    this.looks = new LiveLooks({ onChange: (isBusy, latest) => this.onLive(isBusy, latest), onFailure });
    this.input = new PointerInput(parts.surface, parts.corners, {
      size: () => inspectorStore.getState().surface,
      devicePixelRatio: () => inspectorStore.getState().devicePixelRatio,
      gripAt,
      onEffect: carryOut,
      onPlace: (place) => this.point(place),
      onWheel: turnWheel,
      onDoubleClick: doubleClick,
      onGesture: (gesture) => this.hold(gesture),
    });
    this.watchSize();
    const repaint = () => this.repaintAll();
    this.ends.push(
      tiles.onTiles(() => this.schedule()),
      inspectorStore.subscribe(() => this.schedule()),
      settingsStore.subscribe(repaint),
      queueStore.subscribe(() => this.schedule()),
    );
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", repaint);
    this.ends.push(() => theme.removeEventListener("change", repaint));
    this.schedule();
  }

  /** Whatever is held is let go of, and everything that was made is freed. */
  close(): void {
    this.isClosed = true;
    if (this.request !== undefined) cancelAnimationFrame(this.request);
    clearTimeout(this.looking);
    for (const end of this.ends) end();
    this.input.close();
    this.looks.close();
    this.painter.close();
  }

  private watchSize(): void {
    const resize = ([entry]: readonly ResizeObserverEntry[]) => {
      const box = entry?.devicePixelContentBoxSize[0];
      if (box === undefined) return;
      const size = { width: Math.max(1, box.inlineSize), height: Math.max(1, box.blockSize) };
      const { canvas } = this.parts;
      if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
      resizeSurface(size, window.devicePixelRatio);
      this.parts.surface.dataset.size = `${size.width} ${size.height} ${window.devicePixelRatio}`;
      this.repaintAll();
      // Before the browser shows the new size, or it would stretch the old picture for a frame.
      this.paint();
    };
    const observer = new ResizeObserver(resize);
    // The canvas fills it, and is hidden where another one stands in for it.
    observer.observe(this.parts.surface, { box: "device-pixel-content-box" });
    this.ends.push(() => observer.disconnect());
  }

  private point(place: Point | undefined): void {
    this.place = place;
    setPointerPlace(place);
    const facts = inspectorStore.getState();
    // What is beside shows what was pointed at last: on the way there, and when the pointer has left.
    if (place !== undefined && holds(photoArea(facts), place)) this.pointedAt = place;
    this.shape();
    if (facts.showsLens) this.schedule();
  }

  private hold(gesture: Gesture): void {
    this.gesture = gesture;
    // Then the keys of a slider are at hand.
    if (gesture.phase === "pressed" && gesture.grip.what === "divider")
      this.parts.divider.focus({ preventScroll: true });
    this.shape();
  }

  private lensPlace({ lens, surface }: InspectorFacts): Point | undefined {
    if (lens.form !== "beside") return this.place;
    return this.pointedAt ?? centreOf(besideAreas(surface).photo);
  }

  /** The pointer's shape says what a press would do. */
  private shape(): void {
    const { isPinning, showsLens, lens } = inspectorStore.getState();
    const isDragging = this.gesture.phase === "dragging" || this.gesture.phase === "pinching";
    const isOnDivider = this.place !== undefined && !this.input.hasHand && gripAt(this.place) === "divider";
    const isSplitting = this.gesture.phase === "dragging" && this.gesture.grip.what === "divider";
    const shape = () => {
      if (isSplitting || (isOnDivider && !isDragging)) return "col-resize";
      if (isDragging) return "grabbing";
      if (isPinning) return "crosshair";
      if (this.input.hasHand) return "grab";
      return showsLens && lens.form !== "beside" && lens.pinned === undefined ? "none" : "default";
    };
    const { style } = this.parts.surface;
    const cursor = shape();
    if (style.cursor !== cursor) style.cursor = cursor;
  }

  private schedule(): void {
    if (this.isClosed) return;
    this.request ??= requestAnimationFrame(() => {
      this.request = undefined;
      this.paint();
    });
  }

  private repaintAll(): void {
    this.painter.forget();
    this.background = undefined;
    this.schedule();
  }

  private sceneParts(): SceneParts {
    const facts = inspectorStore.getState();
    const { baseline, recipe } = settingsStore.getState().settings;
    const { inspection } = facts;
    return {
      facts,
      baseline,
      patchesOf: (shown) =>
        inspection === undefined ? [] : this.looks.patchesOf(inspection.photo, liveRecipe(facts, shown, recipe)),
    };
  }

  private paint(): void {
    const parts = this.sceneParts();
    const { facts } = parts;
    if (facts.surface.width === 0) return;
    // Also when the file of the same photo is another one now.
    const original = facts.inspection?.original.key;
    if (original !== this.original) {
      this.original = original;
      this.looks.clear();
      this.lookedMs = 0;
    }
    const panes = photoPanes(parts);
    const lens = lensPaint(parts, this.lensPlace(facts));
    this.background ??= rgbOf(getComputedStyle(this.parts.surface).backgroundColor);
    const isSharp = this.painter.paint({ size: facts.surface, background: this.background, panes }, lens?.panes ?? []);
    const isOpening = facts.photo !== undefined && facts.inspection === undefined && facts.failure === undefined;
    const isBusy = String(isOpening || (panes.length > 0 && !isSharp));
    const { surface } = this.parts;
    if (surface.ariaBusy !== isBusy) surface.ariaBusy = isBusy;
    const { inspection } = facts;
    const isShown = inspection !== undefined && this.tiles.get(tileId(coarsest(inspection.original))) !== undefined;
    const shown = isShown ? String(inspection.photo) : "";
    if (surface.dataset.shown !== shown) surface.dataset.shown = shown;
    // Its size is known when its words are.
    this.read(lens);
    layOver(this.parts, facts, lens);
    this.wish(lens);
  }

  private read(lens: LensPaint | undefined): void {
    if (lens === undefined) return;
    const [before, after = before] = lens.panes.map(({ content }) =>
      content.kind === "layer" ? content.layer : undefined,
    );
    if (before === undefined || after === undefined) return;
    const { lens: loupe, inspection, after: shown } = inspectorStore.getState();
    const reading = readAt(lens.point, before, after, this.tiles);
    const { readout } = this.parts;
    const text = readingText(reading, loupe.zoom);
    if (readout.textContent !== text) readout.textContent = text;
    const live = inspection === undefined || !isLive(inspection, shown) ? "no" : reading.isComputed ? "yes" : "bicubic";
    if (readout.dataset.live !== live) readout.dataset.live = live;
  }

  private wish(lens: LensPaint | undefined): void {
    const facts = inspectorStore.getState();
    const wishes = liveWishes(facts, lens, settingsStore.getState().settings.recipe);
    const mayLook = wishes.some(({ infer }) => !infer) && this.mayLookAgain();
    for (const lane of ["lens", "view", "slot1", "slot2", "slot3"] as const) {
      const wish = wishes.find((each) => each.lane === lane);
      if (wish === undefined) this.looks.drop(lane);
      else if (wish.infer || mayLook) this.looks.want(wish);
      // The key was let go of: what is there already is enough.
      else if (this.looks.isInferring(lane)) this.looks.drop(lane);
    }
  }

  /** What a canvas has changes as the photo is enhanced, and is worth a look now and then. */
  private mayLookAgain(): boolean {
    const now = performance.now();
    const leftMs = this.lookedMs + CANVAS_LOOK_MS - now;
    if (leftMs <= 0) this.lookedMs = now;
    else this.looking ??= setTimeout(() => this.lookNow(), leftMs);
    return leftMs <= 0;
  }

  private lookNow(): void {
    this.looking = undefined;
    this.schedule();
  }

  private onLive(isBusy: boolean, latest: LivePatch | undefined): void {
    const { live } = inspectorStore.getState();
    if (live.isBusy !== isBusy || latest !== undefined) {
      inspectorStore.setState({ live: { isBusy, latest: latest ?? live.latest } });
    }
    if (latest !== undefined) this.schedule();
  }
}

/** “rgb(14, 14, 14)” as numbers. */
function rgbOf(colour: string): readonly [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}
