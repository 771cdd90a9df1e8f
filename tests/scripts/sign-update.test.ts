import { execFileSync, spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { readRelease } from "../../main/app/update-release.ts";
import { builtInSource } from "../../main/app/update-source.ts";
import { updateSettings } from "../../scripts/update-settings.js";
import { ROOT } from "../helpers/models.ts";
import { tempDir } from "../helpers/temp.ts";
import { channelFile } from "../helpers/update-server.ts";

const SCRIPT = join(ROOT, "scripts", "sign-update.js");
const INSTALLER = Buffer.from("an installer");
const NAME = "latest-linux.yml";

let folder: string;
let channel: string;

/** As electron-builder leaves it. */
function writeChannel(): void {
  const text = channelFile("1.3.0", "Silvergrain-1.3.0.AppImage", INSTALLER);
  writeFileSync(channel, text.replace(/signedFor.*\n/, ""));
}

function sign(...files: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  const env = { ...process.env, SILVERGRAIN_UPDATES_PRIVATE_KEY: join(folder, "key") };
  return spawnSync(process.execPath, [SCRIPT, ...files], { env, encoding: "utf8" });
}

const readAs = (name: string) =>
  readRelease(
    name,
    readFileSync(channel),
    readFileSync(`${channel}.sig`, "latin1"),
    createPublicKey(readFileSync(join(folder, "key.pub"), "utf8")),
  );

beforeEach(() => {
  folder = tempDir();
  channel = join(folder, NAME);
  execFileSync(process.execPath, [SCRIPT, "--new-key", join(folder, "key")]);
  writeChannel();
  writeFileSync(join(folder, "Silvergrain-1.3.0.AppImage"), INSTALLER);
});

test("what is signed is what the program believes, under its own name alone, and signing again changes nothing", () => {
  expect(sign(channel)).toMatchObject({ status: 0, stderr: "" });
  expect(readAs(NAME).version).toBe("1.3.0");
  expect(() => readAs("latest-mac.yml")).toThrow("signed for");
  const [text, signature] = [readFileSync(channel, "utf8"), readFileSync(`${channel}.sig`, "utf8")];
  expect(sign(channel).status).toBe(0);
  expect([readFileSync(channel, "utf8"), readFileSync(`${channel}.sig`, "utf8")]).toEqual([text, signature]);
});

test("a list of installers that are not there, or are others, is not signed", () => {
  writeFileSync(join(folder, "Silvergrain-1.3.0.AppImage"), "made again");
  expect(sign(channel)).toMatchObject({ status: 1, stderr: expect.stringContaining("make the installers again") });
  writeFileSync(channel, readFileSync(channel, "utf8").replaceAll("1.3.0.AppImage", "1.3.1.AppImage"));
  expect(sign(channel)).toMatchObject({ status: 1, stderr: expect.stringContaining("is not there") });
  expect(() => statSync(`${channel}.sig`)).toThrow();
});

test("a private key is for its owner alone, and never written over", () => {
  if (process.platform !== "win32") expect(statSync(join(folder, "key")).mode & 0o077).toBe(0);
  const before = readFileSync(join(folder, "key"));
  expect(sign("--new-key", join(folder, "key")).status).toBe(1);
  expect(readFileSync(join(folder, "key"))).toEqual(before);
});

describe("what is built in", () => {
  const inManifest = (settings: ReturnType<typeof updateSettings>) => {
    const file = join(tempDir(), "package.json");
    writeFileSync(file, JSON.stringify({ name: "silvergrain", ...settings.extraMetadata }));
    return builtInSource(file);
  };

  test("is nothing without an address, and otherwise what the program reads", () => {
    expect(updateSettings({})).toEqual({});
    const url = "https://example.com/silvergrain/";
    const settings = updateSettings({ SILVERGRAIN_UPDATES_URL: url, SILVERGRAIN_UPDATES_KEY: join(folder, "key.pub") });
    expect(settings.publish).toEqual({ provider: "generic", url });
    const source = inManifest(settings);
    expect(source?.url.href).toBe(url);
    expect(source?.key?.equals(createPublicKey(readFileSync(join(folder, "key.pub"), "utf8")))).toBe(true);
    expect(inManifest(updateSettings({ SILVERGRAIN_UPDATES_URL: url }))?.key).toBeUndefined();
  });

  test("is never the private key, and no address without https", () => {
    const url = "https://example.com/";
    const withKey = (key: string) => () =>
      updateSettings({ SILVERGRAIN_UPDATES_URL: url, SILVERGRAIN_UPDATES_KEY: key });
    expect(withKey(join(folder, "key"))).toThrow("private key");
    expect(withKey(channel)).toThrow();
    for (const address of ["http://example.com/", "here", "file:///tmp/"])
      expect(() => updateSettings({ SILVERGRAIN_UPDATES_URL: address }), address).toThrow("https");
    expect(() => updateSettings({ SILVERGRAIN_UPDATES_KEY: join(folder, "key.pub") })).toThrow("of no use");
  });
});
