import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { openApp } from "../helpers/app.ts";
import { ROOT } from "../helpers/models.ts";
import { SCREENS, settle } from "../helpers/screens.ts";
import { tempDir } from "../helpers/temp.ts";

/** Where pictures of every screen land, to be looked at. */
const FOLDER = join(ROOT, "build", "screens");

for (const language of ["en", "zh-CN"] as const) {
  for (const theme of ["dark", "light"] as const) {
    test(`screens, ${language}, ${theme}`, async () => {
      const folder = join(FOLDER, `${language}-${theme}`);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const home = tempDir();
      const open = await openApp({ home, size: [1440, 900], language, theme });
      try {
        for (const [i, { name, go }] of SCREENS.entries()) {
          await go(open, home);
          await settle(open.page);
          await open.page.screenshot({ path: join(folder, `${String(i + 1).padStart(2, "0")}-${name}.png`) });
        }
      } finally {
        await open.close();
      }
    });
  }
}
