import type { Patch } from "../../scene.ts";
import { setFilter } from "./tile-textures.ts";

/** The textures of patches, as long as a scene has them. */
export class PatchTextures {
  private readonly textures = new Map<string, WebGLTexture>();

  constructor(private readonly gl: WebGL2RenderingContext) {}

  of(patch: Patch): WebGLTexture {
    const found = this.textures.get(patch.token);
    if (found !== undefined) return found;
    const { gl } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, patch.width, patch.height);
    const samples = premultiplied(patch.samples);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, patch.width, patch.height, gl.RGBA, gl.UNSIGNED_BYTE, samples);
    setFilter(gl, gl.LINEAR);
    this.textures.set(patch.token, texture);
    return texture;
  }

  /** Frees all but these. */
  keep(patches: readonly Patch[]): void {
    if (this.textures.size === 0) return;
    const kept = new Set(patches.map(({ token }) => token));
    for (const [token, texture] of this.textures) {
      if (kept.has(token)) continue;
      this.gl.deleteTexture(texture);
      this.textures.delete(token);
    }
  }
}

/** Colours times opacity, so that the colour of what is transparent does not bleed into what is beside it. */
function premultiplied(samples: Uint8Array): Uint8Array {
  const out = samples.slice();
  for (let i = 0; i < out.length; i += 4) {
    const alpha = out[i + 3] as number;
    if (alpha === 255) continue;
    for (let channel = i; channel < i + 3; channel++) {
      out[channel] = Math.round(((out[channel] as number) * alpha) / 255);
    }
  }
  return out;
}
