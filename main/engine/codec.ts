import { rm } from "node:fs/promises";
import { basename } from "node:path";
import sharp, { type Metadata, type Sharp, type SharpOptions } from "sharp";
import type { EncodingDetails, SharpenFor } from "../core/encoding.ts";
import type { Note, PhotoHeader } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { FORMATS, type OutputFormat } from "../core/formats.ts";
import { area, describeSize, type Rect, type Size } from "../core/geometry.ts";
import { profileName } from "../core/icc-name.ts";
import type { BitDepth, ColourChannels, Picture } from "../core/pixels.ts";
import { systemError } from "../system/system-error.ts";
import { formatOf, unsupported, wearOf } from "./photo-head.ts";
import { sharpenTiff } from "./sharpen-tiff.ts";

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
export function codecVersions(): { readonly sharp: string; readonly vips: string } {
  return { sharp: sharp.versions.sharp ?? "unknown", vips: sharp.versions.vips };
}

/** Whether JPEG XL can be written: sharp's own builds of libvips have no encoder for it. */
export function canWriteJpegXl(): boolean {
  return sharp.format.jxl?.output.file === true;
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

const THUMBNAIL_QUALITY = 80;
/** Encoded a second time, so that it should lose little. */
const EMBEDDED_QUALITY = 88;
const NEUTRAL_GRAY = "#808080";
const WHITE = "#ffffff";

/** What makes a picture upright, by its EXIF Orientation (CIPA DC-008-2023, 4.6.5.1.6). Degrees are clockwise. */
const TURNS: Readonly<Record<number, { readonly mirrored: boolean; readonly degrees: number }>> = {
  2: { mirrored: true, degrees: 0 },
  3: { mirrored: false, degrees: 180 },
  4: { mirrored: true, degrees: 180 },
  5: { mirrored: true, degrees: 270 },
  6: { mirrored: false, degrees: 90 },
  7: { mirrored: true, degrees: 90 },
  8: { mirrored: false, degrees: 270 },
};

/** Spaces that are taken as they are; the others go through sRGB. */
const OWN_SPACES = new Set(["srgb", "rgb", "rgb16", "b-w", "grey16"]);
const CONVERTED_SPACES = new Set(["cmyk", "lab", "labs"]);

/**
 * Reads a photo's header; no pixel is decoded.
 * @param maxMegapixels larger photos are refused
 * @param bytes the whole file, where it was read already: the file itself is not looked at then
 * @throws SilvergrainError SOURCE_* naming the file and what was expected
 */
export async function probePhoto(path: string, maxMegapixels: number, bytes?: Uint8Array): Promise<ProbedPhoto> {
  const name = basename(path);
  const format = formatOf(path, bytes);
  const metadata = await readMetadata(bytes ?? path, name, format);
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
      wear: wearOf(path, format, metadata.exif, bytes),
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
  const gray = isGray(header.space);
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

/**
 * How a result is to be written. Details that are not given: plain JPEG at 4:4:4, PNG at level 6, lossy WebP, TIFF by
 * deflate.
 */
export interface EncodeOptions extends EncodingDetails {
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
  /** Sharpened for it before it is encoded; a second working file is written for that. Not at all where not given. */
  readonly sharpen?: SharpenFor | undefined;
}

/**
 * Encodes a working TIFF, with the profile, IPTC and density in its tags, to a file.
 * @throws SilvergrainError DISK_FULL, TARGET_UNWRITABLE, …
 */
export async function encodeResult(workingTiff: string, output: string, options: EncodeOptions): Promise<void> {
  if (options.sharpen === undefined || options.sharpen === "none") return encode(workingTiff, output, options);
  const sharpened = `${output}.sharpened.tif`;
  try {
    await sharpenTiff(workingTiff, sharpened, options.sharpen);
    await encode(sharpened, output, options);
  } catch (error) {
    throw systemError(error, output);
  } finally {
    await rm(sharpened, { force: true });
  }
}

async function encode(workingTiff: string, output: string, options: EncodeOptions): Promise<void> {
  const facts = FORMATS[options.format];
  const deep = options.bits === 16 && facts.holds16Bit;
  const convert = options.convertToSrgb;
  let image = sharp(workingTiff, { ignoreIcc: !convert, limitInputPixels: false, unlimited: true });
  if (options.hasAlpha && !facts.holdsAlpha) image = image.flatten({ background: WHITE });
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
  const gray = isGray(header.space);
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

/**
 * A photo as a JPEG to be looked at: its first page or frame, upright, in sRGB, on neutral gray where it is transparent,
 * with no metadata.
 * @param input path of the photo, or the bytes of the file
 * @param size what it is to measure, upright; of a JPEG, only as much is decoded as that takes
 * @throws SilvergrainError SOURCE_CORRUPT where the pixels cannot be read whole
 */
export async function encodeThumbnail(
  input: string | Uint8Array,
  name: string,
  { bits, hasProfile, space }: PhotoHeader,
  size: Size,
): Promise<Uint8Array> {
  try {
    // sharp passes 16-bit colours through Display P3 and leaves 16-bit gray as it is: those are cut to 8 bits first.
    const cut = bits === 16 && hasProfile ? await shrunkAsItIs(input, isGray(space), size) : undefined;
    return await forViewing(cut === undefined ? shrunk(sharp(input, readOptions()), size) : sharp(cut))
      .jpeg({ quality: THUMBNAIL_QUALITY })
      .toBuffer();
  } catch (error) {
    throw decodeError(error, name);
  }
}

/**
 * Decodes the first page or frame of a picture as it is to be looked at, like `encodeThumbnail`, at its full size, to RGB
 * of 8 bits in libvips' own format; see growing-rows.ts.
 * @param output ends in .v
 * @throws SilvergrainError SOURCE_CORRUPT where the pixels cannot be read whole, DISK_FULL
 */
export async function decodeForViewing(
  input: string,
  name: string,
  { bits, hasProfile, space }: PhotoHeader,
  output: string,
): Promise<void> {
  const cut = `${output}.cut.tif`;
  const isCut = bits === 16 && hasProfile;
  try {
    if (isCut) {
      const whole = sharp(input, { ...readOptions(), ignoreIcc: true }).autoOrient();
      await writeWorkingTiff(whole.toColourspace(spaceName(isGray(space), 8)).keepIccProfile(), cut);
    }
    const image = isCut ? sharp(cut, readOptions()) : sharp(input, readOptions()).autoOrient();
    await forViewing(image).toFile(output);
  } catch (error) {
    throw decodeError(error, name);
  } finally {
    await rm(cut, { force: true });
  }
}

/**
 * Decodes the first page or frame of a picture in sRGB to libvips' own format: RGB, and alpha where there is any. Colours
 * that are in sRGB already, or say nothing, are taken as they are. It stays turned as it is stored: sharp would hold all
 * of it in memory to turn it, 1.2 GB of 384 megapixels.
 * @param bits 16 only for a picture that `canBeSrgb16` says so of
 * @param output ends in .v
 * @throws SilvergrainError SOURCE_CORRUPT where the pixels cannot be read whole, DISK_FULL
 */
export async function decodeToSrgb(
  input: string,
  name: string,
  photo: ProbedPhoto,
  bits: BitDepth,
  output: string,
): Promise<void> {
  const { header } = photo;
  const cut = `${output}.cut.tif`;
  const ignoreIcc = isSrgb(photo.icc) && OWN_SPACES.has(header.space);
  const isCut = header.bits === 16 && bits === 8 && header.hasProfile && !ignoreIcc;
  try {
    if (isCut) {
      const whole = sharp(input, { ...readOptions(), ignoreIcc: true });
      await writeWorkingTiff(whole.toColourspace(spaceName(isGray(header.space), 8)).keepIccProfile(), cut);
    }
    const image = isCut ? sharp(cut, readOptions()) : sharp(input, { ...readOptions(), ignoreIcc });
    const colour = image.toColourspace(spaceName(false, bits));
    // sharp passes 16-bit colours with a profile through Display P3, and leaves them there unless sRGB is asked for.
    const isPassedOn = bits === 16 && header.hasProfile && !ignoreIcc;
    await (isPassedOn ? colour.withIccProfile("srgb") : colour).toFile(output);
  } catch (error) {
    throw decodeError(error, name);
  } finally {
    await rm(cut, { force: true });
  }
}

/** Whether a picture can be had in sRGB of 16 bits: it has as many, and sharp does not convert gray ones of them. */
export function canBeSrgb16({ header: { bits, space, hasProfile } }: ProbedPhoto): boolean {
  return bits === 16 && !(isGray(space) && hasProfile);
}

/** libvips' sRGB profile. */
export async function srgbProfile(): Promise<Uint8Array> {
  const black = sharp({ create: { width: 1, height: 1, channels: 3, background: "#000" } });
  const { icc } = await sharp(await black.withIccProfile("srgb").png().toBuffer()).metadata();
  if (icc === undefined) throw new Error("libvips has no sRGB profile");
  return icc;
}

function isSrgb(icc: Uint8Array | undefined): boolean {
  return icc !== undefined && /^sRGB\b/.test(profileName(icc) ?? "");
}

/** Puts a working TIFF with alpha on white, as a format without it has it; the profile stays. */
export async function flattenOnWhite(
  workingTiff: string,
  gray: boolean,
  bits: BitDepth,
  output: string,
): Promise<void> {
  const image = sharp(workingTiff, { ignoreIcc: true, limitInputPixels: false, unlimited: true });
  const flat = image.flatten({ background: WHITE }).toColourspace(spaceName(gray, bits));
  await writeWorkingTiff(flat.keepIccProfile(), output);
}

/** The same at another size, whole in memory. @throws SilvergrainError SOURCE_CORRUPT */
export async function readForViewing(
  input: string,
  name: string,
  { bits, hasProfile, space }: PhotoHeader,
  size: Size,
): Promise<Uint8Array> {
  try {
    const cut = bits === 16 && hasProfile ? await shrunkAsItIs(input, isGray(space), size) : undefined;
    const image = cut === undefined ? shrunk(sharp(input, readOptions()), size) : sharp(cut);
    return await forViewing(image).raw({ depth: "uchar" }).toBuffer();
  } catch (error) {
    throw decodeError(error, name);
  }
}

function forViewing(image: Sharp): Sharp {
  return image.flatten({ background: NEUTRAL_GRAY }).toColourspace("srgb");
}

/** The picture in 8 bits of its own encoding, with its profile. */
async function shrunkAsItIs(input: string | Uint8Array, gray: boolean, size: Size): Promise<Uint8Array> {
  return shrunk(sharp(input, { ...readOptions(), ignoreIcc: true }), size)
    .toColourspace(spaceName(gray, 8))
    .keepIccProfile()
    .png({ compressionLevel: 0 })
    .toBuffer();
}

function shrunk(image: Sharp, size: Size): Sharp {
  return image.autoOrient().resize(size.width, size.height, { fit: "fill" });
}

/**
 * A part of a small JPEG, turned upright.
 * @param within chooses the part by the size that the JPEG has as it is stored; `undefined` for none
 * @param orientation as EXIF counts it, 1 to 8
 * @returns `undefined` where it is no JPEG that can be decoded whole, or none of it is wanted
 */
export async function cutJpeg(
  jpeg: Uint8Array,
  within: (stored: Size) => Rect | undefined,
  orientation: number,
): Promise<(Size & { readonly jpeg: Uint8Array }) | undefined> {
  try {
    const { format, width, height } = await sharp(jpeg, readOptions()).metadata();
    const part = format === "jpeg" ? within({ width, height }) : undefined;
    if (part === undefined) return undefined;
    const { x, y, ...size } = part;
    const turned = upright(sharp(jpeg, readOptions()).extract({ left: x, top: y, ...size }), orientation);
    const { data, info } = await turned
      .toColourspace("srgb")
      .jpeg({ quality: EMBEDDED_QUALITY })
      .toBuffer({ resolveWithObject: true });
    return { jpeg: data, width: info.width, height: info.height };
  } catch {
    // It is only a stand-in until there is a thumbnail of our own, which will say what is wrong with the photo.
    return undefined;
  }
}

/** Size in px of a JPEG that can be decoded to its end; `undefined` for anything else. */
export async function sizeOfWholeJpeg(bytes: Uint8Array): Promise<Size | undefined> {
  try {
    const image = sharp(bytes, readOptions());
    if ((await image.metadata()).format !== "jpeg") return undefined;
    const { info } = await image.raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height };
  } catch {
    return undefined;
  }
}

/** The mirroring first, then the turn, which is also the order in which sharp does them. */
function upright(image: Sharp, orientation: number): Sharp {
  const { mirrored, degrees } = TURNS[orientation] ?? { mirrored: false, degrees: 0 };
  return (mirrored ? image.flop() : image).rotate(degrees);
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
      // Progressive scans, which are mozjpeg's, do so too.
      return image.jpeg({
        ...lossy,
        chromaSubsampling: options.chroma ?? "4:4:4",
        ...(options.mozjpeg === true ? { mozjpeg: true } : { optimiseCoding: false }),
      });
    case "png":
      return image.png({ compressionLevel: options.pngLevel ?? 6 });
    case "webp":
      return image.webp(options.lossless === true ? { lossless: true } : { ...lossy, smartSubsample: true });
    case "tiff": {
      const compression = options.tiffCompression ?? "deflate";
      const predictor = compression === "none" ? "none" : "horizontal";
      return image.tiff({ compression, predictor, bigtiff: options.rawBytes > 3.9e9 });
    }
    case "avif":
      return image.avif({ ...lossy, chromaSubsampling: "4:4:4" });
  }
}

function isGray(space: string): boolean {
  return space === "b-w" || space === "grey16";
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

async function readMetadata(input: string | Uint8Array, name: string, format: string): Promise<Metadata> {
  try {
    return await sharp(input, readOptions()).metadata();
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

/**
 * A line of text as Pango sets it, in the machine's faces. @param sizePx height of the type
 * @returns how much of each px is ink, 0 to 255, row by row
 */
export async function drawText(text: string, sizePx: number): Promise<Size & { readonly coverage: Uint8Array }> {
  // The text is Pango's markup: https://docs.gtk.org/Pango/pango_markup.html
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const line = sharp({ text: { text: plain, font: `sans ${sizePx}`, dpi: 72, rgba: true } });
  const { data, info } = await line.extractChannel("alpha").raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, coverage: new Uint8Array(data) };
}
