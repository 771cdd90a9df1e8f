import { expect, test } from "vitest";
import { PageLine } from "../../main/app/page-line.ts";
import type { AppEvent } from "../../preload/contract.ts";

const notice: AppEvent = { type: "notice", code: "INTERNAL", message: "Something." };
const folders: AppEvent = { type: "folders", folders: [] };

function pageThatNotes(told: AppEvent[]) {
  return { isDestroyed: () => false, send: (_channel: string, event: AppEvent) => void told.push(event) };
}

test("sentences wait for a page that listens; what the page asks for anyway does not", () => {
  const line = new PageLine("event");
  line.tell(notice);
  const told: AppEvent[] = [];
  line.begin(pageThatNotes(told));
  line.tell(folders);
  expect(told).toEqual([]);
  line.heard();
  expect(told).toEqual([notice]);
  line.tell(folders);
  expect(told).toEqual([notice, folders]);
});

test("a page that is loaded again, or is gone, is told nothing until it listens", () => {
  const line = new PageLine("event");
  const told: AppEvent[] = [];
  const page = pageThatNotes(told);
  line.begin(page);
  line.heard();
  line.begin(page);
  line.tell(notice);
  line.end();
  line.heard();
  expect(told).toEqual([]);
  line.begin(page);
  line.heard();
  expect(told).toEqual([notice]);
});
