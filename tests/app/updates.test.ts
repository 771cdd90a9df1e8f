import { createHash } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isAtWork } from "../../main/app/at-work.ts";
import { type Updater, type UpdateState, Updates } from "../../main/app/updates.ts";
import { tempDir } from "../helpers/temp.ts";

const DAY_MS = 24 * 3600 * 1000;

function updatesWith(part: Partial<Updater> = {}, canInstall = true) {
  const calls: string[] = [];
  const file = join(tempDir(), "Silvergrain-9.0.0.AppImage");
  writeFileSync(file, "the newer one");
  const sha512 = createHash("sha512").update("the newer one").digest("base64");
  const listeners = new Map<string, (value: never) => void>();
  const say = (event: string, value: unknown) => listeners.get(event)?.(value as never);
  const updater: Updater = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    allowDowngrade: true,
    checkForUpdates: async () => {
      calls.push("check");
      return { isUpdateAvailable: true, updateInfo: { version: "9.0.0", files: [{ sha512 }] } };
    },
    downloadUpdate: async () => {
      calls.push("download");
      say("download-progress", { percent: 50 });
      return [file];
    },
    quitAndInstall: () => calls.push("install"),
    on: (event: string, listener: (value: never) => void) => listeners.set(event, listener),
    ...part,
  };
  const wishes = { isBusy: false };
  const states: UpdateState[] = [];
  const stuck: string[] = [];
  const updates = new Updates({
    updater,
    canInstall,
    isBusy: () => wishes.isBusy,
    onChange: (state) => states.push(state),
    onStuck: ({ trouble, message }) => stuck.push(`${trouble}: ${message}`),
  });
  return { updates, updater, calls, wishes, states, stuck, file, say };
}

describe("by itself", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("nothing is asked of the network until it is switched on, and nothing any more when it is switched off", async () => {
    const { updates, updater, calls } = updatesWith();
    expect([updater.autoDownload, updater.autoInstallOnAppQuit, updater.allowDowngrade]).toEqual([false, false, false]);
    await vi.advanceTimersByTimeAsync(3 * DAY_MS);
    expect(calls).toEqual([]);
    updates.start();
    updates.start();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toEqual(["check"]);
    await vi.advanceTimersByTimeAsync(2 * DAY_MS);
    expect(calls).toEqual(["check", "check", "check"]);
    updates.stop();
    await vi.advanceTimersByTimeAsync(5 * DAY_MS);
    expect(calls).toHaveLength(3);
    updates.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(4);
  });

  test("it waits while photos are worked on, and downloads nothing", async () => {
    const { updates, calls, wishes } = updatesWith();
    wishes.isBusy = true;
    updates.start();
    await vi.advanceTimersByTimeAsync(2 * DAY_MS);
    expect(calls).toEqual([]);
    wishes.isBusy = false;
    await vi.advanceTimersByTimeAsync(3600 * 1000);
    expect(calls).toEqual(["check"]);
    expect(updates.now).toEqual({ kind: "found", version: "9.0.0", mayInstall: true });
  });
});

test("what is found is downloaded when asked to, and put in when everything is closed", async () => {
  const { updates, calls, states } = updatesWith();
  await updates.look();
  await expect(updates.choose()).rejects.toMatchObject({ code: "USAGE" });
  await updates.load();
  expect(updates.putIn()).toBe(false);
  expect(await updates.choose()).toEqual({ kind: "installing", version: "9.0.0" });
  expect(calls).toEqual(["check", "download"]);
  expect(updates.putIn()).toBe(true);
  expect(calls).toEqual(["check", "download", "install"]);
  expect(states.map(({ kind }) => kind)).toEqual(["looking", "found", "loading", "loading", "ready", "installing"]);
  expect(states[3]).toEqual({ kind: "loading", version: "9.0.0", share: 0.5 });
});

test("nothing is put in while photos are worked on", async () => {
  const { updates, calls, wishes } = updatesWith();
  await updates.look();
  await updates.load();
  wishes.isBusy = true;
  expect(await updates.choose()).toEqual({ kind: "ready", version: "9.0.0" });
  expect(updates.putIn()).toBe(false);
  wishes.isBusy = false;
  expect(updates.putIn()).toBe(false);
  expect(calls).toEqual(["check", "download"]);
  await updates.choose();
  expect(updates.putIn()).toBe(true);
});

test("what was changed since it was downloaded is not put in", async () => {
  const { updates, calls, file } = updatesWith();
  await updates.look();
  await updates.load();
  appendFileSync(file, "!");
  expect(await updates.choose()).toMatchObject({ kind: "failed", trouble: "damaged" });
  expect(updates.putIn()).toBe(false);
  expect(calls).not.toContain("install");
});

test("where it may not be put in it is told, and no more", async () => {
  const { updates, calls } = updatesWith({}, false);
  expect(await updates.look()).toEqual({ kind: "found", version: "9.0.0", mayInstall: false });
  await expect(updates.load()).rejects.toMatchObject({ code: "USAGE" });
  expect(calls).toEqual(["check"]);
  expect(updates.newer).toBe("9.0.0");
});

test("a program that cannot be put in says so, whether it fails at once or later", async () => {
  const first = updatesWith({
    quitAndInstall: () => {
      throw new Error("no room\n    at somewhere");
    },
  });
  const second = updatesWith();
  for (const { updates } of [first, second]) {
    await updates.look();
    await updates.load();
    await updates.choose();
    updates.putIn();
  }
  second.say("error", new Error("the password was wrong"));
  expect([first.stuck, second.stuck]).toEqual([["failed: no room"], ["failed: the password was wrong"]]);
});

test("a build without an address says so, and a broken network can be asked again", async () => {
  const states: UpdateState[] = [];
  const rest = { canInstall: false, isBusy: () => false, onStuck: () => {} };
  const without = new Updates({ ...rest, updater: undefined, onChange: (state) => states.push(state) });
  without.start();
  expect(await without.look()).toEqual({ kind: "unavailable" });
  expect(without.putIn()).toBe(false);
  expect(states).toEqual([]);

  let fails = true;
  const broken = updatesWith({
    checkForUpdates: async () => {
      if (fails) throw new Error("ENOTFOUND\n    at somewhere");
      return null;
    },
  });
  const failed = await broken.updates.look();
  expect(failed).toMatchObject({ kind: "failed", trouble: "unreachable", message: "ENOTFOUND" });
  fails = false;
  expect(await broken.updates.look()).toEqual({ kind: "latest" });
});

test("a batch is at work between two of its photos, too, and not while it is paused", () => {
  const none = { queued: 0, running: 0, done: 3, failed: 1, cancelled: 1 };
  const batch = (paused: boolean, queued: number, running: number) => ({ paused, jobs: { ...none, queued, running } });
  const at = (isPaused: boolean, ...batches: readonly ReturnType<typeof batch>[]) =>
    isAtWork({ isPaused, batches: () => batches });
  expect(at(false)).toBe(false);
  expect(at(false, batch(false, 0, 0))).toBe(false);
  expect(at(false, batch(false, 0, 0), batch(false, 5, 0))).toBe(true);
  expect(at(false, batch(true, 5, 0))).toBe(false);
  expect(at(true, batch(false, 5, 0))).toBe(false);
  // What was in hand is still put down.
  expect(at(true, batch(true, 5, 1))).toBe(true);
});
