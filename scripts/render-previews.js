// Renders assets/samples/ID-before.webp and ID-after.webp, what the panel shows of a bundled model: one crop of
// assets/sample.png enlarged four times, before by bicubic, after by the model, both at the result's own pixels. Nothing
// is made worse first: that is what the command line makes of the file. The sample is drawn by a program, and is kinder
// to a model than most photos are: it has no noise and no compression.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import sharp from "sharp";
import { buildAll } from "./build.js";
import { isFresh } from "./stamp.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const samples = join(root, "assets/samples");
const SCALE = 4;
/** The top of the ball: strands as fine as the sample's pixels, of which every model makes something else. */
const CROP = { left: 396, top: 326, width: 160, height: 160 };
/** Each model with the options that show it. */
const MODELS = { "silvergrain-x4": ["--realism", "0.5"], "srgan-x4": [], "srresnet-x4": [] };

/** The app's own resampling, which is TypeScript. */
async function loadResample() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["main/core/resample.ts"],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

const { resampleStrips, CUBIC } = await loadResample();

/** An 8-bit RGB picture enlarged by bicubic, cropped. */
async function enlarged(pixels, { width, height }) {
  const rowSamples = width * 3;
  const to = { width: width * SCALE, height: height * SCALE };
  const result = Buffer.alloc(to.width * to.height * 3);
  const read = (y, count) => pixels.subarray(y * rowSamples, (y + count) * rowSamples);
  for await (const { y, samples: values } of resampleStrips({ width, height }, to, 3, CUBIC, read, to.height))
    values.forEach((value, i) => {
      result[y * to.width * 3 + i] = Math.min(255, Math.max(0, Math.round(value)));
    });
  return sharp(result, { raw: { ...to, channels: 3 } });
}

const save = (picture, name) => picture.extract(CROP).webp({ quality: 88, effort: 6 }).toFile(join(samples, name));

if (!isFresh(root)) await buildAll();
const source = join(root, "assets/sample.png");
const { data, info } = await sharp(source).raw().toBuffer({ resolveWithObject: true });

const work = mkdtempSync(join(tmpdir(), "silvergrain-previews-"));
try {
  mkdirSync(samples, { recursive: true });
  for (const [id, options] of Object.entries(MODELS)) {
    const out = join(work, id);
    execFileSync(
      process.execPath,
      [
        join(root, "dist/cli.js"),
        "enhance",
        source,
        "--out",
        out,
        "--model",
        id,
        "--scale",
        String(SCALE),
        "--format",
        "png",
        ...options,
      ],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    const result = readdirSync(out).find((name) => name.endsWith(".png"));
    if (result === undefined) throw new Error(`${id} gave no result`);
    await save(await enlarged(data, info), `${id}-before.webp`);
    await save(sharp(join(out, result)), `${id}-after.webp`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
