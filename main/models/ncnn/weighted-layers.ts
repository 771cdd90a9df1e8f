import type { GraphBuilder } from "./graph.ts";
import { arrayParam, type NcnnLayer, numberParam } from "./param.ts";
import type { NcnnWeights } from "./weights.ts";

/*
 * Layers with weights. Keys and orders are those of ncnn's layer/*.cpp, by
 * https://github.com/Tencent/ncnn/wiki/operators.
 */

/** Turns one layer into operations, reading its weights where it has any. */
export type Convert = (layer: NcnnLayer, graph: GraphBuilder, weights: NcnnWeights) => void;

/** The count of a Scale that has its factors from its second input. */
const BY_ANOTHER_BLOB = -233;

/** Pads by which ncnn means "as TensorFlow's SAME". */
const SAME_UPPER = -233;
const SAME_LOWER = -234;

export const convolution: Convert = (layer, graph, weights) => {
  refuseInt8(layer, graph);
  const kernel = kernelOf(layer, graph);
  const out = graph.whole(layer, 0, 0, 1);
  const groups = layer.type === "ConvolutionDepthWise" ? graph.whole(layer, 7, 1, 1) : 1;
  const count = graph.whole(layer, 6, 0, 1);
  const perGroup = count / (out * kernel.width * kernel.height);
  refuseUneven(layer, graph, perGroup);
  refuseUneven(layer, graph, out / groups);
  if (numberParam(layer, 18, 0) !== 0) throw graph.unsupported(layer, "a border of another value than 0 is not known");
  const data = weights.marked(count, layer);
  const inputs = [
    graph.input(layer),
    graph.constant(layer, "weight", { dims: [out, perGroup, kernel.height, kernel.width], data }),
  ];
  if (numberParam(layer, 5, 0) !== 0) inputs.push(bias(layer, graph, weights, out));
  activated(layer, graph, (output) =>
    graph.add("Conv", inputs, output, { ...strides(layer, graph), ...pads(layer, graph), group: groups }),
  );
  if (kernel.width === 1 && kernel.height === 1) graph.keepVector(layer);
};

export const deconvolution: Convert = (layer, graph, weights) => {
  refuseInt8(layer, graph);
  const kernel = kernelOf(layer, graph);
  const out = graph.whole(layer, 0, 0, 1);
  const count = graph.whole(layer, 6, 0, 1);
  const taps = kernel.width * kernel.height;
  const inner = count / (out * taps);
  refuseUneven(layer, graph, inner);
  if (numberParam(layer, 20, 0) !== 0) throw graph.unsupported(layer, "a fixed output size is not known");
  if (isSame(layer)) throw graph.unsupported(layer, "SAME borders of a Deconvolution are not known");
  // ncnn stores output channels first, ONNX's ConvTranspose wants input channels first.
  const stored = weights.marked(count, layer);
  const data = new Float32Array(count);
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < inner; i++) {
      data.set(stored.subarray((o * inner + i) * taps, (o * inner + i + 1) * taps), (i * out + o) * taps);
    }
  }
  const inputs = [
    graph.picture(layer),
    graph.constant(layer, "weight", { dims: [inner, out, kernel.height, kernel.width], data }),
  ];
  if (numberParam(layer, 5, 0) !== 0) inputs.push(bias(layer, graph, weights, out));
  const moreAcross = graph.whole(layer, 18, 0);
  const more = [graph.whole(layer, 19, moreAcross), moreAcross];
  activated(layer, graph, (output) =>
    graph.add("ConvTranspose", inputs, output, {
      ...strides(layer, graph),
      ...pads(layer, graph),
      output_padding: more,
    }),
  );
};

/** A matrix over the channels of a vector, as a convolution of one tap. */
export const innerProduct: Convert = (layer, graph, weights) => {
  const input = graph.input(layer);
  if (!graph.isVector(input)) throw graph.unsupported(layer, "InnerProduct is known after a global Pooling only");
  if (numberParam(layer, 8, 0) !== 0) throw graph.unsupported(layer, "8-bit weights are not known");
  const out = graph.whole(layer, 0, 0, 1);
  const count = graph.whole(layer, 2, 0, 1);
  refuseUneven(layer, graph, count / out);
  const data = weights.marked(count, layer);
  const inputs = [input, graph.constant(layer, "weight", { dims: [out, count / out, 1, 1], data })];
  if (numberParam(layer, 1, 0) !== 0) inputs.push(bias(layer, graph, weights, out));
  activated(layer, graph, (output) => graph.add("Conv", inputs, output));
  graph.markVector(graph.output(layer));
};

export const prelu: Convert = (layer, graph, weights) => {
  const input = graph.input(layer);
  const count = graph.whole(layer, 0, 0, 1);
  const slopes = weights.plain(count, layer);
  const slope = graph.constant(layer, "slope", { dims: [count, 1, 1], data: slopes });
  graph.add("PRelu", [input, slope], graph.output(layer));
  graph.keepVector(layer);
};

/** Per channel: by weights of its own, or by a second blob where its count is −233. */
export const scale: Convert = (layer, graph, weights) => {
  graph.keepVector(layer);
  if (numberParam(layer, 0, 0) === BY_ANOTHER_BLOB) {
    if (layer.inputs.length !== 2) throw graph.unsupported(layer, "Scale needs a picture and a vector");
    graph.add("Mul", layer.inputs, graph.output(layer));
    return;
  }
  const count = graph.whole(layer, 0, 0, 1);
  const data = weights.plain(count, layer);
  const factor = graph.constant(layer, "factor", { dims: [count, 1, 1], data });
  const hasBias = numberParam(layer, 1, 0) !== 0;
  const scaled = hasBias ? graph.between(layer, "scaled") : graph.output(layer);
  graph.add("Mul", [graph.input(layer), factor], scaled);
  if (!hasBias) return;
  const offset = graph.constant(layer, "offset", { dims: [count, 1, 1], data: weights.plain(count, layer) });
  graph.add("Add", [scaled, offset], graph.output(layer));
};

/** A constant picture or vector (keys 0 to 2: width, height, channels). */
export const memoryData: Convert = (layer, graph, weights) => {
  const [width, height, channels] = [0, 1, 2].map((key) => graph.whole(layer, key, 0)) as [number, number, number];
  if (numberParam(layer, 11, 0) !== 0) throw graph.unsupported(layer, "MemoryData of four dimensions is not known");
  if (channels === 0 && height > 0) throw graph.unsupported(layer, "MemoryData of a matrix is not known");
  if (width === 0 || (channels > 0 && height === 0)) throw graph.unsupported(layer, "MemoryData holds nothing");
  const dims = channels > 0 ? [1, channels, height, width] : [1, width, 1, 1];
  const count = dims.reduce((product, side) => product * side, 1);
  const isMarked = numberParam(layer, 21, 1) === 0;
  const output = graph.output(layer);
  graph.constants[output] = { dims, data: isMarked ? weights.marked(count, layer) : weights.plain(count, layer) };
  if (channels === 0) graph.markVector(output);
};

function bias(layer: NcnnLayer, graph: GraphBuilder, weights: NcnnWeights, count: number): string {
  return graph.constant(layer, "bias", { dims: [count], data: weights.plain(count, layer) });
}

function kernelOf(layer: NcnnLayer, graph: GraphBuilder): { readonly width: number; readonly height: number } {
  const width = graph.whole(layer, 1, 0, 1);
  return { width, height: graph.whole(layer, 11, width, 1) };
}

function strides(
  layer: NcnnLayer,
  graph: GraphBuilder,
): { strides: number[]; dilations: number[]; kernel_shape: number[] } {
  const { width, height } = kernelOf(layer, graph);
  const [stride, dilation] = [graph.whole(layer, 3, 1, 1), graph.whole(layer, 2, 1, 1)];
  return {
    kernel_shape: [height, width],
    strides: [graph.whole(layer, 13, stride, 1), stride],
    dilations: [graph.whole(layer, 12, dilation, 1), dilation],
  };
}

function pads(layer: NcnnLayer, graph: GraphBuilder): { pads: number[] } | { auto_pad: string } {
  if (!isSame(layer)) {
    const left = graph.whole(layer, 4, 0);
    const top = graph.whole(layer, 14, left);
    return { pads: [top, left, graph.whole(layer, 16, top), graph.whole(layer, 15, left)] };
  }
  // ONNX Runtime has no SAME borders of dilated kernels.
  if (strides(layer, graph).dilations.some((dilation) => dilation !== 1)) {
    throw graph.unsupported(layer, "SAME borders of a dilated kernel are not known");
  }
  return { auto_pad: numberParam(layer, 4, 0) === SAME_UPPER ? "SAME_UPPER" : "SAME_LOWER" };
}

/** Whether the borders on all four sides are told as SAME. */
function isSame(layer: NcnnLayer): boolean {
  const left = numberParam(layer, 4, 0);
  const isSameToo = (key: number) => numberParam(layer, key, left) === left;
  return (left === SAME_UPPER || left === SAME_LOWER) && [14, 15, 16].every(isSameToo);
}

/** Adds what `make` adds, and the activation that is fused into the layer (key 9, its numbers in key 10) after it. */
function activated(layer: NcnnLayer, graph: GraphBuilder, make: (output: string) => void): void {
  const output = graph.output(layer);
  const kind = numberParam(layer, 9, 0);
  if (kind === 0) {
    make(output);
    return;
  }
  const before = graph.between(layer, "before");
  make(before);
  const [first = 0, second = 0] = arrayParam(layer, 10);
  if (kind === 1) graph.add("Relu", [before], output);
  else if (kind === 2) graph.add("LeakyRelu", [before], output, { alpha: { float: first } });
  else if (kind === 3) {
    const bounds = [scalar(layer, graph, "low", first), scalar(layer, graph, "high", second)];
    graph.add("Clip", [before, ...bounds], output);
  } else if (kind === 4) graph.add("Sigmoid", [before], output);
  else throw graph.unsupported(layer, `the activation number ${kind} is not known`);
}

/** A single number as a constant. */
export function scalar(layer: NcnnLayer, graph: GraphBuilder, role: string, value: number): string {
  return graph.constant(layer, role, { dims: [], data: Float32Array.of(value) });
}

function refuseInt8(layer: NcnnLayer, graph: GraphBuilder): void {
  if (numberParam(layer, 8, 0) !== 0) throw graph.unsupported(layer, "8-bit weights are not known");
}

function refuseUneven(layer: NcnnLayer, graph: GraphBuilder, channels: number): void {
  if (Number.isInteger(channels) && channels > 0) return;
  throw graph.unsupported(layer, "its number of weights does not fit its channels and kernel");
}
