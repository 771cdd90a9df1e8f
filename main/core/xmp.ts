import type { Size } from "./geometry.ts";

/** What was done to a photo, noted in the result's XMP. Strings are escaped here. */
export interface EnhancementNote {
  readonly model: string;
  readonly modelSha256: string;
  readonly scale: number;
  readonly strength: number;
  readonly version: string;
  readonly sourceSha256: string;
}

/** What a result's note says of how it was made, as far as it can be read. */
export type EnhancementFacts = Pick<EnhancementNote, "model" | "scale" | "strength" | "sourceSha256">;

export const SILVERGRAIN_NAMESPACE = "urn:silvergrain:enhancement:1";
const COMPOSITE_NAMESPACE = "urn:silvergrain:composite:1";

/** The note of an earlier enhancement: a resource may have each property only once. */
const EARLIER_NOTE = new RegExp(
  `[ \\t]*<rdf:Description[^>]*xmlns:silvergrain="${SILVERGRAIN_NAMESPACE}"[^>]*/>\\r?\\n?`,
  "g",
);

/** What points to parts of the source file that a result does not have: video, gain map, the rest of a long packet. */
const LEFT_BEHIND = [
  "xmpNote:HasExtendedXMP",
  "GCamera:Mo\\w+Photo\\w*",
  "GCamera:MicroVideo\\w*",
  "Container:Directory",
  "hdrgm:\\w+",
];

const EMPTY_PACKET = [
  '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
  '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
  ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
  " </rdf:RDF>",
  "</x:xmpmeta>",
  '<?xpacket end="w"?>',
].join("\n");

/**
 * The photo's XMP made true for the result: orientation 1, the new dimensions, no embedded thumbnail, GPS only if
 * wanted, and a note of what was done. Everything else stays as it was, to the byte.
 *
 * @param packet the source's XMP, or `undefined` where it has none
 * @returns the new packet; where the source's is not XMP at all, a new one with only the note
 */
export function editXmp(
  packet: string | undefined,
  note: EnhancementNote,
  edit: { readonly size: Size; readonly stripGps: boolean },
): string {
  const sound = packet !== undefined && /<\/([\w-]+:)?RDF\s*>/.test(packet) ? packet : selfClosed(packet);
  let xmp = sound.replace(EARLIER_NOTE, "");
  xmp = setProperty(xmp, "tiff:Orientation", "1");
  xmp = setProperty(xmp, "tiff:ImageWidth", String(edit.size.width));
  xmp = setProperty(xmp, "tiff:ImageLength", String(edit.size.height));
  xmp = setProperty(xmp, "exif:PixelXDimension", String(edit.size.width));
  xmp = setProperty(xmp, "exif:PixelYDimension", String(edit.size.height));
  xmp = removeProperty(xmp, "xmp:Thumbnails");
  for (const property of LEFT_BEHIND) xmp = removeProperty(xmp, property);
  if (edit.stripGps) xmp = removeProperty(xmp, "[\\w-]+:[Gg][Pp][Ss]\\w*");
  const about = /rdf:about\s*=\s*("[^"]*"|'[^']*')/.exec(xmp)?.[1] ?? '""';
  return xmp.replace(
    /([ \t]*)<\/(?:[\w-]+:)?RDF\s*>/,
    (close, indent: string) => `${description(note, about, indent)}${close}`,
  );
}

/** What `editXmp` noted; `undefined` where a file is no result, or its note is not whole. */
export function readEnhancement(packet: string | undefined): EnhancementFacts | undefined {
  const note = packet?.match(EARLIER_NOTE)?.at(-1);
  const value = (name: string) => new RegExp(`\\ssilvergrain:${name}="([^"]*)"`).exec(note ?? "")?.[1];
  const [model, scale, strength, sourceSha256] = ["Model", "Scale", "Strength", "SourceSHA256"].map(value);
  if (model === undefined || sourceSha256 === undefined) return undefined;
  const facts = { model: plainXml(model), scale: Number(scale), strength: Number(strength), sourceSha256 };
  return Number.isFinite(facts.scale) && Number.isFinite(facts.strength) ? facts : undefined;
}

/** Stars, as xmp:Rating has them: 0 to 5, -1 for rejected (XMP part 1, 8.4). */
export function readRating(packet: string | undefined): number | undefined {
  const found = /\sxmp:Rating\s*=\s*["']([^"']*)["']|<xmp:Rating>([^<]*)</.exec(packet ?? "");
  const stars = Number(found?.[1] ?? found?.[2] ?? Number.NaN);
  return Number.isInteger(stars) && stars >= -1 && stars <= 5 ? stars : undefined;
}

/** What a composite was made of, noted in its XMP. Strings are escaped here. */
export interface CompositeNote {
  readonly kind: string;
  readonly baseline: string;
}

/** The XMP of a composite: only how it was made, for what its pictures carry is not true of all of it. */
export function compositeXmp({ kind, baseline }: CompositeNote): string {
  const attributes = `silvergrain:Kind="${escapeXml(kind)}" silvergrain:Baseline="${escapeXml(baseline)}"`;
  const note = `  <rdf:Description rdf:about="" xmlns:silvergrain="${COMPOSITE_NAMESPACE}" ${attributes}/>\n`;
  return EMPTY_PACKET.replace(" </rdf:RDF>", `${note} </rdf:RDF>`);
}

/** `<rdf:RDF …/>` opened up, or a packet of our own where there is nothing to build on. */
function selfClosed(packet: string | undefined): string {
  const opened = packet?.replace(/<((?:[\w-]+:)?RDF)(\s[^>]*)?\/>/, "<$1$2></$1>");
  return opened !== undefined && /<\/([\w-]+:)?RDF\s*>/.test(opened) ? opened : EMPTY_PACKET;
}

function description(note: EnhancementNote, about: string, indent: string): string {
  const properties = {
    Model: note.model,
    ModelSHA256: note.modelSha256,
    Scale: String(note.scale),
    Strength: String(note.strength),
    Version: note.version,
    SourceSHA256: note.sourceSha256,
  };
  const attributes = Object.entries(properties).map(([name, value]) => `silvergrain:${name}="${escapeXml(value)}"`);
  return `${indent} <rdf:Description rdf:about=${about} xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:silvergrain="${SILVERGRAIN_NAMESPACE}" ${attributes.join(" ")}/>\n`;
}

/** Sets a simple property where the packet has it, as attribute or as element; adds none. */
function setProperty(xmp: string, name: string, value: string): string {
  return xmp
    .replace(new RegExp(`(\\s${name}\\s*=\\s*)("[^"]*"|'[^']*')`, "g"), `$1"${value}"`)
    .replace(new RegExp(`(<${name}(?:\\s[^>]*)?>)[^<]*(</${name}\\s*>)`, "g"), `$1${value}$2`);
}

function removeProperty(xmp: string, namePattern: string): string {
  return xmp
    .replace(new RegExp(`\\s${namePattern}\\s*=\\s*("[^"]*"|'[^']*')`, "g"), "")
    .replace(new RegExp(`[ \\t]*<(${namePattern})(\\s[^>]*)?(/>|>[\\s\\S]*?</\\1\\s*>)\\r?\\n?`, "g"), "");
}

function plainXml(text: string): string {
  return text
    .replace(/&quot;/g, '"')
    .replace(/&gt;/g, ">")
    .replace(/&lt;/g, "<")
    .replace(/&amp;/g, "&");
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
