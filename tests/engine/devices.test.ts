import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { devicesFor } from "../../main/core/enhance.ts";
import { SilvergrainError } from "../../main/core/errors.ts";
import { EngineClient } from "../../main/engine/client.ts";
import { Enhancer } from "../../main/engine/enhancer.ts";
import { chooseDevice, surveyDevices } from "../../main/engine/providers.ts";
import type { OpenSession } from "../../main/engine/session.ts";
import { openSession } from "../../main/engine/session.ts";
import { spawnEngine } from "../../main/engine/spawn.ts";
import { FAKE_MODEL, fakeSession, model, ROOT, repeatPixels } from "../helpers/models.ts";
import { apart, card, pixelsOf, requestFor } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

const OPTIONS = { threads: 1, allowSpinning: true };
const slow = () => new Promise((resolve) => setTimeout(resolve, 15));

/** A machine whose CPU takes some milliseconds a window, and whose other devices are as given. */
function machine(devices: Readonly<Record<string, (window: Float32Array) => Float32Array>>): OpenSession {
  return async (facts, device, options) => {
    if (device !== "cpu" && devices[device] === undefined)
      throw new SilvergrainError("DEVICE_UNAVAILABLE", `no ${device} driver`);
    const session = await fakeSession()(facts, device, options);
    return {
      ...session,
      run: async (planar, size) => {
        if (device === "cpu") await slow();
        const out = repeatPixels(planar, size, facts.scale);
        return devices[device]?.(out) ?? out;
      },
    };
  };
}

const ALL = ["cpu", "webgpu", "cuda", "dml", "coreml"];

describe("chooseDevice", () => {
  test("auto takes the first that is there and agrees with the CPU, and tells why the others were not taken", async () => {
    const open = machine({ webgpu: (out) => out });
    const { session, refusals } = await chooseDevice(FAKE_MODEL, "auto", OPTIONS, "linux", ALL, open);
    expect(session.device).toBe("webgpu");
    expect(refusals).toEqual([{ device: "cuda", reason: "no cuda driver" }]);
  });

  test("a device that computes something else is refused, NaN too", async () => {
    for (const wrong of [
      (out: Float32Array) => out.map((value) => value + 3 / 255),
      (out: Float32Array) => out.fill(Number.NaN, 0, 1),
    ]) {
      const { session, refusals } = await chooseDevice(
        FAKE_MODEL,
        "auto",
        OPTIONS,
        "linux",
        ALL,
        machine({ webgpu: wrong }),
      );
      expect(session.device).toBe("cpu");
      expect(refusals[1]?.reason).toMatch(/differs from the CPU/);
    }
  });

  test("a device that was asked for by name and will not do is an error with its reason", async () => {
    await expect(chooseDevice(FAKE_MODEL, "cuda", OPTIONS, "linux", ALL, machine({}))).rejects.toMatchObject({
      code: "DEVICE_UNAVAILABLE",
      message: expect.stringContaining("no cuda driver"),
    });
    await expect(chooseDevice(FAKE_MODEL, "dml", OPTIONS, "linux", ["cpu"], machine({}))).rejects.toThrow(
      "does not carry it",
    );
  });

  test("each platform has its order and ends with the CPU", () => {
    expect(devicesFor("win32")).toEqual(["dml", "webgpu", "cpu"]);
    expect(devicesFor("darwin")).toEqual(["coreml", "webgpu", "cpu"]);
    expect(devicesFor("linux")).toEqual(["cuda", "webgpu", "cpu"]);
  });
});

describe("surveyDevices", () => {
  const survey = (devices: Parameters<typeof machine>[0], bundled = ALL) =>
    surveyDevices(FAKE_MODEL, OPTIONS, "linux", bundled, machine(devices));

  test("gives every refusal in the order of trying, and says which is taken and which was not tried", async () => {
    expect(await survey({ cuda: (out) => out.map((value) => value + 3 / 255), webgpu: (out) => out })).toEqual([
      { device: "cuda", state: "refused", reason: expect.stringMatching(/differs from the CPU/) },
      { device: "webgpu", state: "taken" },
      { device: "cpu", state: "untried" },
    ]);
    expect(await survey({}, ["cpu", "webgpu"])).toEqual([
      { device: "cuda", state: "refused", reason: expect.stringMatching(/does not carry it/) },
      { device: "webgpu", state: "refused", reason: "no webgpu driver" },
      { device: "cpu", state: "taken" },
    ]);
  });

  test("an engine of its own answers it, with the versions of what it consists of", async () => {
    const engine = new EngineClient({
      start: () =>
        spawnEngine({
          nodePath: process.execPath,
          entryPath: join(ROOT, "dist", "engine.js"),
          cacheDir: tempDir(),
          version: "0",
          onLog: () => {},
        }),
    });
    onTestFinished(() => engine.close());
    const { devices, versions } = await engine.surveyDevices(model("srgan-x4"), 1, false);
    expect(devices.map(({ device }) => device)).toEqual(devicesFor(process.platform));
    expect(devices.filter(({ state }) => state === "taken")).toHaveLength(1);
    for (const { state, reason } of devices) expect(reason === undefined).toBe(state !== "refused");
    expect(versions.Node).toBe(process.versions.node);
    for (const name of ["ONNX Runtime", "sharp", "libvips"]) expect(versions[name]).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("out of memory", () => {
  test("the tile is halved until it fits, and the result is the same", async () => {
    const folder = tempDir();
    const source = join(folder, "a.png");
    await card(100, 70).png().toFile(source);
    const open = fakeSession((planar, size, scale) => {
      if (size.width > 40) throw new SilvergrainError("OUT_OF_MEMORY", "Memory ran out.");
      return repeatPixels(planar, size, scale);
    });
    const small = await new Enhancer({ cacheDir: folder, version: "1", open }).enhance(
      await requestFor(source, folder, { tilePx: 128 }),
      {},
    );
    expect(small.tilePx).toBe(32);
    expect(small.notes).toContain("tile-halved");
    const result = await pixelsOf(join(folder, "out", "result"));
    await new Enhancer({ cacheDir: folder, version: "1", open: fakeSession() }).enhance(
      await requestFor(source, tempDir(), { tilePx: 128, output: join(folder, "whole") }),
      {},
    );
    expect(apart(result.data, (await pixelsOf(join(folder, "whole"))).data).largest).toBe(0);
  });

  test("a photo that does not fit in the smallest tile fails with its code", async () => {
    const folder = tempDir();
    const source = join(folder, "a.png");
    await card(40, 40).png().toFile(source);
    const open = fakeSession(() => {
      throw new SilvergrainError("OUT_OF_MEMORY", "Memory ran out.");
    });
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open });
    await expect(enhancer.enhance(await requestFor(source, folder), {})).rejects.toMatchObject({
      code: "OUT_OF_MEMORY",
    });
  });
});

describe("models", () => {
  test("a file whose hash is not the catalogue's is refused before it is opened", async () => {
    const facts = { ...model("srgan-x4"), sha256: "f".repeat(64) };
    await expect(openSession(facts, "cpu", OPTIONS)).rejects.toMatchObject({
      code: "MODEL_CORRUPT",
      message: expect.stringContaining("SHA-256"),
    });
  });
});
