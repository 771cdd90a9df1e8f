import { decodeModel } from "./model.ts";
import { ELEMENT, type Graph, integer, type Node, type Tensor } from "./schema.ts";
import { elementCount, floatsOf } from "./weights.ts";

/**
 * Multiply-accumulates that a network of convolutions takes for each pixel of its input, from its graph alone: a
 * convolution's weights count once for every pixel of its result, a transposed one's for every pixel of its input.
 * Matrix products between layers of other kinds are not counted.
 * @returns millions a source pixel
 */
export function workPerPixel(bytes: Uint8Array, name: string): number {
  const { graph } = decodeModel(bytes, name);
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of graph.node) {
    const value = node.opType === "Constant" ? node.attribute.find(({ name }) => name === "value")?.t : undefined;
    if (value != null && node.output[0] !== undefined) constants.set(node.output[0], value);
  }
  return sumOf(graph, constants) / 1e6;
}

/** How many times as many pixels a picture has as the input, by the name of the tensor. */
type Densities = Map<string, number>;

function sumOf(graph: Graph, constants: ReadonlyMap<string, Tensor>): number {
  const densities: Densities = new Map(graph.input.map(({ name }) => [name, 1]));
  let sum = 0;
  for (const node of graph.node) {
    const before = Math.max(0, ...node.input.map((name) => densities.get(name) ?? 0));
    const after = before * growth(node, constants);
    for (const output of node.output) densities.set(output, after);
    const weights = constants.get(node.input[1] ?? "");
    if (weights === undefined) continue;
    if (node.opType === "Conv") sum += elementCount(weights) * after;
    if (node.opType === "ConvTranspose") sum += elementCount(weights) * before;
  }
  return sum;
}

/** By what an operation multiplies the number of pixels. */
function growth(node: Node, constants: ReadonlyMap<string, Tensor>): number {
  switch (node.opType) {
    case "Conv":
    case "MaxPool":
    case "AveragePool":
      return 1 / stridesOf(node);
    case "ConvTranspose":
      return stridesOf(node);
    case "GlobalAveragePool":
    case "GlobalMaxPool":
      return 0;
    case "DepthToSpace":
      return blockOf(node) ** 2;
    case "SpaceToDepth":
      return 1 / blockOf(node) ** 2;
    case "Resize":
    case "Upsample":
      return scalesOf(node, constants);
    default:
      return 1;
  }
}

function stridesOf(node: Node): number {
  return node.attribute.find(({ name }) => name === "strides")?.ints.reduce<number>((a, b) => a * integer(b), 1) ?? 1;
}

function blockOf(node: Node): number {
  return integer(node.attribute.find(({ name }) => name === "blocksize")?.i ?? 1);
}

function scalesOf(node: Node, constants: ReadonlyMap<string, Tensor>): number {
  const tensor = constants.get((node.opType === "Resize" ? node.input[2] : node.input[1]) ?? "");
  if (tensor === undefined || tensor.dataType !== ELEMENT.float32 || elementCount(tensor) !== 4) return 1;
  return floatsOf(tensor).reduce((a, b) => a * b, 1);
}
