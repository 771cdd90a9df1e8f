import { expect, test } from "vitest";
import { LatestOnly } from "../../main/app/latest-only.ts";

/** Work that ends when it is told to, or a turn after it was stopped, as an engine does between two windows. */
function slowWork() {
  const begun: number[] = [];
  let most = 0;
  let running = 0;
  let finish: () => void = () => {};
  const work = (n: number) => async (signal: AbortSignal) => {
    begun.push(n);
    running++;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => {
      finish = resolve;
      signal.addEventListener("abort", () => setTimeout(resolve, 5));
    });
    running--;
    return n;
  };
  return { begun, work, finish: () => finish(), most: () => most };
}

test("twenty places leave no queue behind: one runs, the last one follows, all others are dropped", async () => {
  const lane = new LatestOnly();
  const { begun, work, finish, most } = slowWork();
  const asked = Array.from({ length: 20 }, (_, n) => lane.run(work(n)).then(String, (error) => error.code));
  await new Promise((resolve) => setTimeout(resolve, 20));
  finish();
  expect(await Promise.all(asked)).toEqual([...Array.from({ length: 19 }, () => "CANCELLED"), "19"]);
  expect(begun).toEqual([0, 19]);
  expect(most()).toBe(1);
});

test("what was dropped is told at once, also when the work itself takes its time to stop", async () => {
  const lane = new LatestOnly();
  let isStopped = false;
  const first = lane.run(async (signal) => {
    await new Promise((resolve) => signal.addEventListener("abort", () => setTimeout(resolve, 30)));
    isStopped = true;
  });
  const second = lane.run(async () => "second");
  await expect(first).rejects.toMatchObject({ code: "CANCELLED" });
  expect(isStopped).toBe(false);
  expect(await second).toBe("second");
  expect(isStopped).toBe(true);
});

test("a drop ends what runs and what waits, and the lane can be used again", async () => {
  const lane = new LatestOnly();
  const { work, begun } = slowWork();
  const asked = [lane.run(work(1)), lane.run(work(2))].map((each) => each.then(String, (error) => error.code));
  lane.drop();
  expect(await Promise.all(asked)).toEqual(["CANCELLED", "CANCELLED"]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(begun).toEqual([1]);
  expect(await lane.run(async () => "again")).toBe("again");
});

test("work that fails fails its own call and no other", async () => {
  const lane = new LatestOnly();
  await expect(lane.run(async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await lane.run(async () => 1)).toBe(1);
});
