import type { Rect, Size } from "../../geometry.ts";
import { setFilter } from "./tile-textures.ts";

/** Where is painted: the canvas, or a part of the surface beside it. */
export interface Target {
  readonly framebuffer: WebGLFramebuffer | null;
  readonly viewport: Size;
  /** Device px to clip coordinates: factors, then offsets. */
  readonly toClip: readonly [number, number, number, number];
  /** Px of the target to device px: offsets, then factors. */
  readonly toDevice: readonly [number, number, number, number];
}

/** The canvas: its lowest row is the first one of WebGL. */
export function canvasTarget(size: Size): Target {
  return {
    framebuffer: null,
    viewport: size,
    toClip: [2 / size.width, -2 / size.height, -1, 1],
    toDevice: [0, size.height, 1, -1],
  };
}

/** A texture that can be painted on, as large as it once had to be. */
export class Offscreen {
  readonly texture: WebGLTexture;
  readonly framebuffer: WebGLFramebuffer;
  private size: Size = { width: 0, height: 0 };

  /** @param format RGBA8 or RGBA16F */
  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly format: number,
  ) {
    this.texture = gl.createTexture();
    this.framebuffer = gl.createFramebuffer();
  }

  /** For an area of the surface, its first row at the top. */
  target(area: Rect): Target {
    this.grow(area);
    return {
      framebuffer: this.framebuffer,
      viewport: area,
      toClip: [2 / area.width, 2 / area.height, (-2 * area.x) / area.width - 1, (-2 * area.y) / area.height - 1],
      toDevice: [area.x, area.y, 1, 1],
    };
  }

  close(): void {
    this.gl.deleteFramebuffer(this.framebuffer);
    this.gl.deleteTexture(this.texture);
  }

  private grow({ width, height }: Size): void {
    if (width <= this.size.width && height <= this.size.height) return;
    this.size = { width: Math.max(width, this.size.width), height: Math.max(height, this.size.height) };
    const { gl } = this;
    const type = this.format === gl.RGBA8 ? gl.UNSIGNED_BYTE : gl.HALF_FLOAT;
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, this.format, this.size.width, this.size.height, 0, gl.RGBA, type, null);
    setFilter(gl, gl.NEAREST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
  }
}
