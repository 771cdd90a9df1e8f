import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { appUpdater, installOf } from "../../main/app/app-updater.ts";
import { download, fetchSmall, mayAsk } from "../../main/app/update-fetch.ts";
import { UpdateMemory } from "../../main/app/update-memory.ts";
import { isOlder } from "../../main/app/update-release.ts";
import { builtInSource, sourceFrom } from "../../main/app/update-source.ts";
import { Updates } from "../../main/app/updates.ts";
import { tempDir } from "../helpers/temp.ts";
import { channelFile, newKeys, releaseOf, type Served, signatureOf, updateServer } from "../helpers/update-server.ts";

const CHANNEL = "/releases/latest-linux.yml";
const KEYS = newKeys();
const NEWER = Buffer.from("#!/bin/sh\necho the newer one\n");

/** electron-updater as the app has it, with a server of ours and a folder as its home. */
async function program(served: Record<string, Served>, { hasKey = true } = {}) {
  const key = hasKey ? KEYS.publicKey : undefined;
  const server = await updateServer(served);
  const home = tempDir();
  const current = join(home, "Silvergrain.AppImage");
  writeFileSync(current, "the one that runs");
  const begin = () => {
    const updater = appUpdater({
      source: { url: server.url, key },
      install: "appimage",
      memory: new UpdateMemory(join(home, "updates.json")),
      adapter: {
        version: "1.2.3",
        name: "Silvergrain",
        isPackaged: true,
        appUpdateConfigPath: join(home, "app-update.yml"),
        userDataPath: home,
        baseCachePath: join(home, "cache"),
        whenReady: async () => {},
        relaunch: () => {},
        quit: () => {},
        onQuit: () => {},
      },
      log: () => {},
    });
    const updates = new Updates({
      updater,
      canInstall: hasKey,
      isBusy: () => false,
      onChange: () => {},
      onStuck: () => {},
    });
    return { updater, updates };
  };
  const { APPIMAGE } = process.env;
  process.env.APPIMAGE = current;
  onTestFinished(() => {
    if (APPIMAGE === undefined) delete process.env.APPIMAGE;
    else process.env.APPIMAGE = APPIMAGE;
  });
  const pending = join(home, "cache", "updates", "pending");
  const downloaded = () =>
    existsSync(pending) ? readdirSync(pending).filter((name) => name.includes("AppImage")) : [];
  return { ...begin(), begin, server, home, current, downloaded };
}

function signed(text: string, keys = KEYS): Record<string, Served> {
  return { [CHANNEL]: text, [`${CHANNEL}.sig`]: signatureOf(text, keys) };
}

test("a signed version is found and downloaded, and the server learns nothing but what is asked for", async () => {
  const { updates, server, home, downloaded } = await program(releaseOf("1.3.0", KEYS, NEWER));
  expect(server.requests).toEqual([]);
  expect(await updates.look()).toEqual({ kind: "found", version: "1.3.0", mayInstall: true });
  expect(server.paths()).toEqual([CHANNEL, `${CHANNEL}.sig`]);
  expect(downloaded()).toEqual([]);
  expect(await updates.load()).toEqual({ kind: "ready", version: "1.3.0" });
  expect(server.paths()).toEqual([CHANNEL, `${CHANNEL}.sig`, "/releases/Silvergrain-1.3.0.AppImage"]);
  expect(downloaded()).toEqual(["Silvergrain-1.3.0.AppImage"]);
  expect(await updates.choose()).toMatchObject({ kind: "installing" });
  for (const { headers } of server.requests) expect(headers).toEqual(["accept", "cache-control", "connection", "host"]);
  // electron-updater's number for every user.
  expect(existsSync(join(home, ".updaterId"))).toBe(false);
});

/** As quitAndInstall does, but for quitting, which takes an Electron. */
function install({ updater }: { readonly updater: unknown }): boolean {
  return (updater as { install(isSilent: boolean, isRun: boolean): boolean }).install(false, false);
}

test("what was downloaded takes the place of the AppImage, and nothing stays beside it", async () => {
  const given = await program(releaseOf("1.3.0", KEYS, NEWER));
  await given.updates.look();
  await given.updates.load();
  expect(install(given)).toBe(true);
  expect(readFileSync(given.current)).toEqual(NEWER);
  expect(given.downloaded()).toEqual([]);
  expect(readdirSync(given.home).filter((name) => name.startsWith(".silvergrain"))).toEqual([]);
});

test("where the new AppImage cannot be brought beside the old one, the old one stays", async () => {
  const given = await program(releaseOf("1.3.0", KEYS, NEWER));
  await given.updates.look();
  await given.updates.load();
  rmSync(join(given.home, "cache"), { recursive: true });
  expect(install(given)).toBe(false);
  expect(readFileSync(given.current, "utf8")).toBe("the one that runs");
  expect(readdirSync(given.home).filter((name) => name.startsWith(".silvergrain"))).toEqual([]);
});

describe("is refused, and nothing is downloaded:", () => {
  const text = channelFile("1.3.0", "Silvergrain-1.3.0.AppImage", NEWER);
  const { [`${CHANNEL}.sig`]: _, ...unsigned } = releaseOf("1.3.0", KEYS, NEWER);
  const old = channelFile("1.2.2", "Silvergrain-1.2.2.AppImage", NEWER);
  const elsewhere = channelFile("1.3.0", "Silvergrain-1.3.0.AppImage", NEWER, "latest-mac.yml");
  const changed = text.replace("1.3.0", "1.4.0");
  test.each<[string, Record<string, Served>, string]>([
    ["no signature", unsigned, "unproven"],
    ["an empty signature", { ...unsigned, [`${CHANNEL}.sig`]: "" }, "unproven"],
    ["a signature that is none", { ...unsigned, [`${CHANNEL}.sig`]: "A".repeat(200) }, "unproven"],
    ["another's signature", signed(text, newKeys()), "unproven"],
    ["another version under a good signature", { ...signed(text), [CHANNEL]: changed }, "unproven"],
    ["one byte more under a good signature", { ...signed(text), [CHANNEL]: `${text}\n` }, "unproven"],
    ["a list for another system", signed(elsewhere), "unproven"],
    ["a signed list that is older than the program", signed(old), "older"],
    [
      "a signed list without hashes",
      signed("version: 1.3.0\nsignedFor: latest-linux.yml\nfiles:\n  - url: a\n"),
      "damaged",
    ],
    ["a signed list with a version that is none", signed(text.replace("1.3.0", "1.3.0-x/../y")), "damaged"],
    ["a list without end", signed(`${text}#${"x".repeat(100_000)}`), "damaged"],
    ["an address that leads away from https", { [CHANNEL]: { to: "http://example.com/x.yml" } }, "unproven"],
    ["an address that leads to a file", { [CHANNEL]: { to: "file:///etc/passwd" } }, "unproven"],
    ["an address that leads in a circle", { [CHANNEL]: { to: CHANNEL } }, "unreachable"],
    ["nothing at all", {}, "unreachable"],
  ])("%s", async (_what, served, trouble) => {
    const { updates, server, downloaded } = await program(served);
    expect(await updates.look()).toMatchObject({ kind: "failed", trouble, message: expect.stringMatching(/\w.*\.$/) });
    await expect(updates.load()).rejects.toMatchObject({ code: "USAGE" });
    expect(server.paths().filter((path) => path.endsWith("AppImage"))).toEqual([]);
    expect(downloaded()).toEqual([]);
  });
});

test("a signed list that is shown again after a newer one was seen is refused, also after a restart", async () => {
  const { begin, server, updates } = await program(releaseOf("1.4.0", KEYS, NEWER));
  expect(await updates.look()).toMatchObject({ kind: "found", version: "1.4.0" });
  Object.assign(server.served, releaseOf("1.3.0", KEYS, NEWER));
  expect(await updates.look()).toMatchObject({ kind: "failed", trouble: "older" });
  expect(await begin().updates.look()).toMatchObject({ kind: "failed", trouble: "older" });
  Object.assign(server.served, releaseOf("1.4.1", KEYS, NEWER));
  expect(await begin().updates.look()).toMatchObject({ kind: "found", version: "1.4.1" });
});

test("the version that runs is the newest one", async () => {
  const { updates } = await program(releaseOf("1.2.3", KEYS, NEWER));
  expect(await updates.look()).toEqual({ kind: "latest" });
});

test("without a key a newer version is told, and cannot be had", async () => {
  const text = channelFile("1.3.0", "Silvergrain-1.3.0.AppImage", NEWER);
  const { updates, server } = await program({ [CHANNEL]: text }, { hasKey: false });
  expect(await updates.look()).toEqual({ kind: "found", version: "1.3.0", mayInstall: false });
  await expect(updates.load()).rejects.toMatchObject({ code: "USAGE" });
  expect(server.paths()).toEqual([CHANNEL]);
});

describe("a download is refused and deleted", () => {
  test.each<[string, Buffer, RegExp]>([
    ["that is shorter", NEWER.subarray(0, -1), /has 28 bytes, and 29 were signed/],
    ["that is longer", Buffer.concat([NEWER, Buffer.from("x")]), /larger than the 29 bytes/],
    ["of other bytes", Buffer.from(NEWER.map((byte, i) => (i === 5 ? byte ^ 1 : byte))), /SHA-512/],
  ])("%s", async (_what, file, sentence) => {
    const { updates, server, downloaded, current } = await program(releaseOf("1.3.0", KEYS, NEWER));
    await updates.look();
    server.served["/releases/Silvergrain-1.3.0.AppImage"] = file;
    expect(await updates.load()).toMatchObject({
      kind: "failed",
      trouble: "damaged",
      message: expect.stringMatching(sentence),
    });
    expect(downloaded()).toEqual([]);
    await expect(updates.choose()).rejects.toMatchObject({ code: "USAGE" });
    expect(readFileSync(current, "utf8")).toBe("the one that runs");
    // The good one may still be had.
    server.served["/releases/Silvergrain-1.3.0.AppImage"] = NEWER;
    await updates.look();
    expect(await updates.load()).toMatchObject({ kind: "ready" });
  });
});

test("of what is refused nothing stays, and of what is too much little comes", async () => {
  const { url } = await updateServer({ "/releases/a": Buffer.alloc(50_000_000) });
  const file = join(tempDir(), "a");
  let most = 0;
  const wanted = { bytes: 1000, sha512: "" };
  await expect(
    download(new URL("a", url), file, wanted, (come) => {
      most = come;
    }),
  ).rejects.toMatchObject({ trouble: "damaged" });
  expect(most).toBeLessThanOrEqual(1000);
  expect(existsSync(file)).toBe(false);
});

test("who leads on and on is not followed", async () => {
  const { url, paths } = await updateServer({ "/releases/a": { to: "b" }, "/releases/b": { to: "a" } });
  await expect(fetchSmall(new URL("a", url), 10)).rejects.toMatchObject({ trouble: "unreachable" });
  expect(paths().length).toBeLessThan(10);
});

test("a redirect is followed", async () => {
  const { url } = await updateServer({ "/releases/a": { to: "../b" }, "/b": "found" });
  expect((await fetchSmall(new URL("a", url), 10)).toString()).toBe("found");
});

test("requests go to https, and to this machine only where the program was made so", () => {
  const [far, here] = [new URL("https://example.com/"), new URL("http://127.0.0.1:9/")];
  expect(mayAsk(new URL("https://example.org/x"), far)).toBe(true);
  expect(mayAsk(here, here)).toBe(true);
  expect(mayAsk(far, here)).toBe(true);
  for (const address of [
    "http://example.com/",
    "http://127.0.0.1/",
    "ftp://example.com/",
    "https://me:pw@example.com/",
  ])
    expect(mayAsk(new URL(address), far), address).toBe(false);
  expect(mayAsk(new URL("http://10.0.0.1/"), here)).toBe(false);
});

describe("where to look", () => {
  const manifestWith = (updates?: object) => {
    const file = join(tempDir(), "package.json");
    writeFileSync(file, JSON.stringify({ name: "silvergrain", updates }));
    return file;
  };
  const pem = KEYS.publicKey.export({ type: "spki", format: "pem" }).toString();

  test("is built in, with the key, or not at all", () => {
    expect(builtInSource(manifestWith())).toBeUndefined();
    const source = builtInSource(manifestWith({ url: "https://example.com/silvergrain", key: pem }));
    expect(source?.url.href).toBe("https://example.com/silvergrain/");
    expect(source?.key?.equals(KEYS.publicKey)).toBe(true);
    expect(builtInSource(manifestWith({ url: "https://example.com/" }))?.key).toBeUndefined();
  });

  test("is no address without https, and no key of another kind", () => {
    for (const url of ["http://example.com/", "file:///tmp/", "http://127.0.0.1.example.com/"])
      expect(() => builtInSource(manifestWith({ url })), url).toThrow("https");
    expect(() => builtInSource(manifestWith({ url: "https://example.com/", key: "no key" }))).toThrow();
  });

  test("is named by the environment for a program that runs from its sources", () => {
    const file = join(tempDir(), "key.pub");
    writeFileSync(file, pem);
    expect(sourceFrom({})).toBeUndefined();
    const source = sourceFrom({ SILVERGRAIN_UPDATES_URL: "http://127.0.0.1:9/", SILVERGRAIN_UPDATES_KEY: file });
    expect(source?.key?.equals(KEYS.publicKey)).toBe(true);
  });
});

test("how it was installed is told from what lies there, not from variables that others have left", () => {
  const home = tempDir();
  const resources = join(home, "mount", "resources");
  mkdirSync(resources, { recursive: true });
  const facts = { platform: "linux" as const, environment: {}, executable: "", resources, packageType: undefined };
  const environment = { APPIMAGE: join(home, "Silvergrain.AppImage"), APPDIR: join(home, "mount") };
  const executable = join(home, "mount", "silvergrain");
  expect(installOf({ ...facts, environment, executable })).toBe("appimage");
  // Started in a terminal that is an AppImage.
  expect(installOf({ ...facts, environment, executable: "/opt/Silvergrain/silvergrain" })).toBe("folder");
  expect(installOf({ ...facts, environment: { ...environment, APPIMAGE: "/nowhere/x.AppImage" }, executable })).toBe(
    "folder",
  );
  expect(installOf({ ...facts, packageType: "deb" })).toBe("deb");
  expect(installOf({ ...facts, packageType: "nsis" })).toBe("folder");
  expect(installOf({ ...facts, packageType: "deb", resources: undefined })).toBe("folder");
  expect(installOf({ ...facts, platform: "win32" })).toBe("folder");
  writeFileSync(join(resources, "app-update.yml"), "");
  expect(installOf({ ...facts, platform: "win32" })).toBe("nsis");
  expect(installOf({ ...facts, platform: "darwin" })).toBe("mac");
});

test("versions are compared as numbers", () => {
  expect(isOlder("1.9.0", "1.10.0")).toBe(true);
  expect(isOlder("1.10.0", "1.9.9")).toBe(false);
  expect(isOlder("2.0.0", "2.0.0")).toBe(false);
  expect(isOlder("1.2.3", "1.2.3-beta.4")).toBe(false);
  expect(isOlder("0.9.9", "1.0.0")).toBe(true);
});
