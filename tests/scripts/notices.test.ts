import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { noticeOf, thirdPartyNotices } from "../../scripts/notices.js";
import { ROOT } from "../helpers/models.ts";
import { tempDir } from "../helpers/temp.ts";

/** A package's folder as npm installs it. */
function packageOf(name: string, license: string | undefined, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(tempDir(), name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.2.3", license }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

const TEXT = { LICENSE: "Do as you please." };

test("everything that is shipped has a licence that is allowed, and its text", () => {
  const notices = thirdPartyNotices(ROOT);
  const parts = notices.split(`${"-".repeat(80)}\n`).slice(1);
  expect(parts.length).toBeGreaterThan(100);
  // A heading and a name are no text.
  expect(parts.filter((part) => part.length < 400).map((part) => part.split("\n")[0])).toEqual([]);
  for (const name of [
    "react ",
    "zustand ",
    "lucide-react ",
    "@fontsource-variable/inter ",
    "sharp ",
    "onnxruntime-node ",
  ])
    expect(parts.some((part) => part.startsWith(name))).toBe(true);
  const [libvips = ""] = parts.filter((part) => part.startsWith("@img/sharp-libvips-"));
  for (const word of ["lovell/sharp-libvips", "may be replaced", "LESSER GENERAL PUBLIC", '"vips":', "| glib "])
    expect(libvips).toContain(word);
});

test("a package that says and brings its licence is noted with it", () => {
  expect(noticeOf(packageOf("fine", "MIT", TEXT))).toEqual({
    text: expect.stringMatching(/fine 1\.2\.3: MIT[\s\S]*please/),
  });
  expect(noticeOf(packageOf("either", "(GPL-2.0 OR MIT)", TEXT))).toHaveProperty("text");
});

test.each([
  ["without a text", "MIT", {}, "textless 1.2.3: it brings no text of its licence, MIT"],
  ["whose readme alone speaks of it", "MIT", { "README.md": "MIT" }, "brings no text"],
  ["without a licence", undefined, TEXT, "textless 1.2.3: its licence is not said"],
  ["under the GPL", "GPL-3.0-only", TEXT, "its licence is GPL-3.0-only"],
  ["under the LGPL, but for libvips", "LGPL-3.0-or-later", TEXT, "its licence is LGPL-3.0-or-later"],
  ["of which a part is under the GPL", "MIT AND GPL-3.0-only", TEXT, "its licence is MIT AND"],
])("a package %s is refused by name", (_what, license, files, refusal) => {
  expect(noticeOf(packageOf("textless", license, files))).toEqual({ refusal: expect.stringContaining(refusal) });
});
