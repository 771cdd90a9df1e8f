import { describe, expect, test } from "vitest";
import type { CallArgs, JobRow } from "../../../preload/contract.ts";
import { createJobPages } from "../../../renderer/queue/job-pages.ts";
import { jobRow } from "./job-rows.ts";

type Request = CallArgs<"jobs">[0];

/** A queue's list that answers as the main process does, and remembers what it was asked. */
function listOf(length: number) {
  const list = { jobs: Array.from({ length }, (_, i) => jobRow(i + 1)), asked: [] as Request[] };
  const ask = async (request: Request): Promise<readonly JobRow[]> => {
    list.asked.push(request);
    const { after, limit } = request;
    return list.jobs.filter(({ cursor }) => after === undefined || cursor.position > after.position).slice(0, limit);
  };
  return { list, ask };
}

const never = (error: unknown): void => {
  throw error;
};
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const idsOf = (rows: readonly JobRow[]) => rows.map(({ id }) => id);

describe("pages of a batch", () => {
  test("are read in turn as far as they are looked at", async () => {
    const { list, ask } = listOf(95);
    const pages = createJobPages(1, ask, never, 10);
    pages.look(0, 5);
    await settle();
    expect(pages.store.getState()).toMatchObject({ isWhole: false });
    expect(pages.store.getState().rows).toHaveLength(10);
    pages.look(30, 35);
    await settle();
    expect(list.asked).toHaveLength(4);
    expect(idsOf(pages.store.getState().rows)).toEqual(idsOf(list.jobs.slice(0, 40)));
  });

  test("are whole at the first that is not full, also where that one is empty", async () => {
    for (const length of [0, 7, 10, 20]) {
      const { list, ask } = listOf(length);
      const pages = createJobPages(1, ask, never, 10);
      await pages.readAll();
      expect(pages.store.getState()).toEqual({ rows: list.jobs, isWhole: true });
    }
  });

  test("are read again where they are looked at when the list changes, the others when they are", async () => {
    const { list, ask } = listOf(30);
    const pages = createJobPages(1, ask, never, 10);
    pages.look(0, 25);
    await settle();
    pages.look(20, 25);
    await settle();
    list.asked.length = 0;
    list.jobs = list.jobs.map((job) => ({ ...job, state: "done" as const }));
    pages.changed();
    await settle();
    expect(list.asked).toHaveLength(1);
    expect(pages.store.getState().rows.map(({ state }) => state)).toEqual([
      ...Array(20).fill("queued"),
      ...Array(10).fill("done"),
    ]);
    pages.look(0, 5);
    await settle();
    expect(list.asked).toHaveLength(2);
    expect(pages.store.getState().rows[0]?.state).toBe("done");
  });

  test("are read for every change, however long nothing was called for before", async () => {
    const { list, ask } = listOf(5);
    const pages = createJobPages(1, ask, never, 10);
    pages.look(0, 4);
    await settle();
    pages.look(0, 4);
    await settle();
    for (const state of ["running", "done"] as const) {
      list.jobs = list.jobs.map((job) => ({ ...job, state }));
      pages.changed();
      await settle();
      expect(pages.store.getState().rows[0]?.state).toBe(state);
    }
  });

  test("show a row that was moved from page to page once", async () => {
    const { list, ask } = listOf(30);
    const pages = createJobPages(1, ask, never, 10);
    await pages.readAll();
    const moved = { ...jobRow(25), cursor: { priority: 0, position: 0.5, id: 25 } };
    list.jobs = [moved, ...list.jobs.filter(({ id }) => id !== 25)];
    pages.look(0, 5);
    pages.changed();
    await settle();
    const ids = idsOf(pages.store.getState().rows);
    expect(ids[0]).toBe(25);
    expect(new Set(ids).size).toBe(ids.length);
    await pages.readAll();
    expect(pages.store.getState().rows).toEqual(list.jobs);
  });

  test("that cannot be read are told of, and read at the next call", async () => {
    const { list, ask } = listOf(5);
    const told: unknown[] = [];
    let isBroken = true;
    const pages = createJobPages(
      1,
      async (request) => (isBroken ? Promise.reject(new Error("gone")) : ask(request)),
      (error) => told.push(error),
      10,
    );
    pages.look(0, 4);
    await settle();
    expect(told).toHaveLength(1);
    isBroken = false;
    pages.changed();
    await settle();
    expect(pages.store.getState().rows).toEqual(list.jobs);
  });
});
