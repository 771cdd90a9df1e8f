/* Each worker of the window tests has a display of its own, where there are several: see scripts/xvfb.js. */
const displays = (process.env.DISPLAYS ?? "").split(",").filter((name) => name !== "");
const mine = displays[(Number(process.env.VITEST_POOL_ID ?? 1) - 1) % Math.max(1, displays.length)];
if (mine !== undefined) process.env.DISPLAY = mine;
