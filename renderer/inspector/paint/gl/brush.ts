import type { Point, Rect } from "../../geometry.ts";
import { type Clip, type Program, Programs } from "./programs.ts";
import type { ProgramName } from "./shaders.ts";
import type { Target } from "./target.ts";

/** A colour that is painted: red, green, blue and opacity from 0 to 1, not yet multiplied. */
export type Paint = readonly [number, number, number, number];

/** What is sampled: where that is, in its own px, at the centre of a device px, and from one to the next. */
export interface Sampled {
  readonly anchor: Point;
  readonly fromX: number;
  readonly fromY: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** Paints rectangles of device px on one target after the other. */
export class Brush {
  private readonly programs: Programs;
  private readonly quad: WebGLVertexArrayObject;
  private target: Target | undefined;

  constructor(readonly gl: WebGL2RenderingContext) {
    this.programs = new Programs(gl);
    this.quad = gl.createVertexArray();
    gl.bindVertexArray(this.quad);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DITHER);
  }

  /** Paints on a target from now on. @returns the one before */
  on(target: Target): Target | undefined {
    const before = this.target;
    this.target = target;
    this.gl.bindFramebuffer(this.gl.FRAMEBUFFER, target.framebuffer);
    this.gl.viewport(0, 0, target.viewport.width, target.viewport.height);
    return before;
  }

  /** Makes a rectangle of the target one colour, whatever was there. In px of the target. */
  clear({ x, y, width, height }: Rect, [red, green, blue, alpha]: Paint): void {
    const { gl } = this;
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(x, y, width, height);
    gl.clearColor(red, green, blue, alpha);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.disable(gl.SCISSOR_TEST);
  }

  /** Takes a program for the next rectangles. @param clip what is cut off px by px */
  use(name: ProgramName, clip: Clip | undefined, isSix = false): Program {
    const program = this.programs.use(name, clip, isSix);
    if (this.target !== undefined) {
      this.gl.uniform4fv(program.at("toClip"), this.target.toClip);
      this.gl.uniform4fv(program.at("toDevice"), this.target.toDevice);
    }
    return program;
  }

  /** Binds a texture to a unit and a sampler. */
  bind({ at }: Program, sampler: string, unit: number, texture: WebGLTexture): void {
    this.gl.activeTexture(this.gl.TEXTURE0 + unit);
    this.gl.bindTexture(this.gl.TEXTURE_2D, texture);
    this.gl.uniform1i(at(sampler), unit);
  }

  /** Says what the next rectangle samples. */
  sample({ at }: Program, { anchor, fromX, fromY, stepX, stepY }: Sampled): void {
    this.gl.uniform2f(at("anchor"), anchor.x, anchor.y);
    this.gl.uniform2f(at("from"), fromX, fromY);
    this.gl.uniform2f(at("by"), stepX, stepY);
  }

  /** Paints a rectangle. @param isBlended whether what is below shines through */
  paint({ at }: Program, { x, y, width, height }: Rect, isBlended: boolean): void {
    const { gl } = this;
    if (isBlended) gl.enable(gl.BLEND);
    else gl.disable(gl.BLEND);
    gl.uniform4f(at("rect"), x, y, width, height);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  /** Fills a rectangle, clipped. */
  fill(rect: Rect, [red, green, blue, alpha]: Paint, clip: Clip | undefined): void {
    const program = this.use("fill", clip);
    this.gl.uniform4f(program.at("paint"), red * alpha, green * alpha, blue * alpha, alpha);
    this.paint(program, rect, clip?.circle !== undefined || alpha < 1);
  }

  close(): void {
    this.programs.close();
    this.gl.deleteVertexArray(this.quad);
  }
}
