// `npm run silvergrain -- …`: builds first where the sources have changed, then becomes the command line.
import { fileURLToPath } from "node:url";
import { isFresh } from "./stamp.js";

const root = fileURLToPath(new URL("..", import.meta.url));
if (!isFresh(root)) {
  const { buildAll } = await import("./build.js");
  await buildAll();
}
await import("../dist/cli.js");
