import { execFileSync, spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRelease } from "../../main/app/update-release.ts";
import { packDeb } from "../../scripts/pack-deb.js";
import { SIZES } from "../../scripts/render-icons.js";
import { newKey, signUpdates } from "../../scripts/sign-update.js";
import { ROOT } from "../helpers/models.ts";
import { PACKED } from "../helpers/packed-app.ts";

const VERSION = (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string }).version;
/** As published, but for the compression, which takes minutes. */
const folder = mkdtempSync(join(tmpdir(), "silvergrain-deb-"));
let deb = "";
let all: readonly Entry[] = [];

beforeAll(async () => {
  const publish = { provider: "generic", url: "https://example.com/" } as const;
  deb = await packDeb(PACKED, { electronVersion: "33.2.1", output: folder, publish, compression: "zst" });
  all = entries();
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 26, stdio: ["ignore", "pipe", "pipe"] });

interface Entry {
  readonly mode: string;
  readonly owner: string;
  /** From the root, without a slash at its end. */
  readonly path: string;
  readonly link: string | undefined;
}

function entries(): readonly Entry[] {
  const lines = run("dpkg-deb", "--contents", deb).trimEnd().split("\n");
  return lines.map((line) => {
    const [, mode = "", owner = "", name = "", link] =
      /^(\S+) (\S+)\s+\d+ \S+ \S+ \.(.*?)(?: -> (.*))?$/.exec(line) ?? [];
    return { mode, owner, path: name.replace(/\/$/, ""), link };
  });
}

test("it knows that it is a package, and what tells of it can be signed", () => {
  const inside = "./opt/Silvergrain/resources/package-type";
  expect(run("sh", "-c", `dpkg-deb --fsys-tarfile "$1" | tar -xO ${inside}`, "sh", deb).trim()).toBe("deb");
  // The plain folder is none.
  const resources = readdirSync(PACKED.resources);
  expect(resources.filter((name) => ["package-type", "app-update.yml"].includes(name))).toEqual([]);
  const [key, channel] = [join(folder, "key"), join(folder, "latest-linux.yml")];
  newKey(key);
  signUpdates([channel], key);
  const publicKey = createPublicKey(readFileSync(`${key}.pub`, "utf8"));
  const signature = readFileSync(`${channel}.sig`, "utf8");
  const release = readRelease("latest-linux.yml", readFileSync(channel), signature, publicKey);
  expect(release.version).toBe(VERSION);
  expect(release.files).toMatchObject([{ url: basename(deb), size: statSync(deb).size }]);
});

test("it says what it is", () => {
  const field = (name: string) => run("dpkg-deb", "--field", deb, name).trim();
  expect(deb).toBe(join(folder, `silvergrain_${VERSION}_amd64.deb`));
  expect([field("Package"), field("Version"), field("Architecture")]).toEqual(["silvergrain", VERSION, "amd64"]);
  expect(field("Maintainer")).toMatch(/^\S.* <\S+@\S+>$/);
  expect(field("Description")).toMatch(/^\S.*\n \S/);
  expect(Number(field("Installed-Size"))).toBeGreaterThan(100_000);
});

test("every library that its programs link to is there by what it depends on", () => {
  const files = readdirSync(PACKED.folder, { recursive: true, encoding: "utf8" });
  const programs = files.map((file) => join(PACKED.folder, file)).filter(isElf);
  const needed = run("readelf", "--dynamic", ...programs).matchAll(/\(NEEDED\).*\[(.*)\]/g);
  const own = new Set(files.map((file) => file.split("/").at(-1)));
  const libraries = [...new Set([...needed].map(([, name = ""]) => name))].filter((name) => !own.has(name));
  expect(libraries).toContain("libgtk-3.so.0");
  const depends = run("dpkg-deb", "--field", deb, "Depends").split(/[,|]/);
  const declared = new Set(depends.map((name) => name.trim().split(" ")[0]));
  // Some say where a library lies by the link /lib, others by /usr/lib. Of half the paths dpkg knows nothing, and says so.
  const paths = libraries.flatMap((name) => ["", "/usr"].map((root) => `${root}/lib/x86_64-linux-gnu/${name}`));
  const owners = spawnSync("dpkg-query", ["--search", ...paths], { encoding: "utf8" }).stdout.split("\n");
  const missing = libraries.filter(
    (name) => !owners.some((line) => line.endsWith(`/${name}`) && declared.has(line.split(/[:,]/)[0])),
  );
  expect(missing).toEqual([]);
});

test("all of it belongs to root, only programs can be started, and only the sandbox's helper is root's", () => {
  expect(all.length).toBeGreaterThan(500);
  expect(new Set(all.map(({ owner }) => owner))).toEqual(new Set(["root/root"]));
  const kinds = new Set(all.map(({ mode }) => mode));
  expect(kinds).toEqual(new Set(["drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x", "-rwsr-xr-x", "lrwxrwxrwx"]));
  const of = (mode: string) => all.filter((entry) => entry.mode === mode).map(({ path }) => path);
  expect(of("-rwsr-xr-x")).toEqual(["/opt/Silvergrain/chrome-sandbox"]);
  expect(of("-rwxr-xr-x").sort()).toEqual([
    "/opt/Silvergrain/chrome_crashpad_handler",
    "/opt/Silvergrain/resources/bin/silvergrain",
    "/opt/Silvergrain/resources/node/node",
    "/opt/Silvergrain/silvergrain",
  ]);
});

test("everything of the plain folder is in it, and the system's own things are in their places", () => {
  const paths = new Set(all.map(({ path }) => path));
  const plain = readdirSync(PACKED.folder, { recursive: true, encoding: "utf8" });
  const outside = plain.filter((file) => !/^usr(\/|$)/.test(file));
  expect(outside.filter((file) => !paths.has(`/opt/Silvergrain/${file}`))).toEqual([]);
  expect(all.filter(({ path }) => /^\/opt\/Silvergrain\/usr/.test(path))).toEqual([]);
  expect(
    [...paths]
      .filter((path) => /^\/usr\/share\/(icons\/.*png|applications\/|metainfo\/|man\/.*gz|doc\/.*\/)/.test(path))
      .sort(),
  ).toEqual(
    [
      "/usr/share/applications/silvergrain.desktop",
      "/usr/share/doc/silvergrain/changelog.gz",
      "/usr/share/doc/silvergrain/copyright",
      ...SIZES.map((px) => `/usr/share/icons/hicolor/${px}x${px}/apps/silvergrain.png`),
      "/usr/share/man/man1/silvergrain.1.gz",
      "/usr/share/metainfo/app.silvergrain.Silvergrain.metainfo.xml",
    ].sort(),
  );
  const link = all.find(({ path }) => path === "/usr/bin/silvergrain")?.link;
  expect(link).toBe("/opt/Silvergrain/resources/bin/silvergrain");
  // What a package alone has is not left behind in the folder.
  expect(paths).toContain("/opt/Silvergrain/resources/apparmor-profile");
  for (const name of ["apparmor-profile", "package-type"]) expect(existsSync(join(PACKED.resources, name))).toBe(false);
});

test("the desktop opens photos with it", () => {
  const entry = run(
    "sh",
    "-c",
    'dpkg-deb --fsys-tarfile "$1" | tar -xO ./usr/share/applications/silvergrain.desktop',
    "sh",
    deb,
  );
  expect(entry).toContain("\nExec=/opt/Silvergrain/silvergrain %F\n");
  expect(entry).toContain("\nIcon=silvergrain\n");
  expect(entry).toContain("\nStartupWMClass=silvergrain\n");
  expect(entry).toMatch(/\nMimeType=image\/jpeg;image\/png;image\/webp;image\/tiff;image\/avif;image\/gif;/);
});

/** Root in a container may lack it. */
const mayMount = spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

test("it is installed, opens in its sandbox for a user, is updated, and goes without a trace", () => {
  expect(mayMount, "This test needs root, and the right to mount an overlay: run it in a container that has it.").toBe(
    true,
  );
  const script = join(ROOT, "tests", "helpers", "install-deb.sh");
  const said = run(
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--propagation",
    "private",
    "sh",
    script,
    deb,
  );
  expect(
    said
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t")),
  ).toEqual([
    ["verified", ""],
    ["command", "/opt/Silvergrain/resources/bin/silvergrain"],
    ["version", VERSION],
    // In namespaces of its own: one number here, one or two in them.
    ["sandboxed", expect.stringMatching(/^[23]$/)],
    ["updated", VERSION],
    ["known", ""],
    ["kept", "/home/ann/.config/silvergrain/library.db"],
  ]);
});

function isElf(file: string): boolean {
  if (!statSync(file).isFile()) return false;
  const start = Buffer.alloc(4);
  const open = openSync(file, "r");
  readSync(open, start);
  closeSync(open);
  return start.toString("latin1") === "\x7fELF";
}
