import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/models.ts";

/**
 * The WebGPU path without a GPU: Chromium's software Vulkan. `npm run test:gpu` fetches it (scripts/swiftshader.js)
 * and sets the environment of this run. In a process of its own, so that a driver that crashes fails one test.
 */
test("srgan-x4 on WebGPU agrees with the CPU to 2/255 on a 32-px window", () => {
  expect(process.env.VK_ICD_FILENAMES, "run this with: npm run test:gpu").toBeDefined();
  const script = `
    import { openSession } from ${JSON.stringify(join(ROOT, "main/engine/session.ts"))};
    import { probeWindow } from ${JSON.stringify(join(ROOT, "main/engine/providers.ts"))};
    import { model } from ${JSON.stringify(join(ROOT, "tests/helpers/models.ts"))};
    const facts = model("srgan-x4");
    const size = { width: 32, height: 32 };
    const out = {};
    for (const device of ["cpu", "webgpu"]) {
      const session = await openSession(facts, device, { threads: 2, allowSpinning: true });
      out[device] = await session.run(probeWindow(facts), size);
    }
    let largest = 0;
    out.cpu.forEach((value, i) => { largest = Math.max(largest, Math.abs(value - out.webgpu[i])); });
    console.log(JSON.stringify({ largest: largest * 255, samples: out.webgpu.length }));
    process.exit(0);`;
  execFileSync(
    join(ROOT, "node_modules/.bin/esbuild"),
    [
      "--bundle",
      "--platform=node",
      "--format=esm",
      "--packages=external",
      `--outfile=${join(ROOT, "build", "webgpu-probe.mjs")}`,
      "--log-level=error",
      "--loader=ts",
    ],
    { input: script, cwd: ROOT },
  );
  const found = JSON.parse(
    execFileSync(process.execPath, [join(ROOT, "build", "webgpu-probe.mjs")], { encoding: "utf8" })
      .trim()
      .split("\n")
      .at(-1) as string,
  );
  console.log(
    `WebGPU on SwiftShader: largest difference ${found.largest.toFixed(5)}/255 over ${found.samples} samples`,
  );
  expect(found.samples).toBe(3 * 128 * 128);
  expect(found.largest).toBeLessThanOrEqual(2);
});
