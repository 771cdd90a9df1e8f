import { type Taps, tapsAlong } from "../kernels.ts";
import type { Piece } from "../pieces.ts";
import type { Brush } from "./brush.ts";
import type { Clip } from "./programs.ts";
import { Offscreen } from "./target.ts";
import { setFilter } from "./tile-textures.ts";

/** Four numbers a px: where the taps begin and their first three weights; then the other three. */
const ROWS_PER_AXIS = 2;

/** Enlarges tiles by kernels, first across and then down, as main/core/resample.ts does; weights come in a texture. */
export class KernelPass {
  private readonly rows: Offscreen;
  private readonly table: WebGLTexture;
  private tableLength = 0;

  constructor(private readonly brush: Brush) {
    const { gl } = brush;
    this.rows = new Offscreen(gl, gl.RGBA16F);
    this.table = gl.createTexture();
  }

  paint(piece: Piece, texture: WebGLTexture, clip: Clip | undefined): void {
    const { brush } = this;
    const { gl } = brush;
    const { rect, anchor, fromX, fromY, stepX, stepY, sampling } = piece;
    if (sampling.kernel === undefined) return;
    const across = tapsAlong(
      { from: fromX, step: stepX, begin: rect.x - anchor.x, count: rect.width },
      sampling.kernel,
    );
    const down = tapsAlong({ from: fromY, step: stepY, begin: rect.y - anchor.y, count: rect.height }, sampling.kernel);
    this.fillTable(across, down);
    const isSix = across.taps === 6;
    const firstRow = down.starts[0] as number;
    const rows = (down.starts[rect.height - 1] as number) + down.taps - firstRow;

    const part = { x: 0, y: 0, width: rect.width, height: rows };
    const target = brush.on(this.rows.target(part));
    const first = brush.use("across", undefined, isSix);
    brush.bind(first, "tile", 0, texture);
    brush.bind(first, "taps", 1, this.table);
    gl.uniform1i(first.at("firstRow"), firstRow);
    brush.paint(first, part, false);

    if (target !== undefined) brush.on(target);
    const second = brush.use("down", clip, isSix);
    brush.bind(second, "rows", 0, this.rows.texture);
    brush.bind(second, "taps", 1, this.table);
    gl.uniform1i(second.at("firstRow"), firstRow);
    brush.paint(second, rect, clip?.circle !== undefined);
  }

  close(): void {
    this.rows.close();
    this.brush.gl.deleteTexture(this.table);
  }

  private fillTable(across: Taps, down: Taps): void {
    const { gl } = this.brush;
    const length = Math.max(across.starts.length, down.starts.length);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.table);
    if (length > this.tableLength) {
      this.tableLength = length;
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, length, 2 * ROWS_PER_AXIS, 0, gl.RGBA, gl.FLOAT, null);
      setFilter(gl, gl.NEAREST);
    }
    for (const [i, taps] of [across, down].entries()) {
      const count = taps.starts.length;
      gl.texSubImage2D(
        gl.TEXTURE_2D,
        0,
        0,
        i * ROWS_PER_AXIS,
        count,
        ROWS_PER_AXIS,
        gl.RGBA,
        gl.FLOAT,
        tableRows(taps, count),
      );
    }
  }
}

function tableRows({ taps, starts, weights }: Taps, count: number): Float32Array {
  const rows = new Float32Array(count * 4 * ROWS_PER_AXIS);
  for (let i = 0; i < count; i++) {
    rows[i * 4] = starts[i] as number;
    for (let tap = 0; tap < taps; tap++) {
      const at = tap < 3 ? i * 4 + 1 + tap : (count + i) * 4 + tap - 3;
      rows[at] = weights[i * taps + tap] as number;
    }
  }
  return rows;
}
