import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { makePackage } from "../../scripts/fpm.js";
import { noDebSentence } from "../../scripts/pack-deb.js";
import { tempDir } from "../helpers/temp.ts";

const noDeb = noDebSentence();

/** A program's folder as a careless builder leaves it, and the arguments that electron-builder would give. */
function program(home: string): string[] {
  const folder = join(home, "unpacked");
  mkdirSync(join(folder, "usr"), { recursive: true, mode: 0o700 });
  const files = {
    app: "\x7fELF and more",
    "chrome-sandbox": "\x7fELF",
    "lib.so.1": "\x7fELF",
    "page.js": "#!/usr/bin/env node",
    run: "#!/bin/sh\n",
    "usr/for-appimage": "",
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o700);
  }
  writeFileSync(join(home, "changes"), "first\n");
  writeFileSync(join(home, "hello"), "#!/bin/sh\n");
  symlinkSync("/opt/Hello/run", join(home, "link"));
  return [
    ...["-s", "dir", "--force", "-t", "deb", "-d", "libc6", "-d", "a | b", "--deb-recommends", "c"],
    ...["--deb-compression", "zst", "--architecture", "amd64", "--after-install", join(home, "hello")],
    ...["--description", "Says hello\n to everybody", "--version", "1.0~rc1", "--package", join(home, "hello.deb")],
    ...["--name", "hello", "--maintainer", "A <a@b.example>", "--category", "misc", "--deb-priority", "optional"],
    ...[`${folder}/=/opt/Hello`, `${join(home, "changes")}=/usr/share/doc/hello/changelog`],
    `${join(home, "link")}=/usr/bin/hello`,
  ];
}

test.skipIf(noDeb !== undefined)("a package holds what electron-builder asks for, with modes that fit a system", () => {
  const home = tempDir();
  makePackage(program(home));
  const deb = join(home, "hello.deb");
  const tell = (...args: string[]) => execFileSync("dpkg-deb", args, { encoding: "utf8" });
  expect(tell("--field", deb).trimEnd().split("\n")).toEqual([
    "Package: hello",
    "Version: 1.0~rc1",
    "Architecture: amd64",
    "Maintainer: A <a@b.example>",
    "Installed-Size: 6",
    "Depends: libc6, a | b",
    "Recommends: c",
    "Section: misc",
    "Priority: optional",
    "Description: Says hello",
    " to everybody",
  ]);
  const lines = tell("--contents", deb).trimEnd().split("\n");
  const files = lines.filter((line) => !line.startsWith("d")).map((line) => line.replace(/ +\d+ \S+ \S+ \./, " "));
  expect(files.sort()).toEqual([
    "-rw-r--r-- root/root /opt/Hello/lib.so.1",
    "-rw-r--r-- root/root /opt/Hello/page.js",
    "-rw-r--r-- root/root /usr/share/doc/hello/changelog.gz",
    "-rwsr-xr-x root/root /opt/Hello/chrome-sandbox",
    "-rwxr-xr-x root/root /opt/Hello/app",
    "-rwxr-xr-x root/root /opt/Hello/run",
    "lrwxrwxrwx root/root /usr/bin/hello -> /opt/Hello/run",
  ]);
  expect(lines.filter((line) => /^d(?!rwxr-xr-x root\/root )/.test(line))).toEqual([]);
  tell("--raw-extract", deb, join(home, "out"));
  expect(gunzipSync(readFileSync(join(home, "out/usr/share/doc/hello/changelog.gz"))).toString()).toBe("first\n");
  expect(readFileSync(join(home, "out/DEBIAN/postinst"), "utf8")).toBe("#!/bin/sh\n");
  const sums = execFileSync("md5sum", ["--check", "DEBIAN/md5sums"], { cwd: join(home, "out"), encoding: "utf8" });
  expect(sums.trimEnd().split("\n").length).toBe(6);
  // Nothing stays beside it, and the folder that it was made of is as it was.
  expect(readdirSync(home).sort()).toEqual(["changes", "hello", "hello.deb", "link", "out", "unpacked"]);
  expect(readdirSync(join(home, "unpacked"))).toContain("usr");
});

test("what cannot be made is said before anything is written", () => {
  const home = tempDir();
  const given = program(home);
  const instead = (old: string, other: string) => given.map((argument) => (argument === old ? other : argument));
  expect(() => makePackage(instead("deb", "rpm"))).toThrow("received rpm");
  expect(() => makePackage(instead("zst", "bzip2"))).toThrow("received bzip2");
  expect(() => makePackage([...given, "--prefix", "/usr"])).toThrow("--prefix");
  expect(readdirSync(home).sort()).toEqual(["changes", "hello", "link", "unpacked"]);
  expect(noDebSentence("win32")).toBe("A Debian package is made on Linux.");
});
