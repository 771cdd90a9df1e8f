import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LibraryEvent } from "../../main/library/library-event.ts";
import type { Books } from "../../main/system/books.ts";
import { namesIn, openLibrary, scanned, until, write } from "../helpers/library.ts";
import { tempDir } from "../helpers/temp.ts";

test("a disk that is full under the library is said; no folder is missing and no photo broken for it", async () => {
  const home = tempDir();
  const names = Array.from({ length: 3000 }, (_, i) => `photo ${String(i).padStart(4, "0")}.jpg`);
  write(join(home, "in"), names);
  const library = openLibrary(home);
  const loose: unknown[] = [];
  const note = (error: unknown) => void loose.push(error);
  process.on("unhandledRejection", note).on("uncaughtException", note);
  onTestFinished(() => void process.off("unhandledRejection", note).off("uncaughtException", note));
  const notices: LibraryEvent[] = [];
  library.onEvent((event) => {
    if (event.type === "notice") notices.push(event);
  });
  const { db } = (library as unknown as { store: { books: Books } }).store.books;
  db.exec("PRAGMA max_page_count = 60");

  await library.add([join(home, "in")]);
  await until(() => notices.length > 0, "the notice");
  await scanned(library);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(notices[0]).toMatchObject({ code: "DISK_FULL" });
  expect(library.folders()).toMatchObject([{ isMissing: false }]);
  expect(library.page(0, 5000).filter(({ error }) => error !== undefined)).toEqual([]);
  expect(loose).toEqual([]);

  db.exec("PRAGMA max_page_count = 100000");
  await library.rescanUnwatched();
  expect(namesIn(library)).toHaveLength(3000);
  await until(() => library.page(0, 5000).every(({ width }) => width !== undefined), "the headers");
});
