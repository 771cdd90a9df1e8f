import { expect, test } from "vitest";
import { splitPath } from "../../renderer/split-path.ts";

test.each([
  ["/home/ana/Enhanced", "/home/ana", "/Enhanced"],
  ["/home/ana/Enhanced/", "/home/ana", "/Enhanced/"],
  ["C:\\Users\\Ana\\Enhanced", "C:\\Users\\Ana", "\\Enhanced"],
  ["\\\\nas\\photos", "\\\\nas", "\\photos"],
  ["/Enhanced", "", "/Enhanced"],
  ["C:\\", "", "C:\\"],
  ["/", "", "/"],
])("%j ends in its last folder", (path, head, tail) => {
  expect(splitPath(path)).toEqual([head, tail]);
  expect(splitPath(path).join("")).toBe(path);
});
