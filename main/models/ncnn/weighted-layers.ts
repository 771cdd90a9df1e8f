import type { GraphBuilder } from "./graph.ts";
import { arrayParam, type NcnnLayer, numberParam } from "./param.ts";
import type { NcnnWeights } from "./weights.ts";

/*
 * Layers with weights. Keys and orders are those of ncnn's layer/*.cpp, by
 * https://github.com/Tencent/ncnn/wiki/operators.
 */

/** Turns one layer into operations, reading its weights where it has any. */
export type Convert = (layer: NcnnLayer, graph: GraphBuilder, weights: NcnnWeights) => void;

/** Pads by which ncnn means "as TensorFlow's SAME". */
const SAME_UPPER = -233;
const SAME_LOWER = -234;

export const convolution: Convert = (layer, graph, weights) => {
  refuseInt8(layer, graph);
  const kernel = kernelOf(layer);
  const out = numberParam(layer, 0, 0);
  const groups = layer.type === "ConvolutionDepthWise" ? numberParam(layer, 7, 1) : 1;
  const count = numberParam(layer, 6, 0);
  const perGroup = count / (out * kernel.width * kernel.height);
  refuseUneven(layer, graph, perGroup);
  if (numberParam(layer, 18, 0) !== 0) throw graph.unsupported(layer, "a border of another value than 0 is not known");
  const data = weights.marked(count, layer);
  const inputs = [
    graph.input(layer),
    graph.constant(layer, "weight", { dims: [out, perGroup, kernel.height, kernel.width], data }),
  ];
  if (numberParam(layer, 5, 0) !== 0) inputs.push(bias(layer, graph, weights, out));
  activated(layer, graph, (output) =>
    graph.add("Conv", inputs, output, { ...strides(layer), ...pads(layer), group: groups }),
  );
};

export const deconvolution: Convert = (layer, graph, weights) => {
  refuseInt8(layer, graph);
  const kernel = kernelOf(layer);
  const out = numberParam(layer, 0, 0);
  const count = numberParam(layer, 6, 0);
  const taps = kernel.width * kernel.height;
  const inner = count / (out * taps);
  refuseUneven(layer, graph, inner);
  if (numberParam(layer, 20, 0) !== 0) throw graph.unsupported(layer, "a fixed output size is not known");
  // ncnn stores output channels first, ONNX's ConvTranspose wants input channels first.
  const stored = weights.marked(count, layer);
  const data = new Float32Array(count);
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < inner; i++) {
      data.set(stored.subarray((o * inner + i) * taps, (o * inner + i + 1) * taps), (i * out + o) * taps);
    }
  }
  const inputs = [
    graph.input(layer),
    graph.constant(layer, "weight", { dims: [inner, out, kernel.height, kernel.width], data }),
  ];
  if (numberParam(layer, 5, 0) !== 0) inputs.push(bias(layer, graph, weights, out));
  const more = [numberParam(layer, 19, 0), numberParam(layer, 18, 0)];
  activated(layer, graph, (output) =>
    graph.add("ConvTranspose", inputs, output, { ...strides(layer), ...pads(layer), output_padding: more }),
  );
};

/** A matrix over the channels of a vector, as a convolution of one tap. */
export const innerProduct: Convert = (layer, graph, weights) => {
  const input = graph.input(layer);
  if (!graph.isVector(input)) throw graph.unsupported(layer, "InnerProduct is known after a global Pooling only");
  if (numberParam(layer, 8, 0) !== 0) throw graph.unsupported(layer, "8-bit weights are not known");
  const out = numberParam(layer, 0, 0);
  const count = numberParam(layer, 2, 0);
  refuseUneven(layer, graph, count / out);
  const data = weights.marked(count, layer);
  const inputs = [input, graph.constant(layer, "weight", { dims: [out, count / out, 1, 1], data })];
  if (numberParam(layer, 1, 0) !== 0) inputs.push(bias(layer, graph, weights, out));
  activated(layer, graph, (output) => graph.add("Conv", inputs, output));
  graph.markVector(graph.output(layer));
};

export const prelu: Convert = (layer, graph, weights) => {
  const count = numberParam(layer, 0, 0);
  const slopes = weights.plain(count, layer);
  const slope = graph.constant(layer, "slope", { dims: [count, 1, 1], data: slopes });
  graph.add("PRelu", [graph.input(layer), slope], graph.output(layer));
};

/** Per channel: by weights of its own, or by a second blob where its count is −233. */
export const scale: Convert = (layer, graph, weights) => {
  const count = numberParam(layer, 0, 0);
  if (count === SAME_UPPER) {
    if (layer.inputs.length !== 2) throw graph.unsupported(layer, "Scale needs a picture and a vector");
    graph.add("Mul", layer.inputs, graph.output(layer));
    return;
  }
  const data = weights.plain(count, layer);
  const factor = graph.constant(layer, "factor", { dims: [count, 1, 1], data });
  const hasBias = numberParam(layer, 1, 0) !== 0;
  const scaled = hasBias ? graph.between(layer, "scaled") : graph.output(layer);
  graph.add("Mul", [graph.input(layer), factor], scaled);
  if (!hasBias) return;
  const offset = graph.constant(layer, "offset", { dims: [count, 1, 1], data: weights.plain(count, layer) });
  graph.add("Add", [scaled, offset], graph.output(layer));
};

/** A constant picture, matrix or vector (keys 0 to 2: width, height, channels). */
export const memoryData: Convert = (layer, graph, weights) => {
  const [width, height, channels] = [0, 1, 2].map((key) => numberParam(layer, key, 0)) as [number, number, number];
  const dims = channels > 0 ? [channels, height, width] : height > 0 ? [height, width] : [width];
  const count = dims.reduce((product, side) => product * side, 1);
  const data = weights.plain(count, layer);
  graph.constants[graph.output(layer)] = { dims: channels > 0 ? dims : [count, 1, 1], data };
};

function bias(layer: NcnnLayer, graph: GraphBuilder, weights: NcnnWeights, count: number): string {
  return graph.constant(layer, "bias", { dims: [count], data: weights.plain(count, layer) });
}

function kernelOf(layer: NcnnLayer): { readonly width: number; readonly height: number } {
  const width = numberParam(layer, 1, 0);
  return { width, height: numberParam(layer, 11, width) };
}

function strides(layer: NcnnLayer): { strides: number[]; dilations: number[]; kernel_shape: number[] } {
  const { width, height } = kernelOf(layer);
  const [stride, dilation] = [numberParam(layer, 3, 1), numberParam(layer, 2, 1)];
  return {
    kernel_shape: [height, width],
    strides: [numberParam(layer, 13, stride), stride],
    dilations: [numberParam(layer, 12, dilation), dilation],
  };
}

function pads(layer: NcnnLayer): { pads: number[] } | { auto_pad: string } {
  const left = numberParam(layer, 4, 0);
  const top = numberParam(layer, 14, left);
  if (left === SAME_UPPER) return { auto_pad: "SAME_UPPER" };
  if (left === SAME_LOWER) return { auto_pad: "SAME_LOWER" };
  return { pads: [top, left, numberParam(layer, 16, top), numberParam(layer, 15, left)] };
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
