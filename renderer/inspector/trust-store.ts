import { createStore } from "zustand/vanilla";
import { MOST_TRUST_PX, type TrustMap, type TrustRequest } from "../../preload/contract.ts";
import { ask, CallError } from "../api.ts";
import { tellFailure } from "../notice-store.ts";
import { goToPoint } from "./actions.ts";
import { inspectorStore, type Trust } from "./inspector-store.ts";
import { shownResult } from "./shown.ts";
import { DEFAULT_THRESHOLD, worstRegions } from "./trust-figures.ts";
import { middleOf, visiblePart } from "./visible.ts";

/** What is known of how far the source bears the result out. */
export interface TrustFacts {
  readonly kind: Trust["kind"];
  readonly map: TrustMap | undefined;
  readonly isLoading: boolean;
  readonly hasFailed: boolean;
  /** Levels of 255. */
  readonly threshold: number;
  readonly showsMap: boolean;
  /** The number of the worst region that was gone to. */
  readonly region: number | undefined;
}

export const trustStore = createStore<TrustFacts>(() => ({
  kind: "source",
  map: undefined,
  isLoading: false,
  hasFailed: false,
  threshold: DEFAULT_THRESHOLD,
  showsMap: false,
  region: undefined,
}));

/** How long a photo is looked at before its map is made: passing by costs nothing. */
const IDLE_MS = 500;

let question = 0;

/** Compares the result with its source, or the two models in the part that is in sight. */
export function compare(kind: Trust["kind"]): void {
  const request = requestFor(kind);
  const mine = ++question;
  set({ kind, map: undefined, isLoading: request !== undefined, hasFailed: false, region: undefined });
  if (request === undefined) return;
  ask("trust", request).then(
    (map) => mine === question && set({ map, isLoading: false }),
    (error: unknown) => {
      if (mine !== question) return;
      set({ isLoading: false, hasFailed: true });
      // Something newer was asked for.
      if (!(error instanceof CallError && error.code === "CANCELLED")) tellFailure(error);
    },
  );
}

export function setThreshold(threshold: number): void {
  set({ threshold });
}

/** Shows the map on the photo or takes it off. */
export function showMap(showsMap: boolean): void {
  set({ showsMap });
}

/** Goes to the region that differs most; from there to the next one. */
export function hopWorst(): void {
  const { map, region } = trustStore.getState();
  if (map === undefined) return;
  const regions = worstRegions(map);
  const next = region === undefined ? 0 : (region + 1) % regions.length;
  const point = regions[next];
  if (point === undefined) return;
  set({ region: next });
  goToPoint(point);
}

/** Makes the map of every result that is looked at for a while. @returns how to end it */
export function followTrust(): () => void {
  let key: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    const request = requestFor("source");
    const next = request?.kind === "source" ? request.result : "";
    const named = `${inspectorStore.getState().inspection?.photo} ${next}`;
    if (named === key) return;
    key = named;
    question++;
    clearTimeout(timer);
    set({ kind: "source", map: undefined, isLoading: next !== "", hasFailed: false, region: undefined });
    if (next !== "") timer = setTimeout(() => compare("source"), IDLE_MS);
  };
  look();
  const stop = inspectorStore.subscribe((facts, before) => {
    if (facts.inspection !== before.inspection || facts.after !== before.after) look();
  });
  return () => {
    stop();
    clearTimeout(timer);
    question++;
    inspectorStore.setState({ trust: undefined });
  };
}

/** @returns `undefined` where there is nothing to compare */
function requestFor(kind: Trust["kind"]): TrustRequest | undefined {
  const facts = inspectorStore.getState();
  const { inspection, after } = facts;
  if (inspection === undefined) return undefined;
  if (kind === "models") {
    const rect = visiblePart(facts);
    return rect && { kind, photo: inspection.photo, rect: middleOf(rect, MOST_TRUST_PX) };
  }
  if (after?.kind === "live" || after?.kind === "original") return undefined;
  const result = shownResult(inspection, after?.key);
  return result === undefined ? undefined : { kind, photo: inspection.photo, result: result.key };
}

function set(part: Partial<TrustFacts>): void {
  trustStore.setState(part);
  const { showsMap, kind, map, isLoading, threshold } = trustStore.getState();
  // A blind test shows no maps.
  const trust = showsMap && inspectorStore.getState().blindTest === undefined;
  inspectorStore.setState({ trust: trust ? { kind, map, isLoading, threshold } : undefined });
}
