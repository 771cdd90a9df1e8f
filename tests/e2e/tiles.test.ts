import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Inspection, patchUrl, tileUrl } from "../../preload/contract.ts";
import { type OpenApp, openApp } from "../helpers/app.ts";
import { card, testCard } from "../helpers/photos.ts";

/* The inspector's px as the page gets them: through its own fetch, past its own policy. */

let open: OpenApp;
let folder: string;
const SIZE = { width: 700, height: 530 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "silvergrain-"));
  const photos = join(folder, "photos");
  mkdirSync(photos);
  await card(SIZE.width, SIZE.height).png().toFile(join(photos, "a.png"));
  open = await openApp({ home: folder, paths: [photos] });
});

afterAll(async () => {
  await open?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function fetched(url: string) {
  return open.page.evaluate(async (address) => {
    try {
      const answer = await fetch(address);
      const bytes = [...new Uint8Array(await answer.arrayBuffer())];
      const header = (name: string) => answer.headers.get(name);
      return { status: answer.status, bytes, cache: header("cache-control"), preview: header("x-preview") };
    } catch (error) {
      return { status: 0, bytes: [], cache: String(error), preview: null };
    }
  }, url);
}

async function inspection(): Promise<Inspection> {
  return open.page.evaluate(async () => {
    for (;;) {
      const photos = await window.silvergrain.photos({ offset: 0, limit: 9 });
      const [first] = photos.ok ? photos.value : [];
      const found = first === undefined ? undefined : await window.silvergrain.inspect(first.id, "now");
      if (found?.ok) return found.value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
}

test("a tile is raw px with its apron, to be kept for ever; what was not named is not there", async () => {
  const { original } = await inspection();
  expect(original).toMatchObject(SIZE);
  const tile = await fetched(tileUrl(original.key, 0, 1, 1));
  expect(tile).toMatchObject({ status: 200, preview: null, cache: expect.stringContaining("immutable") });
  const [width, height] = [700 - 512 + 8, 530 - 512 + 8];
  expect(tile.bytes).toHaveLength(width * height * 3);
  const card = testCard(SIZE.width, SIZE.height);
  // The first px of the apron is four to the left of and above the tile.
  const at = ((512 - 4) * SIZE.width + 512 - 4) * 3;
  expect(tile.bytes.slice(0, 30)).toEqual([...card.subarray(at, at + 30)]);
  expect((await fetched(tileUrl("0".repeat(40), 0, 0, 0))).status).toBe(404);
  expect((await fetched(tileUrl(original.key, 0, 9, 0))).status).toBe(404);
  expect((await fetched("https://example.com/")).status).toBe(0);
});

test("a live part comes as RGBA, once", async () => {
  const { photo } = await inspection();
  const patch = await open.page.evaluate(async (id) => {
    const answer = await window.silvergrain.live({
      photo: id,
      recipe: {
        model: "srgan-x4",
        realism: 0,
        size: { kind: "scale", scale: 4 },
        strength: 1,
        format: "same",
        stripGps: false,
      },
      rect: { x: 600, y: 500, width: 20, height: 20 },
      shrink: 0,
      infer: true,
      lane: "lens",
    });
    if (!answer.ok) throw new Error(answer.failure.message);
    return answer.value;
  }, photo);
  expect(patch.isWhole).toBe(true);
  const first = await fetched(patchUrl(patch.token ?? ""));
  expect(first).toMatchObject({ status: 200, cache: "no-store" });
  expect(first.bytes).toHaveLength(patch.width * patch.height * 4);
  expect((await fetched(patchUrl(patch.token ?? ""))).status).toBe(404);
});
