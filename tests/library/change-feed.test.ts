import { expect, test } from "vitest";
import type { PhotoRow } from "../../main/core/viewing.ts";
import { ChangeFeed } from "../../main/library/change-feed.ts";
import type { LibraryEvent } from "../../main/library/library.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function listening() {
  const events: LibraryEvent[] = [];
  const feed = new ChangeFeed(
    (ids) => ids.map((id) => ({ id }) as PhotoRow),
    () => [],
  );
  const end = feed.listen((event) => events.push(event));
  const photos = () => events.flatMap((event) => (event.type === "photos" ? [event] : []));
  return { feed, events, photos, end };
}

test("the first change is told at once, others ten times a second at most, each photo as it is in the end", async () => {
  const { feed, photos } = listening();
  feed.changed([1]);
  await wait(30);
  expect(photos()).toHaveLength(1);
  const since = performance.now();
  while (performance.now() - since < 450) {
    feed.changed([1, 2, 3]);
    feed.gone([3]);
    await wait(2);
  }
  await wait(120);
  expect(photos().length).toBeGreaterThan(3);
  expect(photos().length).toBeLessThan(8);
  expect(photos()[1]?.changed.map(({ id }) => id)).toEqual([1, 2]);
  expect(photos()[1]?.gone).toEqual([3]);
});

test("fifty thousand changes come in parts, and all of them", async () => {
  const { feed, photos } = listening();
  feed.changed(Array.from({ length: 5000 }, (_, i) => i));
  await wait(650);
  expect(photos().map(({ changed }) => changed.length)).toEqual([1000, 1000, 1000, 1000, 1000]);
});

test("who has ended listening hears nothing more", async () => {
  const { feed, events, end } = listening();
  feed.changed([1]);
  end();
  await wait(30);
  expect(events).toEqual([]);
});
