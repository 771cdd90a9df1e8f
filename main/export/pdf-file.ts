import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { systemError } from "../system/system-error.ts";

/** A page that is one picture: a JPEG of three channels, without a profile of its own. */
export interface PdfPage {
  /** Absolute path. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** Points of an inch. */
const POINTS = 72;
/** Px of an inch. */
const DPI = 300;

/**
 * Writes a PDF 1.4 with one picture a page, as large as it is at 300 dpi (ISO 32000-1: 7.5 the file, 8.9 images). Pictures go
 * through in pieces. The same pages give the same bytes: it holds no date and no number of its own.
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

  private async page({ path, width, height }: PdfPage): Promise<void> {
    const [w, h] = [width, height].map((px) => ((px * POINTS) / DPI).toFixed(2));
    const first = this.offsets.length + 1;
    const resources = `<< /XObject << /P ${first + 2} 0 R >> >>`;
    await this.object(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${w} ${h}] /Resources ${resources} /Contents ${first + 1} 0 R >>`,
    );
    const content = `q ${w} 0 0 ${h} 0 0 cm /P Do Q`;
    await this.object(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    const { size } = await stat(path).catch((error: unknown) => {
      throw systemError(error, path, "source");
    });
    this.begin();
    const head = `${this.offsets.length} 0 obj\n<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${size} >>\nstream\n`;
    await this.put(Buffer.from(head, "latin1"));
    for await (const piece of createReadStream(path)) await this.put(piece as Buffer);
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
