import { SilvergrainError } from "../../core/errors.ts";
import { halvesToFloats } from "../../core/half.ts";
import type { NcnnLayer } from "./param.ts";

/** Marks before a weight array (ncnn's modelbin.cpp): what its numbers are stored as. */
const FLAG_FLOAT16 = 0x01306b47;
const FLAG_FLOAT32 = 0;
const FLAG_FLOAT32_MARKED = 0x0002c056;
const FLAG_INT8 = 0x000d4b38;

/** Reads the arrays of a `.bin` file in the order of the layers. */
export class NcnnWeights {
  private readonly view: DataView;
  private at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** An array with a mark before it: float16 or float32. @throws SilvergrainError MODEL_CORRUPT, MODEL_UNSUPPORTED */
  marked(count: number, layer: NcnnLayer): Float32Array {
    this.need(4, layer);
    const flag = this.view.getUint32(this.at, true);
    this.at += 4;
    if (flag === FLAG_FLOAT16) {
      // Padded to whole 32-bit words.
      const padded = Math.ceil(count / 2) * 4;
      this.need(padded, layer);
      const halves = new Uint16Array(this.copy(2 * count));
      this.at += padded;
      return this.checked(halvesToFloats(halves), layer);
    }
    if (flag === FLAG_FLOAT32 || flag === FLAG_FLOAT32_MARKED) return this.plain(count, layer);
    if (flag === FLAG_INT8) {
      throw new SilvergrainError(
        "MODEL_UNSUPPORTED",
        `${this.file} holds 8-bit weights (layer ${layer.name}). Expected 16- or 32-bit ones; take the model that is not quantised.`,
      );
    }
    throw this.corrupt(
      layer,
      `its weights begin with the mark 0x${flag.toString(16).padStart(8, "0")}, which is neither float16 nor float32`,
    );
  }

  /** An array of float32 without a mark. */
  plain(count: number, layer: NcnnLayer): Float32Array {
    this.need(count * 4, layer);
    const floats = new Float32Array(this.copy(count * 4));
    this.at += count * 4;
    return this.checked(floats, layer);
  }

  /** @throws SilvergrainError MODEL_CORRUPT where bytes are left that no layer asked for */
  finish(): void {
    const left = this.bytes.length - this.at;
    if (left === 0) return;
    throw new SilvergrainError(
      "MODEL_CORRUPT",
      `${this.file} is ${left} bytes longer than its .param file asks for. The two do not belong together, or it is damaged.`,
    );
  }

  private need(count: number, layer: NcnnLayer): void {
    if (!(count >= 0 && this.at + count <= this.bytes.length)) {
      throw this.corrupt(
        layer,
        `its weights need ${count} bytes, but ${this.bytes.length - this.at} are left. It may be cut short`,
      );
    }
  }

  /** The next bytes, aligned. ncnn's files are little-endian, and so is every machine that this program runs on. */
  private copy(count: number): ArrayBuffer {
    return new Uint8Array(this.bytes.subarray(this.at, this.at + count)).buffer;
  }

  private checked(values: Float32Array, layer: NcnnLayer): Float32Array {
    // One sum instead of millions of calls: it is finite only where every value is, since no weights add up to 1e38.
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += Math.abs(values[i] as number);
    if (Number.isFinite(sum)) return values;
    throw this.corrupt(layer, "its weights hold values that are not numbers");
  }

  private corrupt(layer: NcnnLayer, what: string): SilvergrainError {
    return new SilvergrainError(
      "MODEL_CORRUPT",
      `${this.file} is damaged at layer ${layer.name} (line ${layer.line} of the .param file): ${what}.`,
    );
  }
}
