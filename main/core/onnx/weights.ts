import { SilvergrainError } from "../errors.ts";
import { decodeModel, encodeModel } from "./model.ts";
import { ELEMENT, integer, type Tensor } from "./schema.ts";

/**
 * Network interpolation (Wang et al. 2018, ESRGAN, section 3.4): every weight is (1 − share) · a + share · b. Both
 * models must have the same graph and weights of the same names and shapes, as two trainings of one network have.
 * @param share 0 gives the first model's weights, 1 the second's
 * @returns an ONNX file
 * @throws SilvergrainError MODEL_CORRUPT naming the weight that does not match
 */
export function interpolateWeights(first: Uint8Array, second: Uint8Array, share: number): Uint8Array {
  const a = decodeModel(first, "the first model");
  const b = decodeModel(second, "the second model");
  const others = new Map(b.graph.initializer.map((tensor) => [tensor.name, tensor]));
  if (others.size !== a.graph.initializer.length) throw unlike("they have another number of weights");
  for (const tensor of a.graph.initializer) {
    const other = others.get(tensor.name);
    if (other === undefined) throw unlike(`the second has no weight ${tensor.name}`);
    if (String(tensor.dims) !== String(other.dims) || tensor.dataType !== other.dataType) {
      throw unlike(`the weight ${tensor.name} has another shape`);
    }
    if (tensor.dataType !== ELEMENT.float32) continue;
    const from = floatsOf(tensor);
    const to = floatsOf(other);
    const mixed = new Float32Array(from.length);
    for (let i = 0; i < mixed.length; i++) mixed[i] = (1 - share) * (from[i] as number) + share * (to[i] as number);
    tensor.rawData = new Uint8Array(mixed.buffer);
    tensor.floatData = [];
  }
  return encodeModel(a);
}

/** A float32 tensor's values. Copied only where its bytes are not aligned. */
export function floatsOf(tensor: Tensor): Float32Array {
  if (tensor.floatData.length > 0) return Float32Array.from(tensor.floatData);
  const { buffer, byteOffset, byteLength } = tensor.rawData;
  const length = Math.floor(byteLength / 4);
  if (byteOffset % 4 === 0) return new Float32Array(buffer as ArrayBuffer, byteOffset, length);
  return new Float32Array(new Uint8Array(tensor.rawData).buffer, 0, length);
}

/** How many elements a tensor has by its dimensions. */
export function elementCount(tensor: Tensor): number {
  return tensor.dims.reduce<number>((product, side) => product * integer(side), 1);
}

function unlike(how: string): SilvergrainError {
  return new SilvergrainError(
    "MODEL_CORRUPT",
    `Two models can only be interpolated when they are trainings of one network, but ${how}.`,
  );
}
