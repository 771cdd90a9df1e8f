import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Updater, type UpdateState, Updates } from "../../main/app/updates.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function updatesWith(part: Partial<Updater> = {}, platform: NodeJS.Platform = "win32") {
  const calls: string[] = [];
  let progress: (progress: { percent: number }) => void = () => {};
  const updater: Updater = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    allowDowngrade: true,
    isUpdaterActive: () => true,
    checkForUpdates: async () => {
      calls.push("check");
      return { isUpdateAvailable: true, updateInfo: { version: "9.0.0" } };
    },
    downloadUpdate: async () => {
      calls.push("download");
      progress({ percent: 50 });
    },
    quitAndInstall: () => calls.push("install"),
    on: (_event, listener) => {
      progress = listener;
    },
    ...part,
  };
  const wishes = { isOn: false, isBusy: false };
  const states: UpdateState[] = [];
  const updates = new Updates({
    updater,
    platform,
    isOn: () => wishes.isOn,
    isBusy: () => wishes.isBusy,
    onChange: (state) => states.push(state),
  });
  return { updates, updater, calls, wishes, states };
}

test("nothing is asked of the network until somebody wants it, and never while photos are worked on", async () => {
  const { updates, updater, calls, wishes } = updatesWith();
  expect([updater.autoDownload, updater.autoInstallOnAppQuit, updater.allowDowngrade]).toEqual([false, false, false]);
  updates.start();
  await vi.advanceTimersByTimeAsync(3 * 24 * 3600 * 1000);
  expect(calls).toEqual([]);
  wishes.isOn = true;
  wishes.isBusy = true;
  await vi.advanceTimersByTimeAsync(24 * 3600 * 1000);
  expect(calls).toEqual([]);
  wishes.isBusy = false;
  await vi.advanceTimersByTimeAsync(24 * 3600 * 1000);
  expect(calls).toEqual(["check"]);
  updates.close();
  await vi.advanceTimersByTimeAsync(5 * 24 * 3600 * 1000);
  expect(calls).toEqual(["check"]);
});

test("what is found is downloaded when asked to, and put in when nothing goes on", async () => {
  const { updates, calls, wishes, states } = updatesWith();
  await updates.look();
  expect(() => updates.install()).toThrow("No newer version");
  await updates.load();
  wishes.isBusy = true;
  expect(() => updates.install()).toThrow("Photos are being worked on");
  wishes.isBusy = false;
  updates.install();
  expect(calls).toEqual(["check", "download", "install"]);
  expect(states.map(({ kind }) => kind)).toEqual(["looking", "found", "loading", "loading", "ready"]);
  expect(states[3]).toEqual({ kind: "loading", version: "9.0.0", share: 0.5 });
});

test("without a signature to check it is told, and no more", async () => {
  const { updates, calls } = updatesWith({}, "linux");
  expect(await updates.look()).toEqual({ kind: "found", version: "9.0.0", mayInstall: false });
  await expect(updates.load()).rejects.toMatchObject({ code: "USAGE" });
  expect(calls).toEqual(["check"]);
});

test("a build without an address says so, a broken network is a sentence, and both can be asked again", async () => {
  const without = updatesWith({ isUpdaterActive: () => false });
  expect(await without.updates.look()).toEqual({ kind: "unavailable" });
  const broken = updatesWith({ checkForUpdates: () => Promise.reject(new Error("ENOTFOUND\n    at somewhere")) });
  const failed = await broken.updates.look();
  expect(failed).toMatchObject({ kind: "failed", message: expect.stringContaining("ENOTFOUND") });
  expect(JSON.stringify(failed)).not.toContain("at somewhere");
  const latest = updatesWith({ checkForUpdates: async () => null });
  expect(await latest.updates.look()).toEqual({ kind: "latest" });
});
