import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { PageData, PagePicture } from "../core/export.ts";
import { systemError } from "../system/system-error.ts";

/** A picture that goes into the page: a file that browsers show. */
export interface PictureFile {
  readonly picture: PagePicture;
  /** Absolute path. */
  readonly path: string;
}

/** Read and written at a time; a multiple of three, so that the pieces' base64 is that of the whole. */
const PIECE_BYTES = 3 * 1024 * 1024;

/**
 * Writes a page that holds everything it shows: it works from a disk without a network, and its policy lets no request
 * leave. Pictures go through in pieces, however many they are.
 * @param assets folder of the built script and style
 * @throws SilvergrainError SOURCE_*, DISK_FULL, TARGET_UNWRITABLE; what was written so far is left to the caller
 */
export async function writePage(
  path: string,
  data: PageData,
  pictures: readonly PictureFile[],
  assets: string,
): Promise<void> {
  const script = readFileSync(join(assets, "page.js"), "utf8").trim();
  const style = readFileSync(join(assets, "page.css"), "utf8").trim();
  try {
    const file = await open(path, "w");
    try {
      await file.writeFile(headOf(data, script, style));
      for (const picture of pictures) await addPicture(file, picture);
      await file.writeFile(`<script>${script}</script>\n</body>\n</html>\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw systemError(error, path);
  }
}

async function addPicture(target: FileHandle, { picture, path }: PictureFile): Promise<void> {
  await target.writeFile(`<script type="text/plain" id="${picture.id}">`);
  const source = await open(path, "r").catch((error: unknown) => {
    throw systemError(error, path, "source");
  });
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (;;) {
      const count = await fill(source, piece, path);
      await target.writeFile(piece.toString("base64", 0, count));
      if (count < PIECE_BYTES) break;
    }
  } finally {
    await source.close();
  }
  await target.writeFile("</script>\n");
}

/** Reads until the piece is full or the file ends: a short piece in the middle would end its base64. */
async function fill(source: FileHandle, piece: Buffer, path: string): Promise<number> {
  let count = 0;
  for (;;) {
    const { bytesRead } = await source.read(piece, count, piece.length - count).catch((error: unknown) => {
      throw systemError(error, path, "source");
    });
    count += bytesRead;
    if (bytesRead === 0 || count === piece.length) return count;
  }
}

function headOf(data: PageData, script: string, style: string): string {
  const policy = `default-src 'none'; img-src blob:; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="${data.language === "zh-CN" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Silvergrain</title>
<style>${style}</style>
</head>
<body>
<header><h1 id="title"></h1><span id="zoom"></span><button type="button" id="fit"></button><button type="button" id="full">100 %</button><button type="button" id="loupe-button" aria-pressed="false"></button></header>
<main>
<div id="stage" tabindex="0" role="application" aria-busy="true">
<div id="right"><img id="after" alt="" draggable="false"></div>
<div id="left"><img id="before" alt="" draggable="false"></div>
<div id="marks" aria-hidden="true"></div>
<div class="tag" id="tag-before"></div><div class="tag" id="tag-after"></div>
<div id="divider" role="slider" tabindex="0" aria-valuemin="0" aria-valuemax="100" aria-valuenow="50"></div>
<canvas id="loupe" hidden></canvas>
<p id="failed" role="alert" hidden></p>
</div>
<nav id="strip"><button type="button" id="previous">‹</button><ul id="list" tabindex="-1"></ul><button type="button" id="next">›</button></nav>
<section><h2 id="name" aria-live="polite"></h2><dl id="facts"></dl></section>
<section id="pins" hidden><h2 id="pins-title"></h2><div id="crops"></div></section>
</main>
<footer id="keys"></footer>
<script type="application/json" id="data">${scriptText(data)}</script>
`;
}

/** JSON that no text in it can end: names of files may hold anything. */
function scriptText(data: PageData): string {
  return JSON.stringify(data)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
