import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { writeBadFiles } from "../helpers/bad-files.ts";
import { CACHE_DIR, ofType, silvergrain } from "../helpers/cli.ts";
import { ROOT } from "../helpers/models.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(".silvergrain"))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
const failures = (events: readonly { readonly [key: string]: unknown }[]) =>
  Object.fromEntries(events.map((event) => [basename(String(event.source)), event.code]));

describe("silvergrain enhance", () => {
  test("a folder is mirrored, a second run skips all of it, a changed photo is made again", async () => {
    const folder = tempDir();
    mkdirSync(join(folder, "in", "2026", "deep"), { recursive: true });
    await card(40, 30)
      .jpeg()
      .toFile(join(folder, "in", "a.JPG"));
    await card(30, 40)
      .png()
      .toFile(join(folder, "in", "2026", "deep", "b.png"));
    writeFileSync(join(folder, "in", "notes.txt"), "no photo");
    const args = ["enhance", join(folder, "in"), "--out", join(folder, "out"), "--json"];
    const first = await silvergrain(args);
    expect(first.code).toBe(0);
    expect(files(join(folder, "out"))).toEqual(["2026/deep/b.png", "a.JPG"]);
    expect(ofType(first, "plan")[0]).toMatchObject({ photos: 2, ignored: 1 });
    expect(ofType(first, "done")[0]).toMatchObject({
      width: 120,
      height: 160,
      model: expect.any(String),
      flags: [],
      device: "cpu",
    });
    expect(ofType(first, "summary")[0]).toMatchObject({ done: 2, failed: 0 });
    const hashes = files(join(folder, "out")).map((file) => hash(join(folder, "out", file)));
    const second = await silvergrain(args);
    expect(second.code).toBe(0);
    expect(ofType(second, "skipped").map((event) => event.reason)).toEqual(["done", "done"]);
    expect(files(join(folder, "out")).map((file) => hash(join(folder, "out", file)))).toEqual(hashes);
    await card(44, 30)
      .jpeg()
      .toFile(join(folder, "in", "a.JPG"));
    const third = await silvergrain(args);
    expect(ofType(third, "done")).toHaveLength(1);
    expect(ofType(third, "done")[0]).toMatchObject({ width: 176 });
  });

  test("another strength or format infers nothing; a result that was edited is not replaced without being asked", async () => {
    const folder = tempDir();
    await card(40, 30).png().toFile(join(folder, "a.png"));
    const args = ["enhance", join(folder, "a.png"), "--out", join(folder, "out"), "--json"];
    await silvergrain(args);
    const softer = await silvergrain([...args, "--strength", "0.5"]);
    expect(ofType(softer, "done")[0]).toMatchObject({ tilesInferred: 0 });
    const other = await silvergrain([...args, "--format", "webp"]);
    expect(ofType(other, "done")[0]).toMatchObject({ tilesInferred: 0, output: join(folder, "out", "a.webp") });
    writeFileSync(join(folder, "out", "a.png"), "my own edit");
    const refused = await silvergrain(args);
    expect(refused.code).toBe(1);
    expect(failures(ofType(refused, "failed"))).toEqual({ "a.png": "OUTPUT_EXISTS" });
    expect(readFileSync(join(folder, "out", "a.png"), "utf8")).toBe("my own edit");
    expect((await silvergrain([...args, "--overwrite"])).code).toBe(0);
    expect((await sharp(join(folder, "out", "a.png")).metadata()).width).toBe(160);
  });

  test("a result that is there but in no ledger is not trusted for its name", async () => {
    const folder = tempDir();
    await card(20, 20).png().toFile(join(folder, "a.png"));
    mkdirSync(join(folder, "out"));
    writeFileSync(join(folder, "out", "a.png"), "somebody's file");
    const run = await silvergrain(["enhance", join(folder, "a.png"), "--out", join(folder, "out"), "--json"]);
    expect(failures(ofType(run, "failed"))).toEqual({ "a.png": "OUTPUT_EXISTS" });
  });

  test("strange names, names that meet, and names of 255 bytes all come out", async () => {
    const folder = tempDir();
    const names = [
      "100% #1.png",
      "emoji 🦊📷.png",
      `quote ' " \`.png`,
      "中文照片.png",
      "a.png",
      "a.jpg",
      "A.JPG",
      "[1].png",
      "x].png",
      "-dash.png",
      "new\nline.png",
      "%d.png",
      `${"é".repeat(125)}x.png`,
    ];
    mkdirSync(join(folder, "in"));
    for (const name of names)
      await card(12, 9)
        .toFormat(name.toLowerCase().endsWith("jpg") ? "jpeg" : "png")
        .toFile(join(folder, "plain"))
        .then(() => cpSync(join(folder, "plain"), join(folder, "in", name)));
    const run = await silvergrain([
      "enhance",
      join(folder, "in"),
      "--out",
      join(folder, "out"),
      "--format",
      "jpeg",
      "--json",
    ]);
    expect(ofType(run, "failed")).toEqual([]);
    expect(run.code).toBe(0);
    const made = files(join(folder, "out"));
    expect(made).toHaveLength(names.length);
    expect(new Set(made.map((name) => name.toLowerCase())).size).toBe(names.length);
    for (const name of made)
      expect((await sharp(readFileSync(join(folder, "out", name))).metadata()).format).toBe("jpeg");
    const png = await silvergrain(["enhance", join(folder, "in"), "--out", join(folder, "kept"), "--json"]);
    expect(png.code).toBe(0);
    expect(
      files(join(folder, "kept"))
        .filter((name) => name.endsWith(".png"))
        .sort(),
    ).toEqual(names.filter((name) => name.endsWith(".png")).sort());
  });

  test("bad files fail with their code, a sentence and exit 1, and every other photo is done", async () => {
    const folder = tempDir();
    mkdirSync(join(folder, "in"));
    const good = await card(60, 40).jpeg().toBuffer();
    const expected = {
      ...writeBadFiles(join(folder, "in"), good),
      "dangling.jpg": "SOURCE_MISSING",
      "unreadable.jpg": "SOURCE_UNREADABLE",
      "wide.png": "RESULT_TOO_LARGE",
    };
    symlinkSync(join(folder, "nowhere.jpg"), join(folder, "in", "dangling.jpg"));
    writeFileSync(join(folder, "in", "unreadable.jpg"), good);
    chmodSync(join(folder, "in", "unreadable.jpg"), 0);
    await sharp({ create: { width: 17_000, height: 2, channels: 3, background: "red" } })
      .png()
      .toFile(join(folder, "in", "wide.png"));
    for (const name of ["a-good.jpg", "z-good.jpg"]) writeFileSync(join(folder, "in", name), good);
    const run = await withoutOverride([
      "enhance",
      join(folder, "in"),
      "--out",
      join(folder, "out"),
      "--format",
      "jpeg",
      "--json",
    ]);
    expect(failures(run.filter((event) => event.type === "failed"))).toEqual(expected);
    for (const event of run.filter(({ type }) => type === "failed")) {
      expect(String(event.message)).toContain(basename(String(event.source)));
      expect(String(event.message)).not.toMatch(/\bat .*\.(js|ts):\d/);
    }
    expect(files(join(folder, "out"))).toEqual(["a-good.jpg", "z-good.jpg"]);
    expect(run.at(-1)).toMatchObject({ type: "summary", done: 2, failed: Object.keys(expected).length });
  });

  test("a source that is deleted midway fails, the rest is done", async () => {
    const folder = tempDir();
    mkdirSync(join(folder, "in"));
    for (const name of ["a.png", "b.png", "c.png"])
      await card(30, 30)
        .png()
        .toFile(join(folder, "in", name));
    const run = await silvergrain(["enhance", join(folder, "in"), "--out", join(folder, "out"), "--json"], {
      onEvent: (event) => {
        if (event.type === "plan") rmSync(join(folder, "in", "b.png"));
      },
    });
    expect(failures(ofType(run, "failed"))).toEqual({ "b.png": "SOURCE_MISSING" });
    expect(files(join(folder, "out"))).toEqual(["a.png", "c.png"]);
  });

  test("a target that may not be written to, or is a file, says so", async () => {
    const folder = tempDir();
    await card(20, 20).png().toFile(join(folder, "a.png"));
    mkdirSync(join(folder, "locked"), { mode: 0o555 });
    const locked = await withoutOverride(["enhance", join(folder, "a.png"), "--out", join(folder, "locked"), "--json"]);
    expect(locked).toMatchObject([
      { type: "error", code: "TARGET_UNWRITABLE", message: expect.stringContaining("locked") },
    ]);
    const file = await silvergrain(["enhance", join(folder, "a.png"), "--out", join(folder, "a.png"), "--json"]);
    expect(file.code).toBe(1);
    expect(ofType(file, "error")[0]).toMatchObject({ code: "TARGET_UNWRITABLE" });
    mkdirSync(join(folder, "in", "sub"), { recursive: true });
    for (const name of ["in/a.png", "in/sub/b.png", "in/z.png"]) await card(20, 20).png().toFile(join(folder, name));
    mkdirSync(join(folder, "part"));
    mkdirSync(join(folder, "part", "sub"), { mode: 0o555 });
    const part = await withoutOverride(["enhance", join(folder, "in"), "--out", join(folder, "part"), "--json"]);
    expect(failures(part.filter((event) => event.type === "failed"))).toEqual({ "b.png": "TARGET_UNWRITABLE" });
    expect(files(join(folder, "part"))).toEqual(["a.png", "z.png"]);
  });

  test("a full disk fails the photo that does not fit, leaves nothing under a final name, and the rest goes on", async () => {
    const folder = tempDir();
    mkdirSync(join(folder, "in"));
    mkdirSync(join(folder, "out"));
    const noise = (width: number, height: number) =>
      sharp(
        Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255)),
        { raw: { width, height, channels: 3 } },
      );
    // The first does not fit as a canvas, the second as a PNG beside its canvas, the third fits.
    await noise(400, 300)
      .png()
      .toFile(join(folder, "in", "1-canvas.png"));
    await noise(210, 200)
      .png()
      .toFile(join(folder, "in", "2-encode.png"));
    await card(30, 20)
      .png()
      .toFile(join(folder, "in", "3-fits.png"));
    const script = `mount -t tmpfs -o size=3600k tmpfs out && ${process.execPath} ${join(ROOT, "dist/cli.js")} enhance in --out out --json --cache-limit 0 --disk-wait 0; code=$?; find out -type f -not -path '*/.silvergrain/*'; exit $code`;
    const { code, lines } = await shell("unshare", ["--mount", "--map-root-user", "sh", "-c", script], folder);
    const events = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    expect(code, lines.join("\n")).toBe(1);
    expect(events.find((event) => event.type === "plan")).toMatchObject({ diskTooSmall: true });
    expect(failures(events.filter((event) => event.type === "failed"))).toEqual({
      "1-canvas.png": "DISK_FULL",
      "2-encode.png": "DISK_FULL",
    });
    expect(lines.filter((line) => line.startsWith("out/"))).toEqual(["out/3-fits.png"]);
  });

  test("a disk that is pulled out holds the batch, and nothing is written in its place", async () => {
    const folder = tempDir();
    for (const name of ["in", "out"]) mkdirSync(join(folder, name));
    await card(150, 150)
      .png()
      .toFile(join(folder, "in", "a.png"));
    for (const name of ["b.png", "c.png"])
      await card(40, 40)
        .png()
        .toFile(join(folder, "in", name));
    const script = `mount -t tmpfs tmpfs out; ${process.execPath} ${join(ROOT, "dist/cli.js")} enhance in --out out --model srgan-x4 --tile 32 --json |
      while read -r line; do
        case "$line" in *'"tilesDone":2,'*) umount -l out 2>/dev/null;; esac
        echo "$line"
      done
      find out -mindepth 1`;
    const { lines } = await shell("unshare", ["--mount", "--map-root-user", "sh", "-c", script], folder);
    const events = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    expect(events.filter((event) => event.type === "failed")).toMatchObject([
      { source: join(folder, "out"), code: "TARGET_UNWRITABLE", message: expect.stringContaining("unplugged") },
    ]);
    expect(events.at(-1)).toMatchObject({ type: "summary", done: 0, failed: 1 });
    expect(lines.filter((line) => line.startsWith("out"))).toEqual([]);
  });

  test("Ctrl-C stops cleanly with 130, and the next run goes on from there", async () => {
    const folder = tempDir();
    await card(160, 160).png().toFile(join(folder, "a.png"));
    const args = ["enhance", join(folder, "a.png"), "--out", join(folder, "out"), "--tile", "32", "--json"];
    const first = await silvergrain(args, {
      onEvent: (event, child) => {
        if (event.type === "progress" && event.tilesDone === 3) child.kill("SIGINT");
      },
    });
    expect(first.code).toBe(130);
    expect(existsSync(join(folder, "out", "a.png"))).toBe(false);
    expect(ofType(first, "summary")[0]).toMatchObject({ interrupted: true, done: 0 });
    const second = await silvergrain(args);
    expect(second.code).toBe(0);
    expect(ofType(second, "done")[0]?.tilesResumed).toBeGreaterThanOrEqual(3);
  });

  test("a dry run predicts time and bytes, writes nothing, and names every result", async () => {
    const folder = tempDir();
    await card(40, 30).png().toFile(join(folder, "a.png"));
    const run = await silvergrain([
      "enhance",
      join(folder, "a.png"),
      "--out",
      join(folder, "out"),
      "--long-edge",
      "100",
      "--dry-run",
      "--json",
    ]);
    expect(run.code).toBe(0);
    expect(ofType(run, "plan")[0]).toMatchObject({
      photos: 1,
      ms: expect.any(Number),
      items: [{ output: join(folder, "out", "a.png"), width: 100, height: 75 }],
    });
    expect(existsSync(join(folder, "out"))).toBe(false);
    const large = await silvergrain([
      "enhance",
      join(folder, "a.png"),
      "--out",
      join(folder, "out"),
      "--long-edge",
      "30",
      "--dry-run",
      "--json",
    ]);
    expect(ofType(large, "skipped")[0]).toMatchObject({ reason: "large-enough" });
  });

  test.each([
    [["enhance", "x.png"], "required option '--out"],
    [["enhance", "x.png", "--out", "o", "--scale", "9"], "Expected a number from 1 to 8"],
    [["enhance", "x.png", "--out", "o", "--scale", "2", "--long-edge", "9"], "one of --scale"],
    [["enhance", "x.png", "--out", "o", "--model", "best"], "Expected one of silvergrain-x4, srresnet-x4, srgan-x4"],
    [["enhance", "x.png", "--out", "o", "--format", "bmp"], "Expected one of keep, jpeg"],
    [["polish"], "unknown command"],
  ])("%j is a usage error", async (args, sentence) => {
    const run = await silvergrain(args, { cwd: tempDir() });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(sentence);
  });

  test("photos are never taken for their own results", async () => {
    const folder = tempDir();
    await card(20, 20).png().toFile(join(folder, "a.png"));
    const before = hash(join(folder, "a.png"));
    const run = await silvergrain(["enhance", join(folder, "a.png"), "--out", folder, "--overwrite"]);
    expect(run.code).toBe(2);
    expect(hash(join(folder, "a.png"))).toBe(before);
  });
});

describe("silvergrain models", () => {
  test("list names what each is for; inspect checks the file and measures it", async () => {
    const list = await silvergrain(["models", "list"]);
    expect(list.stdout).toMatch(/srresnet-x4.*\n.*srgan-x4|srgan-x4/s);
    const inspect = await silvergrain(["models", "inspect", "srgan-x4", "--json"]);
    expect(inspect.events[0]).toMatchObject({
      id: "srgan-x4",
      device: "cpu",
      receptiveHalfWidthPx: 35,
      msPerMegapixel: expect.any(Number),
    });
    expect(inspect.events[0]?.refusals).toMatchObject([{ device: "cuda" }, { device: "webgpu" }]);
  });
});

/** As root, permissions bind nobody: the capabilities that see to that are dropped. */
async function withoutOverride(args: readonly string[]): Promise<readonly { readonly [key: string]: unknown }[]> {
  const own = [join(ROOT, "dist/cli.js"), ...args];
  const asRoot = process.getuid?.() === 0;
  const { lines } = asRoot
    ? await shell("setpriv", ["--bounding-set", "-dac_override,-dac_read_search", process.execPath, ...own], ROOT)
    : await shell(process.execPath, own, ROOT);
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

function shell(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: number; lines: readonly string[] }> {
  return new Promise((resolve) => {
    const env = { ...process.env, SILVERGRAIN_CACHE_DIR: CACHE_DIR, npm_node_execpath: process.execPath };
    const child = execFile(command, args, { cwd, env, maxBuffer: 1e8 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, lines: `${stdout}\n${stderr}`.split("\n") }),
    );
  });
}
