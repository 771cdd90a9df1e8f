import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import sharp, { type Metadata, type Sharp, type SharpOptions } from "sharp";
import type { Note, PhotoHeader } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { withoutPrefix } from "../core/exif.ts";
import { FORMATS, INPUT_EXTENSIONS, type OutputFormat } from "../core/formats.ts";
import { area, describeSize, type Rect, type Size } from "../core/geometry.ts";
import type { BitDepth, ColourChannels, Picture } from "../core/pixels.ts";
import { SNIFF_BYTES, sniffFormat } from "../core/sniff.ts";
import { firstQuantisationTable, isoOf, qualityOfTable, type Wear } from "../core/wear.ts";
import { systemError } from "../system/system-error.ts";

// Only the decoders of the formats that we name: an SVG or a PDF under a photo's name must not reach a parser.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["Jpeg", "Png", "Webp", "Tiff", "Heif", "Nsgif"].map((loader) => `VipsForeignLoad${loader}`),
});
sharp.cache(false);

/** How many threads libvips may use. */
export function setCodecThreads(threads: number): void {
  sharp.concurrency(threads);
}

/** Versions of the libraries underneath, for reports. */
export function codecVersions(): Readonly<Record<string, string>> {
  return { sharp: sharp.versions.sharp ?? "unknown", vips: sharp.versions.vips };
}

/** A header together with the metadata blocks that came with it. */
export interface ProbedPhoto {
  readonly header: PhotoHeader;
  readonly exif: Uint8Array | undefined;
  readonly xmp: string | undefined;
  readonly iptc: Uint8Array | undefined;
  readonly icc: Uint8Array | undefined;
  readonly density: number | undefined;
}

/** Spaces that are taken as they are; the others go through sRGB. */
const OWN_SPACES = new Set(["srgb", "rgb", "rgb16", "b-w", "grey16"]);
const CONVERTED_SPACES = new Set(["cmyk", "lab", "labs"]);

/**
 * Reads a photo's header; no pixel is decoded.
 * @param maxMegapixels larger photos are refused
 * @throws SilvergrainError SOURCE_* naming the file and what was expected
 */
export async function probePhoto(path: string, maxMegapixels: number): Promise<ProbedPhoto> {
  const name = basename(path);
  const format = formatOf(path, name);
  const metadata = await readMetadata(path, name, format);
  const { autoOrient, channels, depth, space } = metadata;
  const size = { width: autoOrient.width, height: autoOrient.height };
  if (area(size) > maxMegapixels * 1e6) {
    const megapixels = Math.round(area(size) / 1e6);
    throw new SilvergrainError(
      "SOURCE_TOO_LARGE",
      `${name} is ${describeSize(size)}, ${megapixels} megapixels; expected ${maxMegapixels} at most. Raise --max-megapixels to take it.`,
    );
  }
  if (depth !== "uchar" && depth !== "ushort") {
    throw unsupported(name, `8 or 16 bits a channel, but it stores ${depth} samples`);
  }
  if (!OWN_SPACES.has(space) && !CONVERTED_SPACES.has(space)) {
    throw unsupported(name, `gray, RGB, CMYK or Lab colours, but it stores ${space}`);
  }
  return {
    header: {
      format,
      size,
      channels,
      bits: depth === "ushort" && OWN_SPACES.has(space) ? 16 : 8,
      hasAlpha: metadata.hasAlpha,
      space,
      orientation: metadata.orientation ?? 1,
      pages: metadata.pages ?? 1,
      hasProfile: metadata.hasProfile,
      wear: wearOf(path, format, metadata.exif),
    },
    exif: metadata.exif,
    xmp: metadata.xmpAsString ?? metadata.xmp?.toString("utf8"),
    iptc: metadata.iptc,
    icc: metadata.icc,
    density: metadata.density,
  };
}

/** A decoded photo on disk: uncompressed tiled TIFFs, orientation baked, in the photo's own colour encoding. */
export interface DecodedPhoto {
  readonly colourPath: string;
  readonly alphaPath: string | undefined;
  readonly channels: ColourChannels;
  readonly bits: BitDepth;
  /** The profile to embed again; `undefined` where the colours were converted to sRGB or there was none. */
  readonly icc: Uint8Array | undefined;
  readonly notes: readonly Note[];
}

/**
 * Decodes the first page or frame to `${stem}.tif`, and its alpha to `${stem}.alpha.tif`.
 * @throws SilvergrainError SOURCE_CORRUPT where the pixels cannot be read whole
 */
export async function decodePhoto(path: string, photo: ProbedPhoto, stem: string): Promise<DecodedPhoto> {
  const { header } = photo;
  const converted = CONVERTED_SPACES.has(header.space);
  const gray = header.space === "b-w" || header.space === "grey16";
  const colourPath = `${stem}.tif`;
  const alphaPath = header.hasAlpha ? `${stem}.alpha.tif` : undefined;
  const open = () => sharp(path, { ...readOptions(), ignoreIcc: !converted }).autoOrient();
  try {
    await writeWorkingTiff(open().removeAlpha().toColourspace(spaceName(gray, header.bits)), colourPath);
    if (alphaPath !== undefined) {
      await writeWorkingTiff(open().extractChannel("alpha").toColourspace(spaceName(true, header.bits)), alphaPath);
    }
  } catch (error) {
    throw decodeError(error, basename(path));
  }
  const notes: Note[] = [];
  if (header.pages > 1) notes.push(header.format === "tiff" ? "first-page" : "first-frame");
  if (converted) notes.push("converted-to-srgb");
  return {
    colourPath,
    alphaPath,
    channels: gray ? 1 : 3,
    bits: header.bits,
    icc: converted ? undefined : photo.icc,
    notes,
  };
}

/** How a result is to be written. */
export interface EncodeOptions {
  readonly format: OutputFormat;
  readonly quality: number | undefined;
  readonly bits: BitDepth;
  readonly gray: boolean;
  readonly hasAlpha: boolean;
  /** Convert the colours through the working file's profile, because the format cannot carry it. */
  readonly convertToSrgb: boolean;
  readonly xmp: string;
  /** Bytes to leave room for in the EXIF block; `undefined` for no EXIF. See exif-slot.ts. */
  readonly exifReserve: string | undefined;
  /** Bytes of samples before compression; TIFF needs its 64-bit form beyond 4 GB. */
  readonly rawBytes: number;
}

/**
 * Encodes a working TIFF, with the profile, IPTC and density in its tags, to a file.
 * @throws SilvergrainError DISK_FULL, TARGET_UNWRITABLE, …
 */
export async function encodeResult(workingTiff: string, output: string, options: EncodeOptions): Promise<void> {
  const facts = FORMATS[options.format];
  const deep = options.bits === 16 && facts.holds16Bit;
  const convert = options.convertToSrgb;
  let image = sharp(workingTiff, { ignoreIcc: !convert, limitInputPixels: false, unlimited: true });
  if (options.hasAlpha && !facts.holdsAlpha) image = image.flatten({ background: "#ffffff" });
  image = image
    .toColourspace(spaceName(options.gray, deep ? 16 : 8))
    .keepMetadata()
    .withXmp(options.xmp);
  if (options.exifReserve !== undefined) image = image.withExif({ IFD0: { ImageDescription: options.exifReserve } });
  const quality = options.quality ?? facts.defaultQuality;
  try {
    await inFormat(image, options, quality).toFile(output);
  } catch (error) {
    throw systemError(error, output);
  }
}

/**
 * Reads a picture whole, as 8-bit gray or RGB in its own encoding, orientation baked, without alpha.
 * @throws SilvergrainError SOURCE_*
 */
export async function readWhole(path: string, maxMegapixels: number): Promise<Picture> {
  const { header } = await probePhoto(path, maxMegapixels);
  const converted = CONVERTED_SPACES.has(header.space);
  const gray = header.space === "b-w" || header.space === "grey16";
  try {
    const { data, info } = await sharp(path, { ...readOptions(), ignoreIcc: !converted })
      .autoOrient()
      .removeAlpha()
      .toColourspace(spaceName(gray, 8))
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { samples: data, size: { width: info.width, height: info.height }, channels: gray ? 1 : 3 };
  } catch (error) {
    throw decodeError(error, basename(path));
  }
}

/** Writes a picture as PNG. @throws SilvergrainError DISK_FULL, TARGET_UNWRITABLE, … */
export async function writePng({ samples, size, channels }: Picture, path: string): Promise<void> {
  try {
    await sharp(samples, { raw: { ...size, channels } })
      .toColourspace(spaceName(channels === 1, 8))
      .png()
      .toFile(path);
  } catch (error) {
    throw systemError(error, path);
  }
}

/** Writes a part of a working TIFF as PNG of 8 bits, with its profile. @throws SilvergrainError DISK_FULL, … */
export async function writePart(
  workingTiff: string,
  { x, y, ...size }: Rect,
  gray: boolean,
  path: string,
): Promise<void> {
  try {
    await sharp(workingTiff, { ignoreIcc: true, limitInputPixels: false, unlimited: true })
      .extract({ left: x, top: y, ...size })
      .toColourspace(spaceName(gray, 8))
      .keepIccProfile()
      .png({ compressionLevel: 1 })
      .toFile(path);
  } catch (error) {
    throw systemError(error, path);
  }
}

/** Reads an image at a smaller size as 8-bit samples, averaging what it covers; for the self-check. */
export async function readSmall(workingTiff: string, size: Size, channels: ColourChannels): Promise<Uint8Array> {
  const { data } = await sharp(workingTiff, { ignoreIcc: true, limitInputPixels: false, unlimited: true })
    .removeAlpha()
    .resize(size.width, size.height, { fit: "fill", kernel: "linear" })
    .toColourspace(spaceName(channels === 1, 8))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data;
}

function inFormat(image: Sharp, options: EncodeOptions, quality: number | undefined): Sharp {
  const lossy = quality === undefined ? {} : { quality };
  switch (options.format) {
    case "jpeg":
      // Optimised Huffman tables need all coefficients at once: 4.5 GB for 384 megapixels, against 0.2 GB without (measured).
      return image.jpeg({ ...lossy, chromaSubsampling: "4:4:4", optimiseCoding: false });
    case "png":
      return image.png({ compressionLevel: 6 });
    case "webp":
      return image.webp({ ...lossy, smartSubsample: true });
    case "tiff":
      return image.tiff({ compression: "deflate", predictor: "horizontal", bigtiff: options.rawBytes > 3.9e9 });
    case "avif":
      return image.avif({ ...lossy, chromaSubsampling: "4:4:4" });
  }
}

function spaceName(gray: boolean, bits: BitDepth): string {
  if (gray) return bits === 16 ? "grey16" : "b-w";
  return bits === 16 ? "rgb16" : "srgb";
}

async function writeWorkingTiff(image: Sharp, path: string): Promise<void> {
  await image
    .tiff({ compression: "none", predictor: "none", tile: true, tileWidth: 256, tileHeight: 256, bigtiff: true })
    .toFile(path);
}

function readOptions(): SharpOptions {
  return { failOn: "error", limitInputPixels: false, unlimited: true, pages: 1 };
}

async function readMetadata(path: string, name: string, format: string): Promise<Metadata> {
  try {
    return await sharp(path, readOptions()).metadata();
  } catch (error) {
    if (/block|No codec|not support|compression format has not been built in/i.test(String(error))) {
      throw unsupported(
        name,
        `a photo that can be decoded here, but its ${format.toUpperCase()} variant is not known`,
        error,
      );
    }
    throw decodeError(error, name);
  }
}

function formatOf(path: string, name: string): string {
  const head = readHead(path, name);
  if (head.length === 0) {
    throw new SilvergrainError(
      "SOURCE_CORRUPT",
      `${name} is empty. Expected a photo; copy it again from where it came.`,
    );
  }
  const format = sniffFormat(head);
  const wanted = "a JPEG, PNG, WebP, TIFF, AVIF or GIF photo";
  if (format === "heic")
    throw unsupported(name, `${wanted}, but it is HEIC, which is not read yet; convert it to JPEG first`);
  const extension = extname(name).toLowerCase();
  // Raw files of many cameras are TIFFs whose first directory is only a preview.
  if (format === "tiff" && INPUT_EXTENSIONS[extension] !== "tiff") {
    throw unsupported(
      name,
      `${wanted}, but its content is a TIFF under the name of another format, as raw files are; develop it first`,
    );
  }
  if (format === undefined) throw unsupported(name, `${wanted}, but its content is of another kind`);
  return format;
}

/** What the header tells of compression and noise. It only advises, so a file that cannot be read so tells nothing. */
function wearOf(path: string, format: string, exif: Uint8Array | undefined): Wear {
  const iso = exif === undefined ? undefined : isoOf(withoutPrefix(exif));
  if (format !== "jpeg") return { jpegQuality: undefined, iso };
  let fd: number | undefined;
  try {
    const opened = openSync(path, "r");
    fd = opened;
    const table = firstQuantisationTable((offset, length) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(opened, bytes, 0, length, offset));
    });
    return { jpegQuality: table === undefined ? undefined : qualityOfTable(table), iso };
  } catch {
    return { jpegQuality: undefined, iso };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function readHead(path: string, name: string): Uint8Array {
  let fd: number;
  try {
    if (!statSync(path).isFile()) throw unsupported(name, "a file, but it is a folder or a device");
    fd = openSync(path, "r");
  } catch (error) {
    if (error instanceof SilvergrainError) throw error;
    throw systemError(error, path, "source");
  }
  try {
    const head = new Uint8Array(SNIFF_BYTES);
    return head.subarray(0, readSync(fd, head, 0, SNIFF_BYTES, 0));
  } catch (error) {
    throw systemError(error, path, "source");
  } finally {
    closeSync(fd);
  }
}

function decodeError(error: unknown, name: string): SilvergrainError {
  const known = systemError(error, name, "source");
  if (known.code === "DISK_FULL" || known.code === "SOURCE_MISSING") return known;
  const detail = (error instanceof Error ? error.message : String(error)).split("\n")[0];
  return new SilvergrainError(
    "SOURCE_CORRUPT",
    `${name} is damaged: expected a whole photo, but its data cannot be read to the end (${detail}). Copy it again from where it came.`,
    { cause: error },
  );
}

function unsupported(name: string, expectation: string, cause?: unknown): SilvergrainError {
  return new SilvergrainError("SOURCE_UNSUPPORTED", `${name} cannot be enhanced: expected ${expectation}.`, { cause });
}
