import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Answer, Inspection, Pin } from "../../../preload/contract.ts";
import { NOTHING_SELECTED } from "../../../renderer/gallery/selection.ts";
import { selectionStore } from "../../../renderer/gallery/selection-store.ts";
import { pan, resizeSurface, zoomBy, zoomTo } from "../../../renderer/inspector/actions.ts";
import { imagePoint } from "../../../renderer/inspector/build-scene.ts";
import { followChanges } from "../../../renderer/inspector/changed-photo.ts";
import { inspectorStore } from "../../../renderer/inspector/inspector-store.ts";
import { choosePhoto, follow, openAgain, openPhoto, step } from "../../../renderer/inspector/open-photo.ts";
import { panesOf } from "../../../renderer/inspector/panes.ts";
import { setPin } from "../../../renderer/inspector/pin-actions.ts";
import { applyPhotos, judgeLocally, libraryStore } from "../../../renderer/library-store.ts";
import { addMarks } from "../../../renderer/queue-store.ts";
import { markOf, photoRow } from "../../helpers/photo-rows.ts";
import { inspectionOf } from "./inspections.ts";

type Question = { readonly id: number; readonly when: string; readonly answer: (answer: Answer<Inspection>) => void };
let questions: Question[] = [];
let pinCalls: { readonly pin: Pin; readonly settle: (answer: Answer<undefined>) => void }[] = [];

vi.stubGlobal("window", {
  silvergrain: {
    inspect: (id: number, when: string) =>
      new Promise<Answer<Inspection>>((answer) => questions.push({ id, when, answer })),
    saveBlindTest: async () => ({ ok: true, value: undefined }),
    setPin: (_photo: number, pin: Pin) => new Promise((settle) => pinCalls.push({ pin, settle })),
  },
});

const facts = () => inspectorStore.getState();
const asked = () => questions.map(({ id, when }) => `${when} ${id}`);
const initial = inspectorStore.getState();
let stop: () => void = () => undefined;

/** Answers the latest question, or the one about a photo. */
async function answer(part: Partial<Inspection> = {}, id?: number): Promise<void> {
  const question = questions.findLast((each) => id === undefined || each.id === id);
  question?.answer({ ok: true, value: inspectionOf(question.id, part) });
  await vi.advanceTimersByTimeAsync(0);
}

// One clock for all: it must not go back.
beforeAll(() => {
  vi.useFakeTimers();
});
afterAll(() => {
  vi.useRealTimers();
});

beforeEach(async () => {
  questions = [];
  pinCalls = [];
  inspectorStore.setState(initial, true);
  resizeSurface({ width: 600, height: 400 }, 1);
  libraryStore.setState({ isLoading: false });
  applyPhotos({ changed: [1, 2, 3, 4, 5].map((id) => photoRow({ id, name: `${id}.jpg` })), gone: [] });
  selectionStore.setState(NOTHING_SELECTED, true);
  addMarks([1, 2, 3, 4, 5].map((id) => markOf(id, "none")));
  // Nothing was asked for just before.
  await vi.advanceTimersByTimeAsync(1000);
  choosePhoto(2);
  stop = follow();
});

afterEach(() => {
  stop();
});

describe("pins", () => {
  const pin = (uid: string, x = 0.5): Pin => ({ uid, name: uid, x, y: 0.5 });
  const places = () => facts().inspection?.pins.map(({ uid, x }) => `${uid} ${x}`);
  const refused: Answer<undefined> = { ok: false, failure: { code: "DISK_FULL", message: "No room." } };

  test("that are refused go back to what they were, and take no others along", async () => {
    await answer({ pins: [pin("a", 0.1)] });
    const done = [setPin(pin("a", 0.9)), setPin(pin("b"))];
    expect(places()).toEqual(["a 0.9", "b 0.5"]);
    pinCalls[1]?.settle({ ok: true, value: undefined });
    pinCalls[0]?.settle(refused);
    await Promise.all(done);
    expect(places()).toEqual(["a 0.1", "b 0.5"]);
  });

  test("on their way are not lost when what is known of the photo comes anew", async () => {
    await answer();
    const done = setPin(pin("a"));
    openAgain();
    await answer({ pins: [] });
    expect(places()).toEqual(["a 0.5"]);
    pinCalls[0]?.settle({ ok: true, value: undefined });
    await done;
    openAgain();
    await answer({ pins: [] });
    expect(places()).toEqual([]);
  });
});

describe("slots that were moved apart", () => {
  test("go along with the others: as many device px, and as much larger", async () => {
    await answer();
    inspectorStore.setState({
      mode: "slots",
      slots: [{ kind: "original" }, { kind: "original" }],
      view: { x: 100, y: 100, scale: 2 },
      isFitted: false,
      slotViews: [undefined, { x: 120, y: 100, scale: 4 }],
    });
    pan({ x: -8, y: 0 });
    expect(facts().view?.x).toBe(104);
    expect(facts().slotViews[1]).toEqual({ x: 122, y: 100, scale: 4 });
    const [, right] = panesOf(facts());
    const place = { x: (right?.x ?? 0) + 10, y: 20 };
    const under = () => imagePoint(facts(), place);
    const before = under();
    zoomBy(1.5, place);
    expect(facts().slotViews[1]?.scale).toBe(6);
    expect(under()?.x).toBeCloseTo(before?.x ?? 0, 0);
    resizeSurface({ width: 500, height: 300 }, 1);
    expect(facts().slotViews[1]?.scale).toBe(6);
  });
});

describe("from photo to photo", () => {
  test("the photo with the focus is shown, and its neighbours are prepared once it is looked at", async () => {
    expect(asked()).toEqual(["now 2"]);
    await answer();
    expect(facts().inspection?.photo).toBe(2);
    expect(asked()).toEqual(["now 2"]);
    await vi.advanceTimersByTimeAsync(300);
    expect(asked()).toEqual(["now 2", "ahead 3", "ahead 1"]);
  });

  test("what was fitted is fitted again", async () => {
    await answer();
    expect(facts().view).toEqual({ x: 150, y: 100, scale: 2 });
    await vi.advanceTimersByTimeAsync(1000);
    step(1);
    await answer({ original: { key: "o", width: 1200, height: 400 } });
    expect(facts()).toMatchObject({ isFitted: true, view: { x: 600, y: 200, scale: 0.5 } });
  });

  test("else the next one is as large and its middle in the same place of the whole", async () => {
    await answer();
    zoomTo(2);
    inspectorStore.setState({ view: { x: 60, y: 150, scale: 8 }, mode: "side" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(step(1)).toBe(true);
    await answer({ original: { key: "o", width: 3000, height: 1000 } });
    expect(facts()).toMatchObject({ photo: 3, mode: "side", isFitted: false, view: { x: 600, y: 750, scale: 8 } });
    expect(selectionStore.getState().focus).toBe(3);
  });

  test("what comes too late is not shown", async () => {
    await vi.advanceTimersByTimeAsync(1000);
    step(1);
    await answer({}, 2);
    expect(facts().inspection).toBeUndefined();
    await answer({}, 3);
    expect(facts().inspection?.photo).toBe(3);
  });

  test("photos that are only passed are not asked for", async () => {
    await answer();
    await vi.advanceTimersByTimeAsync(1000);
    for (let times = 0; times < 3; times++) {
      step(1);
      await vi.advanceTimersByTimeAsync(33);
    }
    await vi.advanceTimersByTimeAsync(500);
    expect(asked().filter((each) => each.startsWith("now"))).toEqual(["now 2", "now 3", "now 5"]);
  });

  test("both ends are ends", () => {
    choosePhoto(5);
    expect(step(1)).toBe(false);
    choosePhoto(1);
    expect(step(-1)).toBe(false);
    expect(facts().photo).toBe(1);
  });

  test("what several photos were selected for stays selected", () => {
    selectionStore.setState({ selected: new Set([2, 3]), anchor: 2, focus: 2 });
    step(1);
    expect(selectionStore.getState()).toMatchObject({ focus: 3, selected: new Set([2, 3]) });
  });
});

describe("what becomes of the photo", () => {
  test("a failure has a code, and the next photo none", async () => {
    questions.at(-1)?.answer({ ok: false, failure: { code: "SOURCE_CORRUPT", message: "It is cut off." } });
    await vi.advanceTimersByTimeAsync(1000);
    expect(facts()).toMatchObject({ inspection: undefined, failure: { code: "SOURCE_CORRUPT" } });
    step(1);
    expect(facts().failure).toBeUndefined();
  });

  test("is asked for again when its job or its file changes, and not when it is judged or works on", async () => {
    const stopChanges = followChanges();
    await answer();
    questions = [];
    pinCalls = [];
    addMarks([markOf(2, "queued")]);
    expect(asked()).toEqual(["now 2"]);
    await answer({ waiting: undefined });
    addMarks([markOf(2, "running", { fraction: 0.1 })]);
    addMarks([markOf(2, "running", { fraction: 0.2 }), markOf(3, "done")]);
    judgeLocally([2], () => ({ stars: 5 }));
    expect(asked()).toEqual(["now 2", "now 2"]);
    addMarks([markOf(2, "done")]);
    applyPhotos({ changed: [photoRow({ id: 2, name: "2.jpg", changedMs: 99 })], gone: [] });
    expect(asked()).toEqual(["now 2", "now 2", "now 2", "now 2"]);
    stopChanges();
  });

  test("the view stays when the same photo is asked for again", async () => {
    await answer();
    zoomTo(1);
    inspectorStore.setState({ view: { x: 10, y: 20, scale: 9 } });
    openPhoto(2);
    await vi.advanceTimersByTimeAsync(1000);
    await answer();
    expect(facts().view).toEqual({ x: 10, y: 20, scale: 9 });
  });

  test("when it leaves the library its neighbour comes, and nothing when all are gone", async () => {
    await answer();
    applyPhotos({ changed: [], gone: [2] });
    expect(facts().photo).toBe(3);
    applyPhotos({ changed: [], gone: [1, 3, 4, 5] });
    expect(facts()).toMatchObject({ photo: undefined, inspection: undefined });
  });
});
