import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileFor, isOwnPage, photoAddress } from "../../main/app/addresses.ts";

const file = (url: string) => fileFor(url, "/app/page", "/app/assets/samples");

describe("the page's files", () => {
  test("lie in the built page, and samples in theirs", () => {
    expect(file("app://silvergrain/index.html")).toBe("/app/page/index.html");
    expect(file("app://silvergrain/fonts/inter.woff2")).toBe("/app/page/fonts/inter.woff2");
    expect(file("app://silvergrain/samples/srgan-x4-after.webp")).toBe("/app/assets/samples/srgan-x4-after.webp");
  });

  test.each([
    "app://other/index.html",
    "app://silvergrain.evil/index.html",
    "file:///app/page/index.html",
    "app://silvergrain/..%2f..%2fetc%2fpasswd.png",
    "app://silvergrain/samples/..%2f..%2fpage%2findex.html",
    "app://silvergrain/%00.png",
    "app://silvergrain/page.js.map",
    "app://silvergrain/",
    "app://silvergrain/%E0%A4%A.png",
    "nonsense",
  ])("%s leads nowhere", (url) => {
    expect(file(url)).toBeUndefined();
  });

  test("no address leads out of the two folders", () => {
    const part = fc.constantFrom("..", "%2e%2e", ".", "samples", "%2f", "\\", "%5c", "a.png", "x", "//", "%00");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const found = file(`app://silvergrain/${parts.join("/")}`);
        expect(found === undefined || /^\/app\/(page|assets\/samples)\/(?!.*\.\.\/)/.test(found)).toBe(true);
      }),
    );
  });
});

describe("the address of a photo", () => {
  test("is a kind, a number and a version", () => {
    expect(photoAddress("photo://thumbnail/17/new")).toEqual({ kind: "thumbnail", id: 17, version: "new" });
    expect(photoAddress(`photo://embedded/1/${"a".repeat(64)}`)?.kind).toBe("embedded");
  });

  test("is a tile of a picture, or a patch, by names that were handed out", () => {
    expect(photoAddress("photo://tile/k3y/0/12/7")).toEqual({ kind: "tile", key: "k3y", level: 0, x: 12, y: 7 });
    expect(photoAddress("photo://patch/t0ken")).toEqual({ kind: "patch", token: "t0ken" });
  });

  test("names no path, whatever is tried", () => {
    const part = fc.constantFrom(
      "..",
      "%2e%2e",
      "a",
      "0",
      "1",
      "tile",
      "/",
      "\\",
      "%2f",
      "?",
      "#",
      "-1",
      "1e3",
      " ",
      "\n",
    );
    fc.assert(
      fc.property(fc.constantFrom("tile", "patch"), fc.array(part, { maxLength: 8 }), (kind, parts) => {
        const found = photoAddress(`photo://${kind}/${parts.join("/")}`);
        if (found?.kind === "tile") {
          expect(found.key).toMatch(/^[0-9a-z]+$/);
          for (const number of [found.level, found.x, found.y]) expect(Number.isSafeInteger(number)).toBe(true);
        } else if (found !== undefined) expect(found.kind === "patch" && found.token).toMatch(/^[0-9a-z]+$/);
      }),
    );
  });

  test.each([
    "photo://tile/KEY/0/0/0",
    "photo://tile/k/00/0/0",
    "photo://tile/k/0/0",
    "photo://tile/k/0/0/0/0",
    "photo://tile/k/-1/0/0",
    "photo://tile/k/0/1234567/0",
    "photo://tile/../0/0/0",
    "photo://tile/k/0/0/0?x",
    "photo://patch/",
    "photo://patch/a/b",
    `photo://patch/${"a".repeat(65)}`,
    "photo://thumbnail/0/0",
    "photo://thumbnail/1",
    "photo://thumbnail/1/../x",
    "photo://file/1/0",
    "photo://thumbnail/01/0",
    "photo://thumbnail/1/0?x",
  ])("not %s", (url) => {
    expect(photoAddress(url)).toBeUndefined();
  });
});

test("a call comes from our page at the top of its window, or it is none", () => {
  const parent = { url: "app://silvergrain/index.html", parent: null };
  expect(isOwnPage(parent)).toBe(true);
  expect(isOwnPage(null)).toBe(false);
  expect(isOwnPage({ ...parent, parent })).toBe(false);
  expect(isOwnPage({ url: "app://silvergrain.evil/", parent: null })).toBe(false);
  expect(isOwnPage({ url: "https://silvergrain/", parent: null })).toBe(false);
  expect(isOwnPage({ url: "", parent: null })).toBe(false);
});
