import type { PhotoFacts } from "../../preload/contract.ts";
import type { FileStamp, PhotoHeader, StopSignal } from "./enhance.ts";
import type { Rect, Size } from "./geometry.ts";
import type { EnhancementFacts } from "./xmp.ts";

export type {
  BlindTest,
  Flag,
  Folder,
  Judgement,
  Label,
  PassedOverFile,
  PhotoFacts,
  PhotoRow,
  Pin,
} from "../../preload/contract.ts";

/** What a photo's header and EXIF say, before anything is decoded. */
export interface PhotoDetails {
  readonly header: PhotoHeader;
  readonly facts: Omit<PhotoFacts, "path" | "bytes">;
  /** How it was made, where it is a result of ours. */
  readonly enhancement?: EnhancementFacts | undefined;
  /** Stars that the file itself carries, 0 to 5; -1 for rejected. */
  readonly rating?: number | undefined;
}

/** A thumbnail to be made. Paths are absolute. */
export interface ThumbnailRequest {
  readonly path: string;
  readonly maxMegapixels: number;
  /** Longest side in px; smaller photos are not enlarged. */
  readonly longEdgePx: number;
  /** Folder of the cache: the file is called after the photo's content, `${sha256}.jpg`. */
  readonly folder: string;
}

/** A thumbnail that was made, or was there already. */
export interface Thumbnail {
  /** Of the photo's bytes. */
  readonly sha256: string;
  readonly size: Size;
  /** Absolute path, and its bytes. */
  readonly file: string;
  readonly bytes: number;
}

/** What shows photos: an engine in production, a fake in tests. Rejects with a SilvergrainError. */
export interface Viewer {
  /** Reads header and EXIF; cheap. */
  details(path: string, maxMegapixels: number): Promise<PhotoDetails>;
  /** Hashes the photo and makes its thumbnail: oriented, in sRGB, written to its final name in one step. */
  thumbnail(request: ThumbnailRequest, signal?: StopSignal): Promise<Thumbnail>;
  /**
   * Writes the thumbnail that the camera put into the file, oriented, as JPEG.
   * @returns its size; `undefined` where there is none that can be used
   */
  embedded(path: string, save: string): Promise<Size | undefined>;
}

/** A picture whose pyramid is wanted. Paths are absolute. */
export interface PyramidRequest {
  readonly path: string;
  /** The file's, where it must be that one. */
  readonly stamp: FileStamp | undefined;
  readonly maxMegapixels: number;
  /** The pyramid's own folder; whatever was in it is deleted first. */
  readonly folder: string;
}

/** A row of a level's tiles that can be read now. */
export interface TileRow {
  readonly level: number;
  readonly row: number;
  /** CRC-32 of each tile's record. */
  readonly checks: readonly number[];
  /** Of the quick and not quite exact tiles that come before the others. */
  readonly isPreview: boolean;
}

/** What makes pyramids: an engine in production, a fake in tests. Rejects with a SilvergrainError. */
export interface PyramidMaker {
  /** @param onTiles told of every row of tiles; begins anew where the engine had to be started again */
  pyramid(request: PyramidRequest, onTiles: (row: TileRow) => void, signal?: StopSignal): Promise<Size>;
}

/** A finished pyramid. */
export interface PyramidFiles extends Size {
  readonly folder: string;
}

/** A file of raw RGBA samples, and the part of it that is wanted. */
export interface PatchFile {
  readonly path: string;
  readonly size: Size;
  readonly part: Rect;
}

/** What is compared for a map of trust. */
export type TrustParts =
  | { readonly kind: "source"; readonly source: PyramidFiles; readonly result: PyramidFiles }
  | {
      readonly kind: "models";
      readonly faithful: PatchFile;
      readonly realistic: PatchFile;
      /** Of the patches to the photo. */
      readonly scale: number;
    };
