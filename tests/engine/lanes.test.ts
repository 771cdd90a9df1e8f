import { describe, expect, test } from "vitest";
import { Holdings, KeyedLanes, Lane, type Priority, unlessStopped } from "../../main/engine/lanes.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Takes the lane and notes when it was got; gives it back when told. */
function taker(lane: Lane, log: string[], name: string, priority: Priority = "batch", signal?: AbortSignal) {
  let release = () => {};
  const taken = lane.take({ signal, onWait: () => log.push(`${name} waits`) }, priority).then((got) => {
    log.push(name);
    release = got;
  });
  return { taken, giveBack: () => release() };
}

describe("Lane", () => {
  test("one has it at a time, in the order they came, and only those who must wait are told so", async () => {
    const lane = new Lane();
    const log: string[] = [];
    const [a, b, c] = ["a", "b", "c"].map((name) => taker(lane, log, name));
    await turn();
    expect(log).toEqual(["b waits", "c waits", "a"]);
    a?.giveBack();
    a?.giveBack();
    await turn();
    expect(log.slice(3), "giving back twice lets in one").toEqual(["b"]);
    b?.giveBack();
    await c?.taken;
    expect(log.slice(3)).toEqual(["b", "c"]);
  });

  test("interactive takers come before those of a batch that were there first", async () => {
    const lane = new Lane();
    const log: string[] = [];
    const first = taker(lane, log, "first");
    await turn();
    const rest = [
      taker(lane, log, "batch 1"),
      taker(lane, log, "look 1", "interactive"),
      taker(lane, log, "batch 2"),
      taker(lane, log, "look 2", "interactive"),
    ];
    for (const each of [first, ...rest, first]) {
      each.giveBack();
      for (const other of rest) {
        await turn();
        other.giveBack();
      }
    }
    await Promise.all(rest.map(({ taken }) => taken));
    expect(log.filter((line) => !line.endsWith("waits"))).toEqual(["first", "look 1", "look 2", "batch 1", "batch 2"]);
  });

  test("a hold keeps the batch out and lets interactive takers in", async () => {
    const lane = new Lane();
    const log: string[] = [];
    const release = lane.hold();
    const batch = taker(lane, log, "batch");
    const look = taker(lane, log, "look", "interactive");
    await turn();
    expect(log.filter((line) => !line.endsWith("waits"))).toEqual(["look"]);
    look.giveBack();
    await turn();
    expect(log).not.toContain("batch");
    release();
    await batch.taken;
    expect(log.at(-1)).toBe("batch");
  });

  test("whoever is stopped while waiting goes at once, and disturbs nobody", async () => {
    const lane = new Lane();
    const log: string[] = [];
    const stop = new AbortController();
    const first = taker(lane, log, "first");
    const stopped = taker(lane, log, "stopped", "batch", stop.signal);
    const last = taker(lane, log, "last");
    await turn();
    stop.abort();
    await expect(stopped.taken).rejects.toMatchObject({ code: "CANCELLED" });
    expect(log).not.toContain("last");
    first.giveBack();
    await last.taken;
    await expect(lane.take({ signal: stop.signal })).rejects.toMatchObject({ code: "CANCELLED" });
  });
});

test("a lane of one key does not hold up another's", async () => {
  const lanes = new KeyedLanes();
  const release = await lanes.take("a");
  const stop = new AbortController();
  const stopped = lanes.take("a", { signal: stop.signal });
  let again = false;
  const second = lanes.take("a").then((got) => {
    again = true;
    return got;
  });
  await (await lanes.take("b"))();
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
  expect(again).toBe(false);
  release();
  (await second)();
  expect(again).toBe(true);
});

test("holdings are given back once, the latest first", () => {
  const log: string[] = [];
  const held = new Holdings();
  held.keep(() => log.push("a"));
  const early = held.keep(() => log.push("b"));
  held.keep(() => log.push("c"));
  early();
  held.releaseAll();
  held.releaseAll();
  expect(log).toEqual(["b", "c", "a"]);
});

test("a wait ends when it is stopped, whatever becomes of the work", async () => {
  const stop = new AbortController();
  const never = unlessStopped(new Promise(() => {}), stop.signal);
  stop.abort();
  await expect(never).rejects.toMatchObject({ code: "CANCELLED" });
  expect(await unlessStopped(Promise.resolve(7), new AbortController().signal)).toBe(7);
  await expect(unlessStopped(Promise.resolve(7), stop.signal)).rejects.toMatchObject({ code: "CANCELLED" });
});
