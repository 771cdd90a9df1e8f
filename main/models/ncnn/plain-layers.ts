import type { GraphBuilder } from "./graph.ts";
import { arrayParam, type NcnnLayer, numberParam } from "./param.ts";
import { type Convert, scalar } from "./weighted-layers.ts";

/* Layers without weights. Keys are those of ncnn's layer/*.cpp, by https://github.com/Tencent/ncnn/wiki/operators. */

/** What ncnn writes for "to the end" and "all". */
const REST = -233;
const TO_THE_END = 2 ** 31 - 1;
const LARGEST_SCALE = 1000;

/** One blob under several names; ONNX needs no copies. */
export const split: Convert = (layer, graph) => {
  const input = graph.input(layer);
  for (const output of layer.outputs) {
    graph.add("Identity", [input], output);
  }
  graph.keepVector(layer);
};

/** While a network runs, Dropout multiplies by its scale only, which is mostly 1. */
export const dropout: Convert = (layer, graph, weights) => {
  if (numberParam(layer, 0, 1) !== 1) throw graph.unsupported(layer, "Dropout with a scale is not known");
  split(layer, graph, weights);
};

export const relu: Convert = (layer, graph) => {
  const slope = numberParam(layer, 0, 0);
  const [input, output] = [graph.input(layer), graph.output(layer)];
  if (slope === 0) graph.add("Relu", [input], output);
  else graph.add("LeakyRelu", [input], output, { alpha: { float: slope } });
  graph.keepVector(layer);
};

export const sigmoid: Convert = (layer, graph) => {
  graph.add("Sigmoid", [graph.input(layer)], graph.output(layer));
  graph.keepVector(layer);
};

export const clip: Convert = (layer, graph) => {
  const low = scalar(layer, graph, "low", numberParam(layer, 0, -3.4e38));
  const high = scalar(layer, graph, "high", numberParam(layer, 1, 3.4e38));
  graph.add("Clip", [graph.input(layer), low, high], graph.output(layer));
  graph.keepVector(layer);
};

const BINARY = ["Add", "Sub", "Mul", "Div", "Max", "Min", "Pow", "Sub", "Div"] as const;
/** From this number on the second operand comes first. */
const FIRST_REVERSED = 7;

export const binaryOp: Convert = (layer, graph) => {
  const kind = numberParam(layer, 0, 0);
  const op = BINARY[kind];
  if (op === undefined) throw graph.unsupported(layer, `the BinaryOp number ${kind} is not known`);
  const inputs = [...layer.inputs];
  if (numberParam(layer, 1, 0) !== 0) inputs.push(scalar(layer, graph, "operand", numberParam(layer, 2, 0)));
  if (inputs.length !== 2) throw graph.unsupported(layer, `BinaryOp has ${inputs.length} operands`);
  const output = graph.output(layer);
  graph.add(op, kind >= FIRST_REVERSED ? inputs.toReversed() : inputs, output);
  graph.keepVector(layer);
};

/** Product, sum or maximum of blobs; a sum may weigh them. */
export const eltwise: Convert = (layer, graph) => {
  const kind = numberParam(layer, 0, 0);
  const op = (["Mul", "Add", "Max"] as const)[kind];
  if (op === undefined) throw graph.unsupported(layer, `the Eltwise number ${kind} is not known`);
  const factors = kind === 1 ? arrayParam(layer, 1) : [];
  const terms = layer.inputs.map((input, i) => {
    const factor = factors[i] ?? 1;
    if (factor === 1) return input;
    const weighed = graph.between(layer, `weighed${i}`);
    graph.add("Mul", [input, scalar(layer, graph, `factor${i}`, factor)], weighed);
    return weighed;
  });
  const [first, ...rest] = terms;
  if (first === undefined || rest.length === 0) throw graph.unsupported(layer, "Eltwise has fewer than two inputs");
  rest.reduce((sum, term, i) => {
    const output = i === rest.length - 1 ? graph.output(layer) : graph.between(layer, `sum${i}`);
    graph.add(op, [sum, term], output);
    return output;
  }, first);
  graph.keepVector(layer);
};

export const concat: Convert = (layer, graph) => {
  graph.keepVector(layer);
  const output = graph.output(layer);
  const axis = graph.whole(layer, 0, 0, -3);
  // A vector has one axis, which is the channels here.
  const isVector = graph.isVector(output);
  if (axis >= (isVector ? 1 : 3)) throw graph.unsupported(layer, `there is no axis ${axis}`);
  graph.add("Concat", layer.inputs, output, { axis: isVector ? 1 : axisOf(axis) });
};

export const pixelShuffle: Convert = (layer, graph) => {
  const mode = numberParam(layer, 1, 0) === 0 ? "CRD" : "DCR";
  const blocksize = graph.whole(layer, 0, 1, 1);
  graph.add("DepthToSpace", [graph.picture(layer)], graph.output(layer), { blocksize, mode });
};

export const interp: Convert = (layer, graph) => {
  const kind = numberParam(layer, 0, 0);
  const [height, width] = [numberParam(layer, 1, 1), numberParam(layer, 2, 1)];
  const fixed = numberParam(layer, 3, 0) !== 0 || numberParam(layer, 4, 0) !== 0;
  if (fixed || layer.inputs.length !== 1) throw graph.unsupported(layer, "Interp is known by its scale only");
  if (numberParam(layer, 6, 0) !== 0) throw graph.unsupported(layer, "Interp with aligned corners is not known");
  const how = INTERPOLATION[kind];
  if (how === undefined) throw graph.unsupported(layer, `the Interp number ${kind} is not known`);
  if (!isScale(height) || !isScale(width)) throw graph.unsupported(layer, `a scale of ${height} × ${width}`);
  const scales = graph.floats(layer, "scales", [1, 1, height, width]);
  graph.add("Resize", [graph.picture(layer), "", scales], graph.output(layer), how);
};

function isScale(scale: number): boolean {
  return scale > 0 && scale <= LARGEST_SCALE;
}

/** ncnn's interp.cpp: nearest takes ⌊x / scale⌋; the others have sample centres at half-integers; cubic has a = −0.75. */
const INTERPOLATION: Readonly<Record<number, Record<string, string | { readonly float: number }>>> = {
  1: { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
  2: { mode: "linear", coordinate_transformation_mode: "half_pixel" },
  3: { mode: "cubic", coordinate_transformation_mode: "half_pixel", cubic_coeff_a: { float: -0.75 } },
};

export const pooling: Convert = (layer, graph) => {
  const kind = numberParam(layer, 0, 0);
  if (kind !== 0 && kind !== 1) throw graph.unsupported(layer, `the Pooling number ${kind} is not known`);
  const isMaximum = kind === 0;
  const [input, output] = [graph.picture(layer), graph.output(layer)];
  if (numberParam(layer, 4, 0) !== 0) {
    graph.add(isMaximum ? "GlobalMaxPool" : "GlobalAveragePool", [input], output);
    graph.markVector(output);
    return;
  }
  const mode = numberParam(layer, 5, 0);
  if ((mode !== 0 && mode !== 1) || numberParam(layer, 7, 0) !== 0)
    throw graph.unsupported(layer, "adaptive and SAME Pooling are not known");
  const countsBorder = numberParam(layer, 6, 0) !== 0;
  // ncnn counts what fills up the last window too, ONNX Runtime does not.
  if (!isMaximum && countsBorder && mode === 0)
    throw graph.unsupported(layer, "an average over a border that is filled up is not known");
  const kernel = graph.whole(layer, 1, 0, 1);
  const stride = graph.whole(layer, 2, 1, 1);
  const left = graph.whole(layer, 3, 0);
  const top = graph.whole(layer, 13, left);
  graph.add(isMaximum ? "MaxPool" : "AveragePool", [input], output, {
    kernel_shape: [graph.whole(layer, 11, kernel, 1), kernel],
    strides: [graph.whole(layer, 12, stride, 1), stride],
    pads: [top, left, graph.whole(layer, 15, top), graph.whole(layer, 14, left)],
    ceil_mode: mode === 0 ? 1 : 0,
    ...(isMaximum ? {} : { count_include_pad: countsBorder ? 1 : 0 }),
  });
};

export const padding: Convert = (layer, graph) => {
  const input = graph.picture(layer);
  const [top, bottom, left, right] = [0, 1, 2, 3].map((key) => graph.whole(layer, key, 0)) as number[];
  const kind = numberParam(layer, 4, 0);
  const mode = ["constant", "edge", "reflect"][kind];
  if (mode === undefined || numberParam(layer, 6, 0) !== 0) {
    throw graph.unsupported(layer, "Padding is known by a constant, the edge or its reflection only");
  }
  if (numberParam(layer, 7, 0) !== 0 || numberParam(layer, 8, 0) !== 0)
    throw graph.unsupported(layer, "Padding of channels is not known");
  const amounts = [0, 0, top, left, 0, 0, bottom, right].map(Number);
  const inputs = [input, graph.integers(layer, "pads", amounts)];
  if (kind === 0) inputs.push(scalar(layer, graph, "value", numberParam(layer, 5, 0)));
  graph.add("Pad", inputs, graph.output(layer), { mode });
};

/** A part of a picture: between starts and ends, as large as another blob, or by offsets. */
export const crop: Convert = (layer, graph) => {
  const [source, reference] = layer.inputs;
  if (source === undefined || graph.isVector(source)) throw graph.unsupported(layer, "Crop is known for pictures only");
  const output = graph.output(layer);
  const starts = graph.wholes(layer, 9);
  if (starts.length > 0) {
    sliceByArrays(layer, graph, source, starts);
    return;
  }
  const isChannelsToo =
    [2, 8].some((key) => numberParam(layer, key, 0) !== 0) || ![0, REST].includes(numberParam(layer, 5, 0));
  if (isChannelsToo || numberParam(layer, 0, 0) === REST)
    throw graph.unsupported(layer, "Crop of channels, or as another blob tells it, is not known");
  const across = graph.whole(layer, 0, 0);
  const down = graph.whole(layer, 1, 0);
  if (reference !== undefined) {
    sliceAs(layer, graph, { source, reference, output, across, down });
    return;
  }
  const end = (offset: number, size: number, after: number) => {
    if (size === REST || size === 0) return after > 0 ? -after : TO_THE_END;
    if (after > 0) throw graph.unsupported(layer, "Crop to a size and by an offset from the end is not known");
    return offset + size;
  };
  const size = (key: number) => (numberParam(layer, key, 0) === REST ? REST : graph.whole(layer, key, 0));
  const ends = [end(down, size(4), graph.whole(layer, 7, 0)), end(across, size(3), graph.whole(layer, 6, 0))];
  slice(layer, graph, source, output, [down, across], ends, [2, 3]);
};

/** By numpy's rules, but for −233, which is the start or the end, and an end of 0, which is the end too. */
function sliceByArrays(layer: NcnnLayer, graph: GraphBuilder, source: string, starts: readonly number[]): void {
  const ends = graph.wholes(layer, 10);
  const told = graph.wholes(layer, 11);
  const axes = told.length > 0 ? told : [0, 1, 2].slice(0, starts.length);
  if (ends.length !== starts.length || axes.length !== starts.length || axes.some((axis) => axis < -3 || axis > 2))
    throw graph.unsupported(layer, "Crop needs a start and an end for each of its axes");
  slice(
    layer,
    graph,
    source,
    graph.output(layer),
    starts.map((start) => (start === REST ? 0 : start)),
    ends.map((end) => (end === REST || end === 0 ? TO_THE_END : end)),
    axes.map(axisOf),
  );
}

function slice(
  layer: NcnnLayer,
  graph: GraphBuilder,
  source: string,
  output: string,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
): void {
  const bounds = [
    graph.integers(layer, "starts", starts),
    graph.integers(layer, "ends", ends),
    graph.integers(layer, "axes", axes),
  ];
  graph.add("Slice", [source, ...bounds], output);
}

interface ReferencedCrop {
  readonly source: string;
  readonly reference: string;
  readonly output: string;
  readonly across: number;
  readonly down: number;
}

/** Channels, height and width of the reference, counted from the offsets. */
function sliceAs(layer: NcnnLayer, graph: GraphBuilder, { source, reference, output, across, down }: ReferencedCrop) {
  const shape = graph.between(layer, "shape");
  const size = graph.between(layer, "size");
  const ends = graph.between(layer, "ends");
  if (graph.isVector(reference)) throw graph.unsupported(layer, "Crop as large as a vector is not known");
  const starts = graph.integers(layer, "starts", [0, down, across]);
  const axes = graph.integers(layer, "axes", [1, 2, 3]);
  const bounds = [graph.integers(layer, "first", [1]), graph.integers(layer, "last", [4])];
  graph.add("Shape", [reference], shape);
  graph.add("Slice", [shape, ...bounds, graph.integers(layer, "along", [0])], size);
  graph.add("Add", [size, starts], ends);
  graph.add("Slice", [source, starts, ends, axes], output);
}

/** ncnn counts the axes of channels × height × width, without the batch; from the end they are the same. */
function axisOf(axis: number): number {
  return axis < 0 ? axis : axis + 1;
}
