import { expect, test } from "vitest";
import { probeWindow } from "../../main/engine/providers.ts";
import { openSession } from "../../main/engine/session.ts";
import { model } from "../helpers/models.ts";
import { apart } from "../helpers/photos.ts";

/** The WebGPU path without a GPU: Chromium's software Vulkan, which `npm run test:gpu` fetches (scripts/swiftshader.js). */
test("srgan-x4 on WebGPU agrees with the CPU to 2/255 on a 32-px window", async () => {
  expect(process.env.VK_ICD_FILENAMES, "run this with: npm run test:gpu").toBeDefined();
  const facts = model("srgan-x4");
  const size = { width: 32, height: 32 };
  const outputs: Float32Array[] = [];
  for (const device of ["cpu", "webgpu"] as const) {
    const session = await openSession(facts, device, { threads: 2, allowSpinning: true });
    outputs.push(Float32Array.from(await session.run(probeWindow(facts.range, size), size)));
    await session.release();
  }
  const [cpu, webgpu] = outputs as [Float32Array, Float32Array];
  const { largest } = apart(cpu, webgpu);
  console.log(
    `WebGPU on SwiftShader: largest difference ${(largest * 255).toFixed(5)}/255 over ${webgpu.length} samples`,
  );
  expect(webgpu.length).toBe(3 * 128 * 128);
  expect(largest).toBeLessThanOrEqual(2 / 255);
});
