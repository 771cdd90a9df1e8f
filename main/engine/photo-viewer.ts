import { basename } from "node:path";
import { embeddedJpeg, withoutBars } from "../core/embedded.ts";
import { factsOf, NO_FACTS, readFacts, type TakenFacts } from "../core/facts.ts";
import type { Size } from "../core/geometry.ts";
import { profileName } from "../core/icc-name.ts";
import type { PhotoDetails, Thumbnail, ThumbnailRequest } from "../core/viewing.ts";
import { readEnhancement, readRating } from "../core/xmp.ts";
import { systemError } from "../system/system-error.ts";
import { cutJpeg, type ProbedPhoto, probePhoto } from "./codec.ts";
import type { LaneControl } from "./enhancer.ts";
import { Lane } from "./lanes.ts";
import { formatOf, peekInto } from "./photo-head.ts";
import { makeThumbnail, writeInOneStep } from "./thumbnails.ts";

/** More would decode no faster on most machines, and hold more photos in memory. */
const THUMBNAILS_AT_A_TIME = 2;

/** Shows photos in this process; see `Viewer`. Works beside the enhancer, whatever that does. */
export class PhotoViewer {
  private readonly thumbnails = new Lane(THUMBNAILS_AT_A_TIME);
  private readonly embeddeds = new Lane(THUMBNAILS_AT_A_TIME);

  /** Reads header, EXIF and the profile's name. @throws SilvergrainError SOURCE_* */
  async details(path: string, maxMegapixels: number): Promise<PhotoDetails> {
    const photo = await probePhoto(path, maxMegapixels);
    const { header, icc } = photo;
    const { format, size, bits } = header;
    const profile = icc === undefined ? undefined : profileName(icc);
    const facts = { format, ...size, bits, ...takenFacts(path, photo), profile };
    return { header, facts, enhancement: readEnhancement(photo.xmp), rating: readRating(photo.xmp) };
  }

  /** Makes a thumbnail when it is its turn. @throws SilvergrainError SOURCE_*, DISK_FULL, TARGET_UNWRITABLE, CANCELLED */
  async thumbnail(request: ThumbnailRequest, control: LaneControl = {}): Promise<Thumbnail> {
    return inTurn(this.thumbnails, control, () => makeThumbnail(request, control.signal));
  }

  /**
   * Writes the thumbnail that lies in a JPEG, upright and without bars.
   * @throws SilvergrainError SOURCE_*, DISK_FULL, TARGET_UNWRITABLE, CANCELLED
   */
  async embedded(path: string, save: string, control: LaneControl = {}): Promise<Size | undefined> {
    return inTurn(this.embeddeds, control, async () => {
      if (formatOf(path) !== "jpeg") return undefined;
      const found = embeddedIn(path);
      if (found === undefined) return undefined;
      const cut = await cutJpeg(found.jpeg, (stored) => withoutBars(stored, found.photo), found.orientation);
      if (cut === undefined) return undefined;
      writeInOneStep(save, cut.jpeg);
      return { width: cut.width, height: cut.height };
    });
  }
}

function embeddedIn(path: string) {
  try {
    return peekInto(path, embeddedJpeg);
  } catch (error) {
    throw systemError(error, basename(path), "source");
  }
}

/** libvips keeps no EXIF of a TIFF: there it is spread over the file's own directories. */
function takenFacts(path: string, { header, exif }: ProbedPhoto): TakenFacts {
  if (header.format !== "tiff") return exif === undefined ? NO_FACTS : factsOf(exif);
  try {
    return peekInto(path, readFacts);
  } catch {
    // The header could be read a moment ago: whatever is wrong will be found out when the photo is wanted.
    return NO_FACTS;
  }
}

async function inTurn<T>(lane: Lane, { signal, onBegin }: LaneControl, work: () => Promise<T>): Promise<T> {
  const release = await lane.take({ signal });
  try {
    onBegin?.();
    return await work();
  } finally {
    release();
  }
}
