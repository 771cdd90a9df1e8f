import { SilvergrainError } from "../../core/errors.ts";

/** One layer of an ncnn network, as its `.param` file writes it. */
export interface NcnnLayer {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** By key; arrays are stored under keys of −23300 and below and are found here under their small key. */
  readonly params: ReadonlyMap<number, number | readonly number[]>;
  /** Line of the file, counted from 1. */
  readonly line: number;
}

const MAGIC = "7767517";
const ARRAY_BASE = -23300;
const MAX_LAYERS = 100_000;

/**
 * Parses ncnn's text format: a magic number, the counts of layers and blobs, and a line a layer
 * (https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure).
 * @param file its name, for errors
 * @throws SilvergrainError MODEL_CORRUPT naming the line
 */
export function parseParam(text: string, file: string): readonly NcnnLayer[] {
  const lines = text.split(/\r?\n/);
  if (lines[0]?.trim() !== MAGIC) {
    throw corrupt(file, 1, `expected ${MAGIC}, ncnn's mark, but received “${shorten(lines[0] ?? "")}”`);
  }
  const wanted = Number(lines[1]?.trim().split(/\s+/)[0]);
  if (!(Number.isInteger(wanted) && wanted > 0 && wanted <= MAX_LAYERS)) {
    throw corrupt(file, 2, `expected the number of layers, but received “${shorten(lines[1] ?? "")}”`);
  }
  const layers: NcnnLayer[] = [];
  for (const [index, line] of lines.entries()) {
    if (index < 2 || line.trim() === "") continue;
    layers.push(parseLayer(line, index + 1, file));
  }
  if (layers.length !== wanted) {
    throw corrupt(file, 2, `it promises ${wanted} layers, but ${layers.length} follow. The file may be cut short`);
  }
  refuseUnknownBlobs(layers, file);
  return layers;
}

/** A layer's real parameter; the format leaves out what is at its default. `GraphBuilder.whole` reads what counts. */
export function numberParam(layer: NcnnLayer, key: number, otherwise: number): number {
  const value = layer.params.get(key);
  return typeof value === "number" ? value : otherwise;
}

/** A layer's array parameter; empty where it is left out. */
export function arrayParam(layer: NcnnLayer, key: number): readonly number[] {
  const value = layer.params.get(key);
  return typeof value === "object" ? value : [];
}

function parseLayer(line: string, number: number, file: string): NcnnLayer {
  const words = line.trim().split(/\s+/);
  const [type = "", name = ""] = words;
  const inputs = Number(words[2]);
  const outputs = Number(words[3]);
  const isCount = (n: number) => Number.isInteger(n) && n >= 0;
  if (!isCount(inputs) || !isCount(outputs) || words.length < 4 + inputs + outputs) {
    throw corrupt(file, number, `expected a layer with its blobs, but received “${shorten(line)}”`);
  }
  const params = new Map<number, number | readonly number[]>();
  for (const word of words.slice(4 + inputs + outputs)) {
    const [left = "", right = "", ...more] = word.split("=");
    const key = Number(left);
    if (left === "" || right === "" || more.length > 0 || !Number.isInteger(key)) {
      throw corrupt(file, number, `expected key=value, but received “${shorten(word)}”`);
    }
    // Newer files write arrays without their length, and one number with a comma behind it.
    const isNewArray = key > ARRAY_BASE && right.includes(",");
    const parts = right.split(",");
    if (isNewArray && parts.length === 2 && parts[1] === "") parts.pop();
    const numbers = parts.map(Number);
    if (parts.includes("") || numbers.some((value) => !Number.isFinite(value))) {
      throw corrupt(file, number, `expected numbers, but received “${shorten(word)}”`);
    }
    if (isNewArray) params.set(key, numbers);
    else if (key > ARRAY_BASE) params.set(key, numbers[0] as number);
    else {
      const [count, ...values] = numbers;
      if (count !== values.length)
        throw corrupt(file, number, `expected ${count} numbers, but received “${shorten(word)}”`);
      params.set(ARRAY_BASE - key, values);
    }
  }
  return {
    type,
    name,
    inputs: words.slice(4, 4 + inputs),
    outputs: words.slice(4 + inputs, 4 + inputs + outputs),
    params,
    line: number,
  };
}

/** Layers are written in the order in which they run, so every blob is made before it is used. */
function refuseUnknownBlobs(layers: readonly NcnnLayer[], file: string): void {
  const made = new Set<string>();
  for (const layer of layers) {
    for (const input of layer.inputs) {
      if (!made.has(input)) throw corrupt(file, layer.line, `the blob “${shorten(input)}” is used before it is made`);
    }
    for (const output of layer.outputs) {
      if (made.has(output)) throw corrupt(file, layer.line, `the blob “${shorten(output)}” is made twice`);
      made.add(output);
    }
  }
}

function corrupt(file: string, line: number, what: string): SilvergrainError {
  return new SilvergrainError("MODEL_CORRUPT", `${file} is not a sound ncnn network: line ${line}: ${what}.`);
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
