import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { systemError } from "../system/system-error.ts";

/** A page that is one picture: a JPEG or a PNG of three channels with 8 bits, taken as sRGB. */
export interface PdfPage {
  /** Absolute path. */
  readonly path: string;
  readonly format: "jpeg" | "png";
  readonly width: number;
  readonly height: number;
}

/** Points of an inch. */
const POINTS = 72;
/** Px of an inch. */
const DPI = 300;
/** PNG: signature, and where its first chunk ends. */
const PNG_SIGNATURE_BYTES = 8;
/** A chunk's length and type; and the sum after it. */
const [CHUNK_HEAD_BYTES, CHUNK_SUM_BYTES] = [8, 4];

/** Bytes of a file, from `start` up to `end`. */
interface Piece {
  readonly start: number;
  readonly end: number;
}

/**
 * Writes a PDF 1.4 with one picture a page, as large as it is at 300 dpi (ISO 32000-1: 7.5 the file, 8.9 images). A JPEG
 * goes in as it is, of a PNG the packed rows, which are what Flate with a PNG predictor wants (7.4.4.4). Pictures go through
 * in pieces. The same pages give the same bytes: it holds no date and no number of its own.
 * @throws SilvergrainError DISK_FULL, TARGET_UNWRITABLE, SOURCE_*
 */
export async function writePdf(path: string, pages: readonly PdfPage[]): Promise<void> {
  try {
    const file = await open(path, "w");
    try {
      await new PdfWriter(file).write(pages);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw systemError(error, path);
  }
}

class PdfWriter {
  private at = 0;
  /** Where each object begins, by its number less one. */
  private readonly offsets: number[] = [];

  constructor(private readonly file: FileHandle) {}

  async write(pages: readonly PdfPage[]): Promise<void> {
    // Four bytes beyond ASCII say that the file is no text.
    await this.put(Buffer.from("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "latin1"));
    await this.object("<< /Type /Catalog /Pages 2 0 R >>");
    const kids = pages.map((_, i) => `${3 + 3 * i} 0 R`).join(" ");
    await this.object(`<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`);
    for (const page of pages) await this.page(page);
    const table = this.at;
    const rows = this.offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
    const count = this.offsets.length + 1;
    await this.put(Buffer.from(`xref\n0 ${count}\n0000000000 65535 f \n${rows}`, "latin1"));
    await this.put(Buffer.from(`trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`, "latin1"));
  }

  private async page(page: PdfPage): Promise<void> {
    const { path, format, width, height } = page;
    const [w, h] = [width, height].map((px) => ((px * POINTS) / DPI).toFixed(2));
    const first = this.offsets.length + 1;
    const resources = `<< /XObject << /P ${first + 2} 0 R >> >>`;
    await this.object(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${w} ${h}] /Resources ${resources} /Contents ${first + 1} 0 R >>`,
    );
    const content = `q ${w} 0 0 ${h} 0 0 cm /P Do Q`;
    await this.object(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    const pieces = await piecesOf(page);
    const bytes = pieces.reduce((sum, { start, end }) => sum + end - start, 0);
    const predictor = `/DecodeParms << /Predictor 15 /Colors 3 /BitsPerComponent 8 /Columns ${width} >>`;
    const filter = format === "jpeg" ? "/Filter /DCTDecode" : `/Filter /FlateDecode ${predictor}`;
    this.begin();
    const head = `${this.offsets.length} 0 obj\n<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 ${filter} /Length ${bytes} >>\nstream\n`;
    await this.put(Buffer.from(head, "latin1"));
    for (const { start, end } of pieces)
      for await (const part of createReadStream(path, { start, end: end - 1 })) await this.put(part as Buffer);
    await this.put(Buffer.from("\nendstream\nendobj\n", "latin1"));
  }

  private begin(): void {
    this.offsets.push(this.at);
  }

  private async object(text: string): Promise<void> {
    this.begin();
    await this.put(Buffer.from(`${this.offsets.length} 0 obj\n${text}\nendobj\n`, "latin1"));
  }

  private async put(bytes: Buffer): Promise<void> {
    await this.file.writeFile(bytes);
    this.at += bytes.length;
  }
}

/** What of a picture's file goes in: all of a JPEG, the data of a PNG. */
async function piecesOf({ path, format, width, height }: PdfPage): Promise<readonly Piece[]> {
  try {
    if (format === "jpeg") return [{ start: 0, end: (await stat(path)).size }];
    return await pngData(path, width, height);
  } catch (error) {
    throw systemError(error, path, "source");
  }
}

/** The contents of a PNG's IDAT chunks, which are one stream. */
async function pngData(path: string, width: number, height: number): Promise<readonly Piece[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const pieces: Piece[] = [];
    let at = PNG_SIGNATURE_BYTES;
    while (at + CHUNK_HEAD_BYTES <= size) {
      const { buffer } = await file.read(Buffer.alloc(CHUNK_HEAD_BYTES + 13), 0, CHUNK_HEAD_BYTES + 13, at);
      const length = buffer.readUInt32BE(0);
      const type = buffer.toString("latin1", 4, CHUNK_HEAD_BYTES);
      const start = at + CHUNK_HEAD_BYTES;
      if (type === "IHDR") refuseOther(buffer.subarray(CHUNK_HEAD_BYTES), width, height);
      if (type === "IDAT" && length > 0) pieces.push({ start, end: start + length });
      at = start + length + CHUNK_SUM_BYTES;
    }
    return pieces;
  } finally {
    await file.close();
  }
}

/** Our own pages are of one kind; another would come out as noise. */
function refuseOther(header: Buffer, width: number, height: number): void {
  const [bits, colour, , , interlace] = header.subarray(8, 13);
  const isOurs =
    header.readUInt32BE(0) === width &&
    header.readUInt32BE(4) === height &&
    bits === 8 &&
    colour === 2 &&
    interlace === 0;
  if (!isOurs) throw new Error("a page is no PNG of three channels with 8 bits");
}
