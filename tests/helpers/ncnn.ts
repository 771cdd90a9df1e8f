import { floatsToHalves } from "../../main/core/half.ts";
import type { NcnnFiles } from "../../main/models/ncnn/convert.ts";

/* Writes small ncnn networks: the text of a `.param` file and the bytes of its `.bin` file. */

/** Keys and values as they stand in a `.param` file; arrays are written under −23300 − key. */
export type Params = Readonly<Record<number, number | readonly number[]>>;

/** An array of a `.bin` file: with a mark before it (and float16 where the file is), or plain float32. */
export interface WeightSpec {
  readonly count: number;
  readonly isMarked: boolean;
  /** Values lie between −reach and reach, or between 0.25 · reach and reach where they must be positive. */
  readonly reach: number;
  readonly isPositive: boolean;
}

export interface LayerSpec {
  readonly type: string;
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly params?: Params;
  readonly weights?: readonly WeightSpec[];
}

export interface WriteOptions {
  readonly isHalf?: boolean;
  readonly seed?: number;
}

export interface WrittenNetwork extends NcnnFiles {
  /** Where the weights of each layer begin in the `.bin` file, and at last where it ends. */
  readonly starts: readonly number[];
}

export const FLAG_FLOAT16 = 0x01306b47;

export function layer(
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  params: Params = {},
  weights: readonly WeightSpec[] = [],
): LayerSpec {
  return { type, inputs, outputs, params, weights };
}

export function marked(count: number, reach = 1): WeightSpec {
  return { count, isMarked: true, reach, isPositive: false };
}

export function plain(count: number, reach = 1, isPositive = false): WeightSpec {
  return { count, isMarked: false, reach, isPositive };
}

/** The picture that a network begins with. */
export const INPUT: LayerSpec = layer("Input", [], ["data"]);

/** A Convolution, ConvolutionDepthWise or Deconvolution of so many channels, square unless `params` say otherwise. */
export function convolve(
  type: "Convolution" | "ConvolutionDepthWise" | "Deconvolution",
  blobs: readonly [string, string],
  channels: readonly [number, number],
  params: Params,
): LayerSpec {
  const [input, output] = blobs;
  const [from, to] = channels;
  const value = (key: number, otherwise: number): number => {
    const found = params[key];
    return typeof found === "number" ? found : otherwise;
  };
  const width = value(1, 1);
  const taps = width * value(11, width);
  const inner = from / value(7, 1);
  const weights = [marked(to * inner * taps, 1 / Math.sqrt(inner * taps))];
  if (value(5, 0) !== 0) weights.push(plain(to, 0.3));
  return layer(type, [input], [output], { 0: to, 1: width, ...params, 6: to * inner * taps }, weights);
}

export function innerProduct(
  blobs: readonly [string, string],
  channels: readonly [number, number],
  params: Params = {},
): LayerSpec {
  const [input, output] = blobs;
  const [from, to] = channels;
  const weights = [marked(from * to, 1 / Math.sqrt(from)), ...(params[1] === 1 ? [plain(to, 0.3)] : [])];
  return layer("InnerProduct", [input], [output], { 0: to, 2: from * to, ...params }, weights);
}

/** The two files of a network. Weights are the same for the same seed. */
export function writeNcnn(layers: readonly LayerSpec[], { isHalf = false, seed = 1 }: WriteOptions = {}) {
  const random = randomOf(seed);
  const parts: Uint8Array[] = [];
  const starts = [0];
  let at = 0;
  for (const { weights = [] } of layers) {
    for (const spec of weights) {
      const part = arrayBytes(spec, isHalf, random);
      parts.push(part);
      at += part.length;
    }
    starts.push(at);
  }
  const network: WrittenNetwork = {
    param: paramText(layers),
    paramName: "test.param",
    bin: Uint8Array.from(parts.flatMap((part) => [...part])),
    binName: "test.bin",
    starts,
  };
  return network;
}

/** The text of a `.param` file. Layers without a name are called by their type and place. */
export function paramText(layers: readonly LayerSpec[]): string {
  const blobs = layers.reduce((sum, { outputs }) => sum + outputs.length, 0);
  const lines = layers.map(({ type, name, inputs, outputs, params = {} }, index) =>
    [
      type.padEnd(24),
      (name ?? nameOf(type, index)).padEnd(24),
      inputs.length,
      outputs.length,
      ...inputs,
      ...outputs,
      ...Object.entries(params).map(([key, value]) =>
        typeof value === "number" ? `${key}=${value}` : `${-23300 - Number(key)}=${[value.length, ...value].join(",")}`,
      ),
    ].join(" "),
  );
  return ["7767517", `${layers.length} ${blobs}`, ...lines, ""].join("\n");
}

/** What a layer without a name is called. */
export function nameOf(type: string, index: number): string {
  return `${type.toLowerCase()}_${index}`;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function arrayBytes({ count, isMarked, reach, isPositive }: WeightSpec, isHalf: boolean, random: () => number) {
  const values = Float32Array.from(
    { length: count },
    () => reach * (isPositive ? 0.25 + 0.75 * random() : 2 * random() - 1),
  );
  const isHalfHere = isMarked && isHalf;
  const mark = isMarked ? [new Uint32Array([isHalfHere ? FLAG_FLOAT16 : 0])] : [];
  // An odd number of halves is filled up to whole words.
  const numbers = isHalfHere ? Uint16Array.from({ length: count + (count % 2) }) : values;
  if (numbers instanceof Uint16Array) numbers.set(floatsToHalves(values));
  return Uint8Array.from([...mark, numbers].flatMap((array) => [...new Uint8Array(array.buffer)]));
}
