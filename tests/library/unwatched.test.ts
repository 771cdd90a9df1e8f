import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import type { LibraryEvent } from "../../main/library/library.ts";
import { namesIn, openLibrary, scanned, until, write } from "../helpers/library.ts";
import { tempDir } from "../helpers/temp.ts";

/** The machine's watches are used up, as inotify says it. */
class NoWatch extends EventEmitter {
  constructor() {
    super();
    setTimeout(() => this.emit("error", Object.assign(new Error("ENOSPC: no watches left"), { code: "ENOSPC" })), 5);
  }
  getWatched() {
    return {};
  }
  async close() {}
}

vi.mock("chokidar", () => ({ watch: () => new NoWatch() }));

test("a folder that cannot be watched says so, and is looked through when the window comes to the front", async () => {
  const root = tempDir();
  write(root, ["a.jpg"]);
  const library = openLibrary(tempDir());
  const notices: string[] = [];
  library.onEvent((event: LibraryEvent) => {
    if (event.type === "notice") notices.push(event.message);
  });
  await library.add([root]);
  await scanned(library);
  await until(() => notices.length > 0);
  expect(notices[0]).toContain(root);
  write(root, ["b.jpg"]);
  await library.rescanUnwatched();
  expect(namesIn(library)).toEqual(["a.jpg", "b.jpg"]);
  await until(() => library.page(0, 9).every(({ width }) => width === 4));
  await new Promise((resolve) => setTimeout(resolve, 50));
  // Once is enough.
  expect(notices).toHaveLength(1);
});
