import { arrayParam, type NcnnLayer, numberParam, parseParam } from "../../main/models/ncnn/param.ts";

/*
 * Runs an ncnn network in plain loops and double precision, by what ncnn's own layer/*.cpp compute. It shares the
 * reading of the `.param` text with the converter and nothing else; it is slow and meant for a few hundred pixels.
 */

/** ncnn's blob of three dimensions, or of one: then `channels` is its length and both sides are 1. */
export interface Blob {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly isVector: boolean;
  readonly data: Float64Array;
}

type Interpreter = (layer: NcnnLayer, inputs: readonly Blob[], weights: WeightReader) => Blob;

/** @returns the blob that no layer reads */
export function runReference(param: string, bin: Uint8Array, picture: Blob): Blob {
  const layers = parseParam(param, "reference.param");
  const weights = new WeightReader(bin);
  const blobs = new Map<string, Blob>();
  for (const layer of layers) {
    if (layer.type === "Input") {
      for (const output of layer.outputs) blobs.set(output, picture);
      continue;
    }
    const interpret = INTERPRETERS.get(layer.type);
    if (interpret === undefined) throw new Error(`the reference does not know ${layer.type}`);
    const inputs = layer.inputs.map((name) => found(blobs.get(name), name));
    const result = interpret(layer, inputs, weights);
    for (const output of layer.outputs) blobs.set(output, result);
  }
  if (!weights.isAtEnd()) throw new Error("the reference did not read all weights");
  const read = new Set(layers.flatMap(({ inputs }) => inputs));
  const [last, ...more] = layers.flatMap(({ outputs }) => outputs).filter((name) => !read.has(name));
  if (last === undefined || more.length > 0) throw new Error("the network has not one output");
  return found(blobs.get(last), last);
}

/** Fills a picture by place. */
export function pictureOf(
  [channels, height, width]: readonly [number, number, number],
  value: (c: number, y: number, x: number) => number,
): Blob {
  const data = new Float64Array(channels * height * width);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data[(c * height + y) * width + x] = value(c, y, x);
    }
  }
  return { channels, height, width, isVector: false, data };
}

/** ncnn's modelbin.cpp, number by number. */
class WeightReader {
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  marked(count: number): number[] {
    const mark = this.view.getUint32(this.at, true);
    this.at += 4;
    if (mark === 0) return this.plain(count);
    if (mark !== 0x01306b47) throw new Error(`the reference does not know the mark ${mark}`);
    const begin = this.at;
    this.at += Math.ceil((2 * count) / 4) * 4;
    return Array.from({ length: count }, (_, i) => halfAsNumber(this.view.getUint16(begin + 2 * i, true)));
  }

  plain(count: number): number[] {
    const begin = this.at;
    this.at += 4 * count;
    return Array.from({ length: count }, (_, i) => this.view.getFloat32(begin + 4 * i, true));
  }

  isAtEnd(): boolean {
    return this.at === this.view.byteLength;
  }
}

function halfAsNumber(word: number): number {
  const magnitude = word % 0x8000;
  const exponent = Math.floor(magnitude / 1024);
  const fraction = (magnitude % 1024) / 1024;
  const value = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
  return word >= 0x8000 ? -value : value;
}

/** convolution.cpp, convolutiondepthwise.cpp: a border of zeros, then a sum over the window. */
const convolution: Interpreter = (layer, [input], weights) => {
  const from = found(input, "input");
  const shape = shapeOf(layer);
  const groups = layer.type === "ConvolutionDepthWise" ? numberParam(layer, 7, 1) : 1;
  const [inPerGroup, outPerGroup] = [from.channels / groups, shape.out / groups];
  const kernel = weights.marked(numberParam(layer, 6, 0));
  const bias = numberParam(layer, 5, 0) === 0 ? undefined : weights.plain(shape.out);
  const extentX = shape.dilationX * (shape.kernelX - 1) + 1;
  const extentY = shape.dilationY * (shape.kernelY - 1) + 1;
  let { left, right, top, bottom } = shape;
  if (left < 0) {
    const across = extentX + Math.floor((from.width - 1) / shape.strideX) * shape.strideX - from.width;
    const down = extentY + Math.floor((from.height - 1) / shape.strideY) * shape.strideY - from.height;
    const [less, more] = [Math.floor, Math.ceil].map((round) => [round(down / 2), round(across / 2)] as const);
    const [before, after] = left === -233 ? [less, more] : [more, less];
    [top, left] = found(before, "border");
    [bottom, right] = found(after, "border");
  }
  const height = Math.floor((from.height + top + bottom - extentY) / shape.strideY) + 1;
  const width = Math.floor((from.width + left + right - extentX) / shape.strideX) + 1;
  return pictureOf([shape.out, height, width], (o, y, x) => {
    const firstChannel = Math.floor(o / outPerGroup) * inPerGroup;
    let sum = bias?.[o] ?? 0;
    for (let i = 0; i < inPerGroup; i++) {
      for (let ky = 0; ky < shape.kernelY; ky++) {
        for (let kx = 0; kx < shape.kernelX; kx++) {
          const weight = kernel[((o * inPerGroup + i) * shape.kernelY + ky) * shape.kernelX + kx];
          const sourceY = y * shape.strideY + ky * shape.dilationY - top;
          const sourceX = x * shape.strideX + kx * shape.dilationX - left;
          sum += found(weight, "weight") * sampleOr(from, firstChannel + i, sourceY, sourceX, 0);
        }
      }
    }
    return activate(layer, sum);
  });
};

/** deconvolution.cpp: every source sample is spread over its window, then the border is cut away. */
const deconvolution: Interpreter = (layer, [input], weights) => {
  const from = found(input, "input");
  const shape = shapeOf(layer);
  const kernel = weights.marked(numberParam(layer, 6, 0));
  const bias = numberParam(layer, 5, 0) === 0 ? undefined : weights.plain(shape.out);
  const moreX = numberParam(layer, 18, 0);
  const moreY = numberParam(layer, 19, moreX);
  const height = (from.height - 1) * shape.strideY + shape.dilationY * (shape.kernelY - 1) + 1 + moreY;
  const width = (from.width - 1) * shape.strideX + shape.dilationX * (shape.kernelX - 1) + 1 + moreX;
  const spread = pictureOf([shape.out, height, width], (o) => bias?.[o] ?? 0);
  for (let o = 0; o < shape.out; o++) {
    for (let i = 0; i < from.channels; i++) {
      for (let y = 0; y < from.height; y++) {
        for (let x = 0; x < from.width; x++) {
          for (let ky = 0; ky < shape.kernelY; ky++) {
            for (let kx = 0; kx < shape.kernelX; kx++) {
              const weight = kernel[((o * from.channels + i) * shape.kernelY + ky) * shape.kernelX + kx];
              const targetY = y * shape.strideY + ky * shape.dilationY;
              const targetX = x * shape.strideX + kx * shape.dilationX;
              const at = (o * height + targetY) * width + targetX;
              spread.data[at] = found(spread.data[at], "sum") + found(weight, "weight") * sample(from, i, y, x);
            }
          }
        }
      }
    }
  }
  // A border of −233 asks for SAME together with an output size only; by itself nothing is cut.
  const { top, left, bottom, right } = shape.left < 0 ? { top: 0, left: 0, bottom: 0, right: 0 } : shape;
  return pictureOf([shape.out, height - top - bottom, width - left - right], (o, y, x) =>
    activate(layer, sample(spread, o, y + top, x + left)),
  );
};

const innerProduct: Interpreter = (layer, [input], weights) => {
  const from = found(input, "input");
  const out = numberParam(layer, 0, 0);
  const matrix = weights.marked(numberParam(layer, 2, 0));
  const bias = numberParam(layer, 1, 0) === 0 ? undefined : weights.plain(out);
  return vectorOf(out, (o) => {
    let sum = bias?.[o] ?? 0;
    for (const [i, value] of from.data.entries()) sum += found(matrix[o * from.data.length + i], "weight") * value;
    return activate(layer, sum);
  });
};

const prelu: Interpreter = (layer, [input], weights) => {
  const slopes = weights.plain(numberParam(layer, 0, 0));
  return mapped(found(input, "input"), (value, c) =>
    value < 0 ? value * found(slopes.length === 1 ? slopes[0] : slopes[c], "slope") : value,
  );
};

const relu: Interpreter = (layer, [input]) => {
  const slope = numberParam(layer, 0, 0);
  return mapped(found(input, "input"), (value) => (value < 0 ? value * slope : value));
};

const sigmoid: Interpreter = (_layer, [input]) => mapped(found(input, "input"), (value) => 1 / (1 + Math.exp(-value)));

const clip: Interpreter = (layer, [input]) => {
  const [low, high] = [numberParam(layer, 0, -3.4e38), numberParam(layer, 1, 3.4e38)];
  return mapped(found(input, "input"), (value) => Math.min(Math.max(value, low), high));
};

/** pixelshuffle.cpp: the channel a sample comes from. */
const pixelShuffle: Interpreter = (layer, [input]) => {
  const from = found(input, "input");
  const factor = numberParam(layer, 0, 1);
  const out = from.channels / factor ** 2;
  const isPositionFirst = numberParam(layer, 1, 0) === 1;
  return pictureOf([out, from.height * factor, from.width * factor], (c, y, x) => {
    const place = (y % factor) * factor + (x % factor);
    const channel = isPositionFirst ? place * out + c : c * factor ** 2 + place;
    return sample(from, channel, Math.floor(y / factor), Math.floor(x / factor));
  });
};

/** interp.cpp: nearest floors; the others put samples at the middle of pixels, by the ratio of the sizes. */
const interp: Interpreter = (layer, [input]) => {
  const from = found(input, "input");
  const kind = numberParam(layer, 0, 0);
  const [scaleY, scaleX] = [numberParam(layer, 1, 1), numberParam(layer, 2, 1)];
  const height = Math.floor(from.height * scaleY);
  const width = Math.floor(from.width * scaleX);
  if (kind === 1) {
    return pictureOf([from.channels, height, width], (c, y, x) =>
      sample(
        from,
        c,
        Math.min(Math.floor(y / scaleY), from.height - 1),
        Math.min(Math.floor(x / scaleX), from.width - 1),
      ),
    );
  }
  const weightAt = kind === 2 ? (distance: number) => Math.max(0, 1 - Math.abs(distance)) : cubic;
  const along = (position: number, length: number, size: number) => {
    const centre = (position + 0.5) * (length / size) - 0.5;
    const first = Math.floor(centre) - 1;
    return [0, 1, 2, 3].map((i) => ({
      at: Math.min(Math.max(first + i, 0), length - 1),
      weight: weightAt(centre - first - i),
    }));
  };
  return pictureOf([from.channels, height, width], (c, y, x) => {
    let sum = 0;
    for (const row of along(y, from.height, height)) {
      for (const column of along(x, from.width, width)) {
        sum += row.weight * column.weight * sample(from, c, row.at, column.at);
      }
    }
    return sum;
  });
};

function cubic(signed: number): number {
  const a = -0.75;
  const x = Math.abs(signed);
  if (x <= 1) return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
  return x < 2 ? a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a : 0;
}

const BINARY: readonly ((a: number, b: number) => number)[] = [
  (a, b) => a + b,
  (a, b) => a - b,
  (a, b) => a * b,
  (a, b) => a / b,
  (a, b) => Math.max(a, b),
  (a, b) => Math.min(a, b),
  (a, b) => a ** b,
  (a, b) => b - a,
  (a, b) => b / a,
];

/** binaryop.cpp: sides of 1 are repeated, and a vector has one number a channel. */
const binaryOp: Interpreter = (layer, [first, second]) => {
  const a = found(first, "first operand");
  const combine = found(BINARY[numberParam(layer, 0, 0)], "operation");
  if (numberParam(layer, 1, 0) !== 0) return mapped(a, (value) => combine(value, numberParam(layer, 2, 0)));
  const b = found(second, "second operand");
  const size = (side: "channels" | "height" | "width") => Math.max(a[side], b[side]);
  const repeated = (blob: Blob, c: number, y: number, x: number) =>
    sample(blob, blob.channels === 1 ? 0 : c, blob.height === 1 ? 0 : y, blob.width === 1 ? 0 : x);
  const result = pictureOf([size("channels"), size("height"), size("width")], (c, y, x) =>
    combine(repeated(a, c, y, x), repeated(b, c, y, x)),
  );
  return { ...result, isVector: a.isVector && b.isVector };
};

const concat: Interpreter = (layer, inputs) => {
  const [first] = inputs;
  const like = found(first, "input");
  const dimensions = like.isVector ? 1 : 3;
  const axis = (numberParam(layer, 0, 0) + dimensions) % dimensions;
  const side = (["channels", "height", "width"] as const)[axis];
  if (side === undefined) throw new Error("Concat has no such axis");
  const total = inputs.reduce((sum, input) => sum + input[side], 0);
  const sizes = { channels: like.channels, height: like.height, width: like.width, [side]: total };
  const result = pictureOf([sizes.channels, sizes.height, sizes.width], (c, y, x) => {
    const place = { channels: c, height: y, width: x };
    for (const input of inputs) {
      if (place[side] < input[side]) return sample(input, place.channels, place.height, place.width);
      place[side] -= input[side];
    }
    throw new Error("Concat is short of inputs");
  });
  return { ...result, isVector: like.isVector };
};

const eltwise: Interpreter = (layer, inputs) => {
  const kind = numberParam(layer, 0, 0);
  const factors = arrayParam(layer, 1);
  const [first] = inputs;
  return mapped(found(first, "input"), (_value, c, y, x) => {
    const values = inputs.map((input) => sample(input, c, y, x));
    if (kind === 0) return values.reduce((product, value) => product * value, 1);
    if (kind === 2) return Math.max(...values);
    return values.reduce((sum, value, i) => sum + value * (factors.length === 0 ? 1 : found(factors[i], "factor")), 0);
  });
};

/** pooling.cpp: mode 0 fills up the last window, mode 1 drops it. An average is over what lies inside, unless told. */
const pooling: Interpreter = (layer, [input]) => {
  const from = found(input, "input");
  const isMaximum = numberParam(layer, 0, 0) === 0;
  if (numberParam(layer, 4, 0) !== 0) {
    return vectorOf(from.channels, (c) => {
      const values = from.data.subarray(c * from.height * from.width, (c + 1) * from.height * from.width);
      if (isMaximum) return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    });
  }
  const kernelX = numberParam(layer, 1, 0);
  const kernelY = numberParam(layer, 11, kernelX);
  const strideX = numberParam(layer, 2, 1);
  const strideY = numberParam(layer, 12, strideX);
  const left = numberParam(layer, 3, 0);
  const right = numberParam(layer, 14, left);
  const top = numberParam(layer, 13, left);
  const bottom = numberParam(layer, 15, top);
  const round = numberParam(layer, 5, 0) === 0 ? Math.ceil : Math.floor;
  const countsBorder = numberParam(layer, 6, 0) !== 0;
  const height = round((from.height + top + bottom - kernelY) / strideY) + 1;
  const width = round((from.width + left + right - kernelX) / strideX) + 1;
  return pictureOf([from.channels, height, width], (c, y, x) => {
    const values: number[] = [];
    for (let ky = 0; ky < kernelY; ky++) {
      for (let kx = 0; kx < kernelX; kx++) {
        const value = sampleOr(from, c, y * strideY + ky - top, x * strideX + kx - left, Number.NaN);
        if (!Number.isNaN(value)) values.push(value);
      }
    }
    if (isMaximum) return Math.max(...values);
    return values.reduce((sum, value) => sum + value, 0) / (countsBorder ? kernelX * kernelY : values.length);
  });
};

const padding: Interpreter = (layer, [input]) => {
  const from = found(input, "input");
  const [top, bottom, left, right] = [0, 1, 2, 3].map((key) => numberParam(layer, key, 0));
  const kind = numberParam(layer, 4, 0);
  const value = numberParam(layer, 5, 0);
  // The one axis of a vector is ncnn's width.
  if (from.isVector) {
    if (kind !== 0) throw new Error("the reference does not know this border of a vector");
    const first = found(left, "left");
    return vectorOf(from.channels + first + found(right, "right"), (i) => from.data[i - first] ?? value);
  }
  const [height, width] = [
    from.height + found(top, "top") + found(bottom, "bottom"),
    from.width + found(left, "left") + found(right, "right"),
  ];
  const bent = (position: number, length: number) => {
    if (kind === 1) return Math.min(Math.max(position, 0), length - 1);
    const fromStart = Math.abs(position);
    return fromStart < length ? fromStart : 2 * (length - 1) - fromStart;
  };
  return pictureOf([from.channels, height, width], (c, y, x) => {
    const [sourceY, sourceX] = [y - found(top, "top"), x - found(left, "left")];
    if (kind === 0) return sampleOr(from, c, sourceY, sourceX, value);
    return sample(from, c, bent(sourceY, from.height), bent(sourceX, from.width));
  });
};

/** crop.cpp, resolve_crop_roi: by arrays, as large as another blob, or by offsets and sizes. −233 is "all". */
const crop: Interpreter = (layer, [input, reference]) => {
  const from = found(input, "input");
  const sizes = [from.channels, from.height, from.width];
  const [across, down, deep] = [0, 1, 2].map((key) => numberParam(layer, key, 0));
  const begin = [found(deep, "offset"), found(down, "offset"), found(across, "offset")];
  let size: number[];
  const [starts, ends, axes] = [9, 10, 11].map((key) => arrayParam(layer, key));
  if (starts !== undefined && starts.length > 0) {
    begin.fill(0);
    size = [...sizes];
    for (const [i, start] of starts.entries()) {
      const axis = ((axes?.[i] ?? i) + 3) % 3;
      const length = found(sizes[axis], "size");
      const end = found(ends?.[i], "end");
      const first = start === -233 ? 0 : start < 0 ? start + length : start;
      begin[axis] = first;
      size[axis] = Math.min(length, end === -233 ? length : end > 0 ? end : length + end) - first;
    }
  } else if (reference !== undefined) {
    size = [reference.isVector ? from.channels : reference.channels, reference.height, reference.width];
  } else {
    size = sizes.map((length, axis) => {
      const rest = length - found(begin[axis], "offset") - numberParam(layer, [8, 7, 6][axis] ?? 0, 0);
      const wanted = numberParam(layer, [5, 4, 3][axis] ?? 0, 0);
      return wanted === -233 ? rest : Math.min(wanted, rest);
    });
  }
  const [channels, height, width] = size.map(Number);
  return pictureOf([found(channels, "channels"), found(height, "height"), found(width, "width")], (c, y, x) =>
    sample(from, c + (begin[0] ?? 0), y + (begin[1] ?? 0), x + (begin[2] ?? 0)),
  );
};

const scale: Interpreter = (layer, [input, second], weights) => {
  const count = numberParam(layer, 0, 0);
  const factors = count === -233 ? found(second, "factors").data : weights.plain(count);
  const offsets = numberParam(layer, 1, 0) === 0 ? undefined : weights.plain(count);
  return mapped(found(input, "input"), (value, c) => value * found(factors[c], "factor") + (offsets?.[c] ?? 0));
};

const memoryData: Interpreter = (layer, _inputs, weights) => {
  const [width, height, channels] = [0, 1, 2].map((key) => numberParam(layer, key, 0));
  const count = found(width, "width") * (height === 0 ? 1 : found(height, "height")) * (channels || 1);
  const data = Float64Array.from(numberParam(layer, 21, 1) === 0 ? weights.marked(count) : weights.plain(count));
  if (height === 0) return { channels: data.length, height: 1, width: 1, isVector: true, data };
  if (!channels) throw new Error("the reference does not know matrices");
  return { channels, height: found(height, "height"), width: found(width, "width"), isVector: false, data };
};

const same: Interpreter = (_layer, [input]) => found(input, "input");

/** dropout.cpp multiplies by its scale. */
const dropout: Interpreter = (layer, [input]) =>
  mapped(found(input, "input"), (value) => value * numberParam(layer, 0, 1));

const INTERPRETERS = new Map<string, Interpreter>([
  ["BinaryOp", binaryOp],
  ["Clip", clip],
  ["Concat", concat],
  ["Convolution", convolution],
  ["ConvolutionDepthWise", convolution],
  ["Crop", crop],
  ["Deconvolution", deconvolution],
  ["Dropout", dropout],
  ["Eltwise", eltwise],
  ["InnerProduct", innerProduct],
  ["Interp", interp],
  ["LeakyReLU", relu],
  ["MemoryData", memoryData],
  ["Noop", same],
  ["PReLU", prelu],
  ["Padding", padding],
  ["PixelShuffle", pixelShuffle],
  ["Pooling", pooling],
  ["ReLU", relu],
  ["Scale", scale],
  ["Sigmoid", sigmoid],
  ["Split", same],
]);

function shapeOf(layer: NcnnLayer) {
  const kernelX = numberParam(layer, 1, 0);
  const dilationX = numberParam(layer, 2, 1);
  const strideX = numberParam(layer, 3, 1);
  const left = numberParam(layer, 4, 0);
  const top = numberParam(layer, 14, left);
  return {
    out: numberParam(layer, 0, 0),
    kernelX,
    kernelY: numberParam(layer, 11, kernelX),
    dilationX,
    dilationY: numberParam(layer, 12, dilationX),
    strideX,
    strideY: numberParam(layer, 13, strideX),
    left,
    top,
    right: numberParam(layer, 15, left),
    bottom: numberParam(layer, 16, top),
  };
}

/** The activation that is fused into a layer (fused_activation.h). */
function activate(layer: NcnnLayer, value: number): number {
  const [first = 0, second = 0] = arrayParam(layer, 10);
  switch (numberParam(layer, 9, 0)) {
    case 0:
      return value;
    case 1:
      return Math.max(value, 0);
    case 2:
      return value > 0 ? value : value * first;
    case 3:
      return Math.min(Math.max(value, first), second);
    case 4:
      return 1 / (1 + Math.exp(-value));
    default:
      throw new Error("the reference does not know this activation");
  }
}

function mapped(blob: Blob, change: (value: number, c: number, y: number, x: number) => number): Blob {
  const result = pictureOf([blob.channels, blob.height, blob.width], (c, y, x) =>
    change(sample(blob, c, y, x), c, y, x),
  );
  return { ...result, isVector: blob.isVector };
}

function vectorOf(length: number, value: (i: number) => number): Blob {
  return { ...pictureOf([length, 1, 1], value), isVector: true };
}

function sampleOr(blob: Blob, c: number, y: number, x: number, otherwise: number): number {
  const isInside = y >= 0 && y < blob.height && x >= 0 && x < blob.width;
  return isInside ? sample(blob, c, y, x) : otherwise;
}

function sample({ data, channels, height, width }: Blob, c: number, y: number, x: number): number {
  if (c < 0 || c >= channels || y < 0 || y >= height || x < 0 || x >= width) {
    throw new Error(`the reference read outside of its picture: ${c}, ${y}, ${x} of ${channels}×${height}×${width}`);
  }
  return found(data[(c * height + y) * width + x], "sample");
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the reference misses its ${what}`);
  return value;
}
