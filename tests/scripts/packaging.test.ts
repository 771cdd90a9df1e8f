import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { INPUT_EXTENSIONS } from "../../main/core/formats.ts";
import { FUSES } from "../../scripts/pack.js";
import { ICONS, renderIcon, SIZES } from "../../scripts/render-icons.js";
import { NODE_PACKAGES, NODE_VERSION } from "../../scripts/shipped-node.js";
import { ROOT } from "../helpers/models.ts";
import { apart } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

const builder = readFileSync(join(ROOT, "electron-builder.yml"), "utf8");
const metainfo = readFileSync(join(ROOT, "packaging", "app.silvergrain.Silvergrain.metainfo.xml"), "utf8");
const formats = [...new Set(Object.values(INPUT_EXTENSIONS))];

test("packages are associated with what is read, and with nothing else", () => {
  const associated = [...builder.matchAll(/ext: \[(.*?)\]/g)].flatMap(([, list = ""]) => list.split(", "));
  expect(associated.map((extension) => `.${extension}`).sort()).toEqual(Object.keys(INPUT_EXTENSIONS).sort());
  const types = formats.map((format) => `image/${format}`);
  expect(/mimeTypes: \[(.*?)\]/.exec(builder)?.[1]?.split(", ")).toEqual(types);
  expect([...metainfo.matchAll(/<mediatype>(.*?)</g)].map(([, type]) => type)).toEqual(types);
});

test("the software centre is told of this version", () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  expect(/<release version="(.*?)"/.exec(metainfo)?.[1]).toBe(version);
});

test("what is burnt in and what is looked for are the same fuses", () => {
  const [, block = ""] = /electronFuses:\n((?: {2}.*\n)+)/.exec(builder) ?? [];
  const burnt = [...block.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name = "", state]) => [
    name[0]?.toUpperCase() + name.slice(1),
    state === "true",
  ]);
  expect(Object.fromEntries(burnt)).toEqual(FUSES);
});

test("every Node that is shipped is new enough for the program, and pinned", () => {
  const [major = 0, minor = 0] = NODE_VERSION.split(".").map(Number);
  expect(major * 100 + minor).toBeGreaterThanOrEqual(2019);
  for (const { integrity } of Object.values(NODE_PACKAGES)) expect(integrity).toMatch(/^sha512-[\w+/]{86}==$/);
});

test.each(SIZES)("the icon of %i px is what the drawing gives", async (px) => {
  const [kept, drawn] = await Promise.all(
    [readFileSync(join(ICONS, `${px}x${px}.png`)), await renderIcon(px)].map((png) =>
      sharp(png).raw().toBuffer({ resolveWithObject: true }),
    ),
  );
  expect([kept?.info.width, kept?.info.height, kept?.info.channels]).toEqual([px, px, 4]);
  expect(apart(kept?.data ?? [], drawn?.data ?? []).mean).toBeLessThan(0.5);
});

test("the icons of Windows and macOS hold whole PNGs of the sizes that they name", async () => {
  const ico = readFileSync(join(ICONS, "icon.ico"));
  expect([...ico.subarray(0, 6)]).toEqual([0, 0, 1, 0, 7, 0]);
  for (let i = 0; i < 7; i++) {
    const at = 6 + 16 * i;
    const [bytes, offset] = [ico.readUInt32LE(at + 8), ico.readUInt32LE(at + 12)];
    const { format, width } = await sharp(ico.subarray(offset, offset + bytes)).metadata();
    expect([format, width]).toEqual(["png", ico[at] === 0 ? 256 : ico[at]]);
  }

  const icns = readFileSync(join(ICONS, "icon.icns"));
  expect([icns.toString("latin1", 0, 4), icns.readUInt32BE(4)]).toEqual(["icns", icns.length]);
  const seen: Record<string, number> = {};
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
    const { width } = await sharp(icns.subarray(at + 8, at + icns.readUInt32BE(at + 4))).metadata();
    seen[icns.toString("latin1", at, at + 4)] = width;
  }
  // https://en.wikipedia.org/wiki/Apple_Icon_Image_format
  const wanted = {
    icp4: 16,
    icp5: 32,
    ic07: 128,
    ic08: 256,
    ic09: 512,
    ic10: 1024,
    ic11: 32,
    ic12: 64,
    ic13: 256,
    ic14: 512,
  };
  expect(seen).toEqual(wanted);
});

test("the launcher finds its program through links, from folders with spaces, and hands its arguments over", () => {
  const home = tempDir();
  const resources = join(home, "Silver grain", "resources");
  for (const folder of ["bin", "node"]) mkdirSync(join(resources, folder), { recursive: true });
  copyFileSync(join(ROOT, "packaging", "silvergrain"), join(resources, "bin", "silvergrain"));
  writeFileSync(join(resources, "node", "node"), '#!/bin/sh\nprintf "%s\\n" "$@"\nexit 3\n');
  for (const file of ["bin/silvergrain", "node/node"]) chmodSync(join(resources, file), 0o755);
  symlinkSync("Silver grain/resources/bin/silvergrain", join(home, "relative"));
  symlinkSync(join(home, "relative"), join(home, "silvergrain"));
  const run = 'silvergrain enhance "a b.jpg" ""; echo "$?"';
  const said = execFileSync("sh", ["-c", run], { cwd: "/", env: { PATH: `${home}:/usr/bin:/bin` }, encoding: "utf8" });
  const entry = join(resources, "app.asar.unpacked", "dist", "cli.js");
  expect(said).toBe(`${entry}\nenhance\na b.jpg\n\n3\n`);
});

test("the Debian package's licence is the project's", () => {
  const text = readFileSync(join(ROOT, "packaging", "debian", "copyright"), "utf8");
  const licence = readFileSync(join(ROOT, "LICENSE"), "utf8");
  const [, holder, ...terms] = licence.trim().split("\n\n");
  expect(text).toContain(`\nCopyright: ${holder?.replace("Copyright (c) ", "")}\nLicense: MIT\n`);
  const told = text.slice(text.lastIndexOf("License: MIT\n") + "License: MIT\n".length);
  expect(told.replaceAll(/^ \.?/gm, "").trim()).toBe(terms.join("\n\n").trim());
});

test("the Debian package's profile for AppArmor stays over updates, and goes with it", () => {
  const home = tempDir();
  const profile = join(home, "etc", "apparmor.d", "silvergrain");
  for (const folder of ["etc/apparmor.d", "opt/Silvergrain/resources", "bin"])
    mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, "opt", "Silvergrain", "resources", "apparmor-profile"), "profile");
  // Stand-ins: AppArmor is at work, and this is no chroot.
  const parsed = join(home, "parsed");
  const standIns = { apparmor_status: "", apparmor_parser: `echo "$1" >>"${parsed}"`, ischroot: "exit 1" };
  for (const [name, text] of Object.entries(standIns))
    writeFileSync(join(home, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const dpkgRuns = (script: string, ...args: string[]) => {
    const text = readFileSync(join(ROOT, "packaging", "debian", script), "utf8");
    const here = text.replaceAll(/(?<![\w/])\/(?=opt|etc)/g, `${home}/`);
    const env = { PATH: `${join(home, "bin")}:/usr/bin:/bin` };
    execFileSync("sh", ["-s", ...args], { input: here, env });
  };
  dpkgRuns("postinst", "configure", "");
  expect(readFileSync(profile, "utf8")).toBe("profile");
  dpkgRuns("postrm", "upgrade", "0.2.0");
  expect(existsSync(profile)).toBe(true);
  dpkgRuns("postinst", "configure", "0.1.0");
  dpkgRuns("postrm", "remove");
  expect(existsSync(profile)).toBe(false);
  dpkgRuns("postrm", "purge");
  const loaded = ["--skip-kernel-load", "--replace"];
  expect(readFileSync(parsed, "utf8").trim().split("\n")).toEqual([...loaded, ...loaded, "--remove"]);
});
