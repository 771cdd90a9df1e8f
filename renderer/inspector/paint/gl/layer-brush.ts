import { overlap, type Rect } from "../../geometry.ts";
import type { TileStore } from "../../tiles/tile-store.ts";
import { around } from "../areas.ts";
import { patchPlace } from "../patch-places.ts";
import { type LaidLayer, type Piece, piecesOf } from "../pieces.ts";
import { BORDER_PX, spread } from "../sampling.ts";
import type { Brush, Paint, Sampled } from "./brush.ts";
import { KernelPass } from "./kernel-pass.ts";
import { PatchTextures } from "./patch-textures.ts";
import type { Clip } from "./programs.ts";
import { TileTextures } from "./tile-textures.ts";

/** Paints layers: the tiles that there are, and patches over them. */
export class LayerBrush {
  readonly textures: TileTextures;
  readonly patches: PatchTextures;
  private readonly kernels: KernelPass;

  constructor(
    private readonly brush: Brush,
    tiles: TileStore,
  ) {
    this.textures = new TileTextures(brush.gl, tiles);
    this.patches = new PatchTextures(brush.gl);
    this.kernels = new KernelPass(brush);
  }

  /** @param nothing painted where there is no photo, or nothing of it yet @param note is told of every piece */
  paint(laid: LaidLayer, area: Rect, clip: Clip | undefined, nothing: Paint, note: (piece: Piece) => void): void {
    for (const rect of around(area, laid.photo)) this.brush.fill(rect, nothing, clip);
    for (const piece of piecesOf(laid, area, (id) => this.textures.ready(id))) {
      note(piece);
      this.paintPiece(piece, clip, nothing);
    }
    this.paintPatches(laid, area, clip);
  }

  close(): void {
    this.textures.close();
    this.patches.keep([]);
    this.kernels.close();
  }

  private paintPiece(piece: Piece, clip: Clip | undefined, nothing: Paint): void {
    const texture = piece.tile && this.textures.of(piece.tile);
    if (texture === undefined) this.brush.fill(piece.rect, nothing, clip);
    else if (piece.sampling.kind === "kernel") this.kernels.paint(piece, texture, clip);
    else this.paintSampled(piece, piece.sampling.kind, texture, clip, clip?.circle !== undefined);
  }

  private paintPatches({ layer, at, photo }: LaidLayer, area: Rect, clip: Clip | undefined): void {
    const within = overlap(area, photo);
    if (within === undefined) return;
    for (const patch of layer.patches) {
      const place = patchPlace(patch, at, within);
      if (place !== undefined) this.paintSampled(place, place.kind, this.patches.of(patch), clip, true);
    }
  }

  private paintSampled(
    place: Sampled & { readonly rect: Rect },
    kind: "nearest" | "smooth",
    texture: WebGLTexture,
    clip: Clip | undefined,
    isBlended: boolean,
  ): void {
    const { gl } = this.brush;
    const program = this.brush.use(kind, clip);
    this.brush.bind(program, "tile", 0, texture);
    this.brush.sample(program, place);
    if (kind === "nearest") gl.uniform1f(program.at("border"), BORDER_PX);
    else gl.uniform2f(program.at("spread"), spread(place.stepX), spread(place.stepY));
    this.brush.paint(program, place.rect, isBlended);
  }
}
