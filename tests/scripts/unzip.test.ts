import { existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { unzip } from "../../scripts/unzip.js";
import { tempDir } from "../helpers/temp.ts";
import { type ZipEntry, zipOf } from "./zip.ts";

const LINK = 0o120777;

async function unpacked(entries: readonly ZipEntry[]): Promise<string> {
  const folder = join(tempDir(), "out");
  const zip = join(dirname(folder), "x.zip");
  writeFileSync(zip, zipOf(entries));
  await unzip(zip, folder, (path) => path);
  return folder;
}

test("permissions and links are kept, set-uid bits are not", async () => {
  const folder = await unpacked([
    { name: "bin/", mode: 0o40755 },
    { name: "bin/run", content: "run", mode: 0o104755 },
    { name: "plain", content: "plain", mode: 0o100640 },
    { name: "current", content: "bin/run", mode: LINK },
  ]);
  expect(statSync(join(folder, "bin/run")).mode & 0o7777).toBe(0o755);
  expect(statSync(join(folder, "plain")).mode & 0o7777).toBe(0o640);
  expect(readlinkSync(join(folder, "current"))).toBe("bin/run");
  expect(readFileSync(join(folder, "current"), "utf8")).toBe("run");
});

test.each<[string, readonly ZipEntry[]]>([
  ["a path upwards", [{ name: "../stray", content: "x" }]],
  ["a path upwards in its middle", [{ name: "a/../../stray", content: "x" }]],
  ["an absolute path", [{ name: "/tmp/silvergrain-stray", content: "x" }]],
  ["backslashes", [{ name: "..\\stray", content: "x" }]],
  ["a link upwards", [{ name: "link", content: "../stray", mode: LINK }]],
  ["an absolute link", [{ name: "link", content: "/etc/passwd", mode: LINK }]],
  [
    "a link upwards through another link",
    [
      { name: "here", content: ".", mode: LINK },
      { name: "up", content: "here/..", mode: LINK },
    ],
  ],
  [
    "a file through a link",
    [
      { name: "link", content: "..", mode: LINK },
      { name: "link/stray", content: "x" },
    ],
  ],
  [
    "one path twice",
    [
      { name: "a", content: "1" },
      { name: "a", content: "2" },
    ],
  ],
])("refuses %s", async (_what, entries) => {
  const folder = join(tempDir(), "out");
  const zip = join(dirname(folder), "x.zip");
  writeFileSync(zip, zipOf(entries));
  await expect(unzip(zip, folder, (path) => path)).rejects.toThrow();
  expect(existsSync(join(dirname(folder), "stray"))).toBe(false);
  expect(existsSync("/tmp/silvergrain-stray")).toBe(false);
});

test("refuses where its caller's own placing leads out", async () => {
  const folder = join(tempDir(), "out");
  const zip = join(dirname(folder), "x.zip");
  writeFileSync(zip, zipOf([{ name: "a", content: "x" }]));
  await expect(unzip(zip, folder, (path) => `../${path}`)).rejects.toThrow("leads out of its folder: a");
});
