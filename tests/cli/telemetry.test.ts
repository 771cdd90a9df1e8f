import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silvergrain } from "../helpers/cli.ts";
import { folderOfPhotos } from "../helpers/enhance-run.ts";
import { tempDir } from "../helpers/temp.ts";

test("ONNX Runtime keeps no record of what was run, and no number of the machine, whatever the environment says", async () => {
  const [home, photos] = [tempDir(), tempDir()];
  const folder = await folderOfPhotos(photos, ["casa-mila.jpg"], 40);
  // Its records lie in the user's cache until they are sent.
  const env = { HOME: home, XDG_CACHE_HOME: join(home, "cache"), ORT_DISABLE_TELEMETRY: "0" };
  const { code } = await silvergrain(["enhance", folder, "--out", join(photos, "out"), "--device", "cpu"], { env });
  expect(code).toBe(0);
  expect(readdirSync(home, { recursive: true })).toEqual([]);
});
