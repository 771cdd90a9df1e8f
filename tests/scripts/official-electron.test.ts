import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { downloadOfficial } from "../../scripts/official-electron.js";
import { tempDir } from "../helpers/temp.ts";

function packageWith(installJs: string): string {
  const folder = join(tempDir(), "electron");
  mkdirSync(folder);
  writeFileSync(join(folder, "install.js"), installJs);
  return folder;
}

test("a download that says nothing is given up soon", async () => {
  const electronPackage = packageWith("setInterval(() => {}, 1000)");
  const begun = Date.now();
  await expect(downloadOfficial({ electronPackage, environment: process.env, silenceMs: 400 })).rejects.toThrow(
    "no answer within 0.4 seconds",
  );
  expect(Date.now() - begun).toBeLessThan(10_000);
});

test("a slow one is waited for, as long as it goes on", async () => {
  const electronPackage = packageWith(`
    const fs = require("node:fs"), path = require("node:path"), os = require("node:os");
    const file = path.join(os.tmpdir(), "electron.zip");
    let left = 12;
    const timer = setInterval(() => { fs.appendFileSync(file, "x"); if (--left === 0) clearInterval(timer); }, 250);
  `);
  await downloadOfficial({ electronPackage, environment: process.env, silenceMs: 1500 });
});

test("the reason is the line of what it printed that says so", async () => {
  const electronPackage = packageWith(`
    console.error("(node) some warning\\nRequestError: connect ECONNREFUSED\\n    at ClientRequest.<anonymous>");
    process.exit(1);
  `);
  await expect(downloadOfficial({ electronPackage, environment: process.env })).rejects.toThrow(
    /^RequestError: connect ECONNREFUSED$/,
  );
});
