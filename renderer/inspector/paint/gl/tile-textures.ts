import type { Tile } from "../../tiles/tile-grid.ts";
import type { TileStore } from "../../tiles/tile-store.ts";

/** Ms of a frame that may go into giving tiles to the graphics card. */
const UPLOAD_MS = 4;

/** The textures of tiles; the tile store counts them and says when they go. */
export class TileTextures {
  private readonly textures = new Map<Tile, WebGLTexture>();
  private deadline = 0;
  private isFirst = true;
  /** Whether there was more to upload than a frame has time for. */
  isShort = false;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly tiles: TileStore,
  ) {}

  beginFrame(): void {
    this.deadline = performance.now() + UPLOAD_MS;
    this.isFirst = true;
    this.isShort = false;
  }

  of(tile: Tile): WebGLTexture | undefined {
    return this.textures.get(tile);
  }

  /** A tile that can be painted: one that is there, whose texture is, or can be made within this frame. */
  ready(id: string): Tile | undefined {
    const tile = this.tiles.get(id);
    if (tile === undefined || this.textures.has(tile)) return tile;
    if (!this.isFirst && performance.now() >= this.deadline) {
      this.isShort = true;
      return undefined;
    }
    this.isFirst = false;
    this.upload(tile);
    return this.textures.has(tile) ? tile : undefined;
  }

  close(): void {
    this.tiles.release("all", this);
  }

  private upload(tile: Tile): void {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGB8, tile.width, tile.height);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, tile.width, tile.height, gl.RGB, gl.UNSIGNED_BYTE, tile.samples);
    setFilter(gl, gl.LINEAR);
    this.textures.set(tile, texture);
    this.tiles.hold(tile, this, tile.width * tile.height * 4, () => {
      this.textures.delete(tile);
      gl.deleteTexture(texture);
    });
  }
}

/** How the bound texture is sampled between its px; at its edge the last px are repeated. */
export function setFilter(gl: WebGL2RenderingContext, filter: number): void {
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
}
