import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { EnhanceProgress, EnhanceRequest, RegionRequest } from "../../main/core/enhance.ts";
import { Enhancer } from "../../main/engine/enhancer.ts";
import type { EngineMessage } from "../../main/engine/protocol.ts";
import { EngineServer } from "../../main/engine/server.ts";
import { type OpenSession, openSession } from "../../main/engine/session.ts";
import { FAKE_MODEL, fakeSession, model } from "../helpers/models.ts";
import { apart, card, pixelsOf, requestFor } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

const SRGAN = model("srgan-x4");
const OTHER = model("srresnet-x4");

/** Sessions of the real model, counted, which tell before every window. */
function watched(onWindow: (windows: number) => void | Promise<void> = () => {}) {
  const seen = { windows: 0, opened: [] as string[], open: 0, mostOpen: 0 };
  const open: OpenSession = async (facts, device, options) => {
    const session = await openSession(facts, device, options);
    seen.opened.push(facts.id);
    seen.open++;
    seen.mostOpen = Math.max(seen.mostOpen, seen.open);
    let isOpen = true;
    return {
      device,
      run: async (planar, size) => {
        expect(isOpen, "no session is released while somebody infers with it").toBe(true);
        seen.windows++;
        await onWindow(seen.windows);
        return session.run(planar, size);
      },
      release: async () => {
        isOpen = false;
        seen.open--;
        await session.release();
      },
    };
  };
  return { seen, open };
}

/** A photo of its own and the request for it. */
async function photo(folder: string, name: string, changes: Partial<EnhanceRequest> = {}, width = 100) {
  const source = join(folder, `${name}.png`);
  await card(width, 70 + name.length)
    .png()
    .toFile(source);
  return requestFor(source, folder, {
    model: SRGAN,
    output: join(folder, "out", `${name}.png`),
    receipt: join(folder, "work", `${name}.receipt`),
    tilePx: 32,
    ...changes,
  });
}

function regionOf(request: EnhanceRequest, rect: RegionRequest["rect"], save: string): RegionRequest {
  const { source, sourceSha256, sourceStamp, model, workDir, device, threads, allowSpinning, tilePx } = request;
  const { maxMegapixels } = request;
  const shared = { source, sourceSha256, sourceStamp, model, workDir, device, threads, allowSpinning, tilePx };
  return { ...shared, maxMegapixels, rect, save };
}

/** The stages that a call went through, one after the other. */
function stages(log: string[], name: string) {
  let last = "";
  return ({ stage }: EnhanceProgress) => {
    if (stage !== last) log.push(`${name} ${stage}`);
    last = stage;
  };
}

async function cropOf(path: string, { x, y, width, height }: RegionRequest["rect"]): Promise<Buffer> {
  const rect = { left: x * 4, top: y * 4, width: width * 4, height: height * 4 };
  return sharp(path, { ignoreIcc: true }).extract(rect).raw().toBuffer();
}

/** A promise and its key. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Six columns of three tiles; the rectangle touches the last two columns of the last two rows. */
const WIDE = 190;
const RECT = { x: 140, y: 36, width: 45, height: 30 };

describe("photos that overlap", () => {
  let serial: readonly Buffer[];
  const FORMATS = [
    ["a", { format: "png" }],
    ["bb", { format: "jpeg", strength: 0.5 }],
    ["ccc", { format: "tiff", target: { width: 150, height: 110 } }],
    ["dddd", { format: "webp" }],
  ] as const;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "silvergrain-overlap-"));
    const results: Buffer[] = [];
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: watched().open });
    for (const [name, changes] of FORMATS) {
      const request = await photo(folder, name, changes);
      await enhancer.enhance(request, {});
      results.push(readFileSync(request.output));
    }
    await enhancer.release();
    serial = results;
    return () => rmSync(folder, { recursive: true, force: true });
  });

  test("give the same bytes as one after the other, and the next is decoded while one is inferred", async () => {
    const folder = tempDir();
    const log: string[] = [];
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: watched().open });
    const requests = await Promise.all(FORMATS.map(([name, changes]) => photo(folder, name, changes)));
    await Promise.all(
      requests.map((request, i) => enhancer.enhance(request, { onProgress: stages(log, FORMATS[i]?.[0] ?? "") })),
    );
    for (const [i, { output }] of requests.entries())
      expect(readFileSync(output).equals(serial[i] as Buffer)).toBe(true);
    const at = (line: string) => {
      expect(log).toContain(line);
      return log.lastIndexOf(line);
    };
    expect(at("bb decode")).toBeLessThan(at("a check"));
    expect(at("bb infer"), "the second is inferred before the first is written").toBeLessThan(at("a encode"));
    expect(at("ccc decode"), "one photo is decoded ahead").toBeGreaterThan(at("a infer"));
    expect(at("dddd decode"), "and not more").toBeGreaterThan(at("bb infer"));
    expect(log).toContain("ccc waiting");
    await enhancer.release();
  });

  test("with one canvas run one after the other, and the second infers nothing", async () => {
    const folder = tempDir();
    const log: string[] = [];
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: watched().open });
    const whole = await photo(folder, "a");
    const half = { ...whole, strength: 0.5, output: `${whole.output}.half.png`, receipt: `${whole.receipt}.half` };
    const [first, second] = await Promise.all([
      enhancer.enhance(whole, { onProgress: stages(log, "first") }),
      enhancer.enhance(half, { onProgress: stages(log, "second") }),
    ]);
    expect(first).toMatchObject({ tilesInferred: 12, tilesResumed: 0 });
    expect(second).toMatchObject({ tilesInferred: 0, tilesResumed: 12 });
    expect(log.indexOf("second waiting")).toBeLessThan(log.indexOf("first infer"));
    expect(log.indexOf("second decode")).toBeGreaterThan(log.indexOf("first encode"));
    expect(readFileSync(whole.output).equals(serial[0] as Buffer)).toBe(true);
    await enhancer.release();
  });

  test("for two models keep no more than one loaded, and none is let go while it infers", async () => {
    const folder = tempDir();
    const { seen, open } = watched();
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open });
    const [a, b, c] = await Promise.all([
      photo(folder, "a"),
      photo(folder, "bb", { model: OTHER }),
      photo(folder, "ccc"),
    ]);
    await Promise.all([enhancer.enhance(a, {}), enhancer.enhance(b, {}), enhancer.enhance(c, {})]);
    expect(seen.opened).toEqual([SRGAN.id, OTHER.id, SRGAN.id]);
    expect(seen.mostOpen).toBe(1);
    await enhancer.release();
    expect(seen.open).toBe(0);
  });

  test("one of three that is stopped leaves the others alone, whether it waits or infers", async () => {
    const folder = tempDir();
    const stopFirst = new AbortController();
    const stopSecond = new AbortController();
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: watched().open });
    const [a, b, c] = await Promise.all([photo(folder, "xx", {}, WIDE), photo(folder, "xxx"), photo(folder, "a")]);
    const ended: string[] = [];
    const first = enhancer.enhance(a, { signal: stopFirst.signal });
    first.then(
      () => ended.push("first"),
      () => ended.push("first"),
    );
    let isDecoded = false;
    const second = enhancer.enhance(b, {
      signal: stopSecond.signal,
      onProgress: ({ stage }) => {
        if (stage === "waiting" && isDecoded) setImmediate(() => stopSecond.abort());
        isDecoded ||= stage === "decode";
      },
    });
    const third = enhancer.enhance({ ...c, output: `${c.output}.3.png` }, {});
    await expect(second).rejects.toMatchObject({ code: "CANCELLED" });
    expect(ended, "the one that waits is let go before the one that infers is done").toEqual([]);
    stopFirst.abort();
    await expect(first).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await third).toMatchObject({ tilesInferred: 12 });
    expect(readFileSync(`${c.output}.3.png`).equals(serial[0] as Buffer)).toBe(true);
    await enhancer.release();
  });
});

describe("a region", () => {
  test("comes before the rest of its own photo's job, which then infers none of it again", async () => {
    const folder = tempDir();
    const log: string[] = [];
    const asked = gate();
    const { seen, open } = watched((windows) => {
      if (windows === 2) asked.open();
    });
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open });
    const request = await photo(folder, "a", {}, WIDE);
    const job = enhancer.enhance(request, { onProgress: stages(log, "job") }).finally(() => log.push("job done"));
    await asked.opened;
    const save = join(folder, "region.png");
    const before = seen.windows;
    const region = await enhancer.region(regionOf(request, RECT, save));
    expect(seen.windows - before, "at most the window that was under way").toBeLessThanOrEqual(
      region.tilesInferred + 1,
    );
    log.push("region done");
    const result = await job;
    expect(log.indexOf("region done")).toBeLessThan(log.indexOf("job done"));
    expect(region).toEqual({ width: 180, height: 120, tilesInferred: 4, tilesReused: 0 });
    expect(result).toMatchObject({ tilesInferred: 14, tilesResumed: 4 });
    expect(seen.windows).toBe(18);
    expect(seen.opened).toEqual([SRGAN.id]);
    const whole = await cropOf(request.output, RECT);
    expect(apart((await pixelsOf(save)).data, whole).largest).toBe(0);
    const again = await enhancer.region(regionOf(request, RECT, save));
    expect(again).toEqual({ width: 180, height: 120, tilesInferred: 0, tilesReused: 4 });
    await enhancer.release();
  });

  test("of a photo whose job has not come yet leaves its tiles to it, and the result is the same", async () => {
    const folder = tempDir();
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: watched().open });
    const request = await photo(folder, "a", {}, WIDE);
    const plain = {
      ...request,
      workDir: join(folder, "other"),
      output: join(folder, "plain.png"),
      receipt: join(folder, "plain"),
    };
    await enhancer.enhance(plain, {});
    const save = join(folder, "region.png");
    await enhancer.region(regionOf(request, RECT, save));
    const result = await enhancer.enhance(request, {});
    expect(result).toMatchObject({ tilesInferred: 14, tilesResumed: 4 });
    expect(readFileSync(request.output).equals(readFileSync(plain.output))).toBe(true);
    expect(apart((await pixelsOf(save)).data, await cropOf(plain.output, RECT)).largest).toBe(0);
    await enhancer.release();
  });

  test("that takes the tile which its photo's job was about to infer leaves the job the rest", async () => {
    const folder = tempDir();
    const asked = gate();
    const { seen, open } = watched((windows) => {
      if (windows === 2) asked.open();
    });
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open });
    const request = await photo(folder, "a", {}, WIDE);
    const job = enhancer.enhance(request, {});
    await asked.opened;
    const rect = { x: 0, y: 0, width: WIDE, height: 71 };
    const region = await enhancer.region(regionOf(request, rect, join(folder, "region.png")));
    const result = await job;
    expect(region.tilesInferred + region.tilesReused).toBe(18);
    expect(region.tilesInferred).toBeGreaterThanOrEqual(15);
    expect(result.tilesInferred + region.tilesInferred).toBe(18);
    expect(seen.windows).toBe(18);
    await enhancer.release();
  });

  test("with another model is loaded beside the batch's, which stays", async () => {
    const folder = tempDir();
    const asked = gate();
    const { seen, open } = watched((windows) => {
      if (windows === 2) asked.open();
    });
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open });
    const [request, looked] = await Promise.all([photo(folder, "a", {}, WIDE), photo(folder, "bb")]);
    const job = enhancer.enhance(request, {});
    await asked.opened;
    const save = join(folder, "region.png");
    const rect = { x: 90, y: 60, width: 40, height: 40 };
    const region = await enhancer.region(regionOf({ ...looked, model: OTHER }, rect, save));
    expect(region, "what lies outside the photo is left out").toMatchObject({ width: 40, height: 48 });
    expect(await job).toMatchObject({ tilesInferred: 18 });
    expect(seen.opened).toEqual([SRGAN.id, OTHER.id]);
    await enhancer.enhance({ ...looked, model: OTHER }, {});
    expect(seen.opened, "the batch takes over what is loaded").toEqual([SRGAN.id, OTHER.id]);
    await enhancer.release();
    expect(seen.open).toBe(0);
  });

  test("is stopped between its tiles, and the job of its photo goes on", async () => {
    const folder = tempDir();
    const stop = new AbortController();
    const asked = gate();
    let region = false;
    const { open } = watched((windows) => {
      if (windows === 2) asked.open();
      if (region) stop.abort();
    });
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open });
    const request = await photo(folder, "a", {}, WIDE);
    const job = enhancer.enhance(request, {});
    await asked.opened;
    const looked = enhancer.region(regionOf(request, RECT, join(folder, "region.png")), {
      signal: stop.signal,
      onProgress: ({ stage }) => {
        if (stage === "infer") region = true;
      },
    });
    await expect(looked).rejects.toMatchObject({ code: "CANCELLED" });
    const { tilesInferred, tilesResumed } = await job;
    expect(tilesInferred + tilesResumed).toBe(18);
    expect(tilesResumed).toBeLessThan(4);
    await enhancer.release();
  });

  test("beside the photo is refused", async () => {
    const folder = tempDir();
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: fakeSession() });
    const request = await photo(folder, "a", { model: FAKE_MODEL });
    const rect = { x: 100, y: 0, width: 10, height: 10 };
    const looked = enhancer.region(regionOf(request, rect, join(folder, "region.png")));
    await expect(looked).rejects.toMatchObject({ code: "USAGE", message: expect.stringContaining("100 × 71") });
  });
});

describe("EngineServer", () => {
  test("answers a probe between two windows of a photo, and stops one call of three by its number", async () => {
    const folder = tempDir();
    const said: EngineMessage[] = [];
    const asked = gate();
    const { open } = watched((windows) => {
      if (windows === 2) asked.open();
    });
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open });
    const server = new EngineServer(enhancer, (message) => said.push(message));
    const requests = await Promise.all(["a", "bb", "ccc"].map((name) => photo(folder, name, {}, WIDE)));
    for (const [id, params] of requests.entries()) server.receive({ type: "enhance", id, params });
    await asked.opened;
    server.receive({ type: "probe", id: 7, params: { path: requests[2]?.source ?? "", maxMegapixels: 400 } });
    server.receive({ type: "cancel", id: 1 });
    await vi.waitFor(() => expect(said.filter(({ type }) => type === "result")).toHaveLength(3), { timeout: 60_000 });
    const ended = said.flatMap((each) => (each.type === "result" || each.type === "failed" ? [each.id] : []));
    expect(ended.slice(0, 2).sort()).toEqual([1, 7]);
    expect(ended.slice(2)).toEqual([0, 2]);
    expect(said).toContainEqual(expect.objectContaining({ type: "failed", id: 1, code: "CANCELLED" }));
    await server.close();
  });
});

test("a photo whose bytes changed under the same size and time is refused", async () => {
  const folder = tempDir();
  const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: fakeSession() });
  const source = join(folder, "photo.ppm.tif");
  await card(40, 30).tiff({ compression: "none" }).toFile(source);
  const request = await requestFor(source, folder);
  const { mtimeMs, size } = statSync(source);
  const bytes = readFileSync(source);
  bytes[200] = (bytes[200] ?? 0) ^ 0xff;
  writeFileSync(source, bytes);
  utimesSync(source, new Date(), new Date(mtimeMs));
  const stamp = { bytes: size, mtimeMs: statSync(source).mtimeMs };
  expect(stamp.bytes).toBe(bytes.length);
  await expect(enhancer.enhance({ ...request, sourceStamp: stamp }, {})).rejects.toMatchObject({
    code: "SOURCE_CHANGED",
    message: expect.stringContaining("was changed while it was being read"),
  });
});
