// Runs a command with Chromium's software Vulkan, so that the WebGPU path can be tried on a machine without a GPU.
// Takes the library out of Debian's chromium-common package; nothing is installed.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "build", "swiftshader");
const icd = join(folder, "usr/lib/chromium/vk_swiftshader_icd.json");

function fetchSwiftShader() {
  const work = `${folder}.part`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const apt = (...args) => execFileSync("apt-get", args, { cwd: work, stdio: ["ignore", "ignore", "pipe"] });
  try {
    apt("download", "chromium-common");
  } catch {
    // The package lists may never have been read on a new machine.
    apt("update", "-qq");
    apt("download", "chromium-common");
  }
  const deb = readdirSync(work).find((name) => name.endsWith(".deb"));
  execFileSync("dpkg-deb", ["-x", join(work, deb), work]);
  rmSync(join(work, deb));
  rmSync(folder, { recursive: true, force: true });
  renameSync(work, folder);
}

try {
  if (!existsSync(icd)) fetchSwiftShader();
} catch (error) {
  console.error(
    `The test of the WebGPU path needs SwiftShader from Debian's package chromium-common, and it could not be fetched: ${error.message}`,
  );
  process.exit(1);
}
const [command, ...args] = process.argv.slice(2);
const libraries = join(folder, "usr/lib/chromium");
const { status } = spawnSync(command, args, {
  stdio: "inherit",
  cwd: root,
  env: { ...process.env, VK_ICD_FILENAMES: icd, XDG_RUNTIME_DIR: folder, LD_LIBRARY_PATH: libraries },
});
process.exit(status ?? 1);
