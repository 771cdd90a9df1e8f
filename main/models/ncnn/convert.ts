import { SilvergrainError } from "../../core/errors.ts";
import { buildModel } from "../../core/onnx/model.ts";
import { GraphBuilder } from "./graph.ts";
import { type NcnnLayer, parseParam } from "./param.ts";
import {
  binaryOp,
  clip,
  concat,
  crop,
  dropout,
  eltwise,
  interp,
  padding,
  pixelShuffle,
  pooling,
  relu,
  sigmoid,
  split,
} from "./plain-layers.ts";
import { type Convert, convolution, deconvolution, innerProduct, memoryData, prelu, scale } from "./weighted-layers.ts";
import { NcnnWeights } from "./weights.ts";

/** Every layer that can be converted. */
const LAYERS: Readonly<Record<string, Convert>> = {
  BinaryOp: binaryOp,
  Clip: clip,
  Concat: concat,
  Convolution: convolution,
  ConvolutionDepthWise: convolution,
  Crop: crop,
  Deconvolution: deconvolution,
  Dropout: dropout,
  Eltwise: eltwise,
  InnerProduct: innerProduct,
  Interp: interp,
  LeakyReLU: relu,
  MemoryData: memoryData,
  Noop: split,
  PReLU: prelu,
  Padding: padding,
  PixelShuffle: pixelShuffle,
  Pooling: pooling,
  ReLU: relu,
  Scale: scale,
  Sigmoid: sigmoid,
  Split: split,
};

/** The two files of an ncnn network, with the names that errors are to tell. */
export interface NcnnFiles {
  readonly param: string;
  readonly paramName: string;
  readonly bin: Uint8Array;
  readonly binName: string;
}

/**
 * Converts an ncnn network of one RGB picture to one RGB picture into an ONNX model with the input `input`
 * (1×3×H×W float32) and the output `output`. What the network asks of its input's range and size stays as it was.
 * @returns an ONNX file
 * @throws SilvergrainError MODEL_CORRUPT, or MODEL_UNSUPPORTED naming the layer and its line
 */
export function convertNcnn(files: NcnnFiles): Uint8Array {
  const layers = parseParam(files.param, files.paramName).map(withOwnNames);
  const graph = new GraphBuilder(files.paramName);
  // All of them first: a network with several unknown layers is refused before its weights are read.
  for (const layer of layers) if (layer.type !== "Input") converterOf(layer, graph);
  const weights = new NcnnWeights(files.bin, files.binName);
  for (const layer of layers) if (layer.type !== "Input") converterOf(layer, graph)(layer, graph, weights);
  weights.finish();
  const input = onlyBlob(
    layers.filter(({ type }) => type === "Input").flatMap(({ outputs }) => outputs),
    "input",
    files.paramName,
  );
  const output = onlyBlob(unused(layers), "output", files.paramName);
  return buildModel({
    nodes: [
      { op: "Identity", inputs: ["input"], outputs: [input] },
      ...graph.nodes,
      { op: "Identity", inputs: [output], outputs: ["output"] },
    ],
    inputs: { input: [1, 3, "height", "width"] },
    outputs: { output: [1, 3, "out_height", "out_width"] },
    constants: graph.constants,
  });
}

/** No name of ncnn's has a space in it, so that a blob's name is none of the graph's own. */
function withOwnNames(layer: NcnnLayer): NcnnLayer {
  const own = (blob: string) => `blob ${blob}`;
  return { ...layer, inputs: layer.inputs.map(own), outputs: layer.outputs.map(own) };
}

function converterOf(layer: NcnnLayer, graph: GraphBuilder): Convert {
  const convert = Object.hasOwn(LAYERS, layer.type) ? LAYERS[layer.type] : undefined;
  if (convert === undefined) throw graph.unsupported(layer, `the layer type ${layer.type} is not known`);
  return convert;
}

/** Blobs that nothing reads: the results. */
function unused(layers: readonly NcnnLayer[]): readonly string[] {
  const read = new Set(layers.flatMap(({ inputs }) => inputs));
  return layers.flatMap(({ outputs }) => outputs).filter((blob) => !read.has(blob));
}

function onlyBlob(blobs: readonly string[], what: string, file: string): string {
  const [blob] = blobs;
  if (blob !== undefined && blobs.length === 1) return blob;
  throw new SilvergrainError(
    "MODEL_UNSUPPORTED",
    `${file} cannot be used: expected one ${what} picture, but it has ${blobs.length}.`,
  );
}
