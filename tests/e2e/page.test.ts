import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openApp } from "../helpers/app.ts";
import { cellOf } from "../helpers/app-steps.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

test("what could not be added at the start is said, with the reason; the page can be loaded again", async () => {
  const home = tempDir();
  mkdirSync(join(home, "photos"));
  await card(60, 40)
    .png()
    .toFile(join(home, "photos", "a.png"));
  const open = await openApp({ home, paths: [join(home, "photos"), join(home, "gone.jpg")] });
  onTestFinished(() => open.close().catch(() => {}));
  const { page } = open;
  await expect
    .poll(() => page.locator(".notice").allTextContents())
    .toEqual(["gone.jpg could not be added. The file is not there any more."]);

  // As the button does that is shown where a view has stopped.
  await page.evaluate(() => {
    document.body.dataset.old = "yes";
    location.reload();
  });
  await cellOf(page, "a.png").waitFor();
  expect(await page.evaluate(() => document.body.dataset.old)).toBeUndefined();
});
