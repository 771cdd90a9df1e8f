/** Bytes that are enough for `sniffFormat`. */
export const SNIFF_BYTES = 16;

/**
 * The image format that a file's first bytes announce, whatever its name says; `undefined` for anything else.
 * Signatures: JPEG (ITU T.81 B.1.1.3), PNG (W3C PNG 5.2), GIF89a, RIFF/WebP (RFC 9649), TIFF 6.0 and BigTIFF,
 * ISO base media brands of AVIF and HEIC.
 */
export function sniffFormat(head: Uint8Array): string | undefined {
  const text = String.fromCharCode(...head.subarray(0, SNIFF_BYTES));
  if (text.startsWith("\xff\xd8\xff")) return "jpeg";
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "gif";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "webp";
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return "tiff";
  if (text.slice(4, 8) === "ftyp") {
    const brand = text.slice(8, 12);
    if (brand === "avif" || brand === "avis" || brand === "mif1") return "avif";
    if (/^(hei[cxms]|hev[cxms])/.test(brand)) return "heic";
  }
  return undefined;
}
