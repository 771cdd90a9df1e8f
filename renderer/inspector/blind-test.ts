import { createStore } from "zustand/vanilla";
import type { BlindTest } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { tellFailure } from "../notice-store.ts";
import { keepInSight } from "./actions.ts";
import { type BlindTestState, inspectorStore, type Shown } from "./inspector-store.ts";

/** As many trials as are saved. */
const MOST_TRIALS = 1000;

/** Two pictures, with what they are called. */
export interface Rivals {
  readonly first: { readonly shown: Shown; readonly name: string };
  readonly second: { readonly shown: Shown; readonly name: string };
}

/** What goes on around a test. */
export interface BlindFacts {
  /** The pictures are being chosen. */
  readonly isChoosing: boolean;
  readonly rivals: Rivals | undefined;
  /** The test that was just ended. */
  readonly outcome: BlindTest | undefined;
}

export const blindStore = createStore<BlindFacts>(() => ({ isChoosing: false, rivals: undefined, outcome: undefined }));

/** An even chance. @param random fills a list with random bytes */
export type Coin = () => boolean;
const coin: Coin = () => ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) & 1) === 1;

/** A trial whose sides nobody knows: which of the two is A, and which one X is. */
export function drawTrial({ first, second }: Rivals, toss: Coin): Pick<BlindTestState, "a" | "b" | "xIs" | "looksAt"> {
  const [a, b] = toss() ? [first.shown, second.shown] : [second.shown, first.shown];
  return { a, b, xIs: toss() ? "a" : "b", looksAt: "x" };
}

/** Begins a test. Whatever would tell the pictures apart is put away. */
export function beginTest(rivals: Rivals, toss: Coin = coin): void {
  blindStore.setState({ isChoosing: false, rivals, outcome: undefined });
  inspectorStore.setState({
    blindTest: { ...drawTrial(rivals, toss), trials: 0, correct: 0 },
    showsLens: false,
    isPinning: false,
    showsBefore: false,
    isLiveView: false,
    trust: undefined,
  });
  keepInSight();
}

/** Looks at A, B or X. */
export function lookAt(looksAt: BlindTestState["looksAt"]): void {
  inspectorStore.setState(({ blindTest }) => (blindTest === undefined ? {} : { blindTest: { ...blindTest, looksAt } }));
}

/** Says which one X is; the next trial begins, or the test ends where no more are counted. */
export function answer(xIs: "a" | "b", toss: Coin = coin): void {
  const { blindTest } = inspectorStore.getState();
  const { rivals } = blindStore.getState();
  if (blindTest === undefined || rivals === undefined) return;
  const trials = blindTest.trials + 1;
  const correct = blindTest.correct + (blindTest.xIs === xIs ? 1 : 0);
  inspectorStore.setState({ blindTest: { ...drawTrial(rivals, toss), trials, correct } });
  if (trials === MOST_TRIALS) endTest();
}

/** Ends the test: what came of it is seen and saved. One without an answer leaves nothing. */
export function endTest(nowMs: number = Date.now()): void {
  const { blindTest, photo } = inspectorStore.getState();
  const { rivals } = blindStore.getState();
  inspectorStore.setState({ blindTest: undefined });
  keepInSight();
  if (blindTest === undefined || rivals === undefined || photo === undefined || blindTest.trials === 0) return;
  const { trials, correct } = blindTest;
  const outcome = { a: cut(rivals.first.name), b: cut(rivals.second.name), trials, correct, madeMs: nowMs };
  blindStore.setState({ outcome });
  inspectorStore.setState(({ inspection }) =>
    inspection?.photo === photo ? { inspection: { ...inspection, tests: [...inspection.tests, outcome] } } : {},
  );
  ask("saveBlindTest", photo, outcome).catch(tellFailure);
}

/** Opens what begins a test, or closes it. */
export function chooseRivals(isChoosing: boolean): void {
  const { inspection, blindTest } = inspectorStore.getState();
  if (inspection === undefined || blindTest !== undefined) return;
  blindStore.setState({ isChoosing });
}

export function closeOutcome(): void {
  blindStore.setState({ outcome: undefined });
}

/** Nothing of a test is left open: another photo is looked at, or none. */
export function leaveTest(): void {
  endTest();
  blindStore.setState({ isChoosing: false, outcome: undefined });
}

/** As long as is saved. */
function cut(name: string): string {
  return name.slice(0, 120);
}
