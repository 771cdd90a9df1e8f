import { afterAll, describe, expect, test } from "vitest";
import { openNetwork } from "../../main/engine/session.ts";
import { convertNcnn, type NcnnFiles } from "../../main/models/ncnn/convert.ts";
import {
  convolve,
  INPUT,
  innerProduct,
  type LayerSpec,
  layer,
  marked,
  type Params,
  paramText,
  plain,
  randomOf,
  type WrittenNetwork,
  writeNcnn,
} from "../helpers/ncnn.ts";
import { type Blob, pictureOf, runReference } from "../helpers/ncnn-reference.ts";

const TOLERANCE = 1e-4;
const PICTURE = pictureOf([3, 13, 17], noise(randomOf(11)));

interface Case {
  readonly name: string;
  readonly layers: readonly LayerSpec[];
  /** The layers as a wrong reading of them would have it: the reference must tell the two apart. */
  readonly twin?: readonly LayerSpec[];
  readonly picture?: Blob;
}

let largest = { difference: 0, name: "" };
let compared = 0;
afterAll(() => {
  console.log(
    `ncnn: ${compared} comparisons, largest difference ${largest.difference.toExponential(2)} (${largest.name})`,
  );
});

describe("a converted layer computes what ncnn computes", () => {
  const cases = [
    ...convolutions(),
    ...deconvolutions(),
    ...activations(),
    ...rearranging(),
    ...combining(),
    ...poolings(),
    ...borders(),
    ...vectors(),
  ];
  describe.each(["float32", "float16"] as const)("%s weights", (type) => {
    const isHalf = type === "float16";
    test.each(isHalf ? cases.filter(hasMarked) : cases)("$name", async ({ name, layers, picture = PICTURE }) => {
      await compare(`${name}, ${type}`, writeNcnn(layers, { isHalf }), picture);
    });
  });

  // A check that cannot fail is a defect: what is mistaken in one place is far outside of the tolerance.
  test.each(cases.filter(({ twin }) => twin !== undefined))("a broken twin differs: $name", expectTwinDiffers);

  test("a broken twin differs: a Deconvolution whose weights stand input channels first", async () => {
    const layers = [INPUT, convolve("Deconvolution", ["data", "out"], [3, 3], { 1: 3, 3: 2 })];
    const network = writeNcnn(layers);
    const weights = new Float32Array(network.bin.slice(4).buffer);
    const swapped = weights.map((_, i) => {
      const [o, inner, tap] = [Math.floor(i / 27), Math.floor(i / 9) % 3, i % 9];
      return weights[(inner * 3 + o) * 9 + tap] ?? Number.NaN;
    });
    const bin = Uint8Array.from([...network.bin.slice(0, 4), ...new Uint8Array(swapped.buffer)]);
    const converted = await runConverted(network, PICTURE);
    expect(differenceOf(runReference(network.param, network.bin, PICTURE), converted)).toBeLessThan(TOLERANCE);
    expect(differenceOf(runReference(network.param, bin, PICTURE), converted)).toBeGreaterThan(100 * TOLERANCE);
  });
});

// A wrong picture would be worse than none.
describe("what is rare is computed as ncnn does, or refused as not known", () => {
  const cases = rarities();
  test.each(cases)("$name", async ({ name, layers, picture = PICTURE }) => {
    for (const isHalf of [false, true]) {
      const network = writeNcnn(layers, { isHalf });
      if (isKnown(network)) await compare(name, network, picture);
    }
  });
  test.each(cases.filter(({ twin }) => twin !== undefined))("a broken twin differs: $name", expectTwinDiffers);
});

describe("a converted network computes what ncnn computes", () => {
  const cases = networks();
  describe.each(["float32", "float16"] as const)("%s weights", (type) => {
    test.each(cases)("$name", async ({ name, layers, picture = PICTURE }) => {
      await compare(`${name}, ${type}`, writeNcnn(layers, { isHalf: type === "float16" }), picture);
    });
  });

  test("float16 and float32 files of the same numbers differ by the rounding of their weights alone", async () => {
    const [{ layers }] = cases as [Case];
    const outputs = [];
    for (const isHalf of [false, true]) outputs.push(await runConverted(writeNcnn(layers, { isHalf }), PICTURE));
    const [whole, half] = outputs;
    const difference = differenceOf(whole, half);
    expect(difference).toBeGreaterThan(1e-6);
    expect(difference).toBeLessThan(1e-2);
  });
});

test("the other mark of float32 says the same", () => {
  const network = writeNcnn([INPUT, convolve("Convolution", ["data", "out"], [3, 3], { 1: 3, 5: 1 })]);
  const bin = Uint8Array.from(network.bin);
  new DataView(bin.buffer).setUint32(0, 0x0002c056, true);
  expect(convertNcnn({ ...network, bin })).toEqual(convertNcnn(network));
});

describe("text that is written otherwise is read the same", () => {
  const network = writeNcnn([
    INPUT,
    convolve("Convolution", ["data", "conv"], [3, 8], { 1: 3, 4: 1, 5: 1, 9: 2, 10: [0.25] }),
    layer("Crop", ["conv"], ["part"], { 9: [0, 2], 10: [3, -233], 11: [0, 2] }),
    layer("PReLU", ["part"], ["out"], { 0: 3 }, [plain(3)]),
  ]);
  const plainly = convertNcnn(network);
  const texts: readonly (readonly [string, string])[] = [
    ["CRLF line ends", network.param.replaceAll("\n", "\r\n")],
    ["no line end at the end", network.param.trimEnd()],
    ["single spaces", network.param.replaceAll(/ +/g, " ")],
    ["tabs", network.param.replaceAll(/ +/g, "\t")],
    ["spaces around lines", network.param.replaceAll("\n", "   \n").replaceAll(/\n(?=.)/g, "\n  ")],
    ["numbers with decimals and exponents", network.param.replace("-23310=1,0.25", "-23310=1,2.500000e-01")],
    ["arrays of the newer kind", network.param.replace("-23310=1,0.25", "10=0.25,")],
  ];
  test.each(texts)("%s", (_name, param) => {
    expect(param).not.toBe(network.param);
    expect(convertNcnn({ ...network, param })).toEqual(plainly);
  });

  test("arrays are read by the key that −23300 leaves", async () => {
    expect(network.param).toContain("-23309=2,0,2 -23310=2,3,-233 -23311=2,0,2");
    await compare("arrays", network, PICTURE);
  });

  // Layers are named by their lines, so a blank one changes names and nothing else.
  test("blank lines between and after the layers", async () => {
    const param = network.param.replaceAll("\n", "\n\n").replace("7767517\n\n", "7767517\n");
    expect(param.split("\n\n").length).toBeGreaterThan(4);
    await compare("blank lines", { ...network, param }, PICTURE);
  });
});

describe("names are only names", () => {
  const odd = ["__proto__", "constructor", "toString", "hasOwnProperty", "0", "input", "output", "conv.3.weight"];
  test.each(odd)("a blob called %s", async (blob) => {
    const layers = [
      INPUT,
      convolve("Convolution", ["data", blob], [3, 3], { 1: 3, 5: 1 }),
      layer("Split", [blob], ["left", "right"]),
      layer("BinaryOp", ["left", "right"], ["out"], { 0: 2 }),
    ];
    await compare(`the blob ${blob}`, writeNcnn(layers), PICTURE);
  });

  test.each(odd)("the first and the last blob called %s", async (blob) => {
    const first = [layer("Input", [], [blob]), layer("Sigmoid", [blob], ["out"])];
    await compare(`the first blob ${blob}`, writeNcnn(first), PICTURE);
    await compare(`the last blob ${blob}`, writeNcnn([INPUT, layer("Sigmoid", ["data"], [blob])]), PICTURE);
  });

  test.each(odd)("a constant called %s", async (blob) => {
    const layers = [
      INPUT,
      layer("MemoryData", [], [blob], { 0: 17, 1: 13, 2: 3 }, [plain(3 * 13 * 17)]),
      layer("BinaryOp", ["data", blob], ["out"], { 0: 1 }),
    ];
    await compare(`the constant ${blob}`, writeNcnn(layers), PICTURE);
  });

  test.each([...odd, "same"])("every layer called %s", async (name) => {
    const layers = [
      INPUT,
      convolve("Convolution", ["data", "a"], [3, 3], { 1: 3, 5: 1, 9: 3, 10: [-0.25, 0.5] }),
      convolve("Convolution", ["a", "b"], [3, 3], { 1: 3, 5: 1, 9: 2, 10: [0.1] }),
      layer("PReLU", ["b"], ["out"], { 0: 3 }, [plain(3)]),
    ];
    await compare(`layers called ${name}`, writeNcnn(layers.map((each) => ({ ...each, name }))), PICTURE);
  });
});

/* What is compared. */

function convolutions(): Case[] {
  const one = (name: string, params: Params, wrong: Params): Case => {
    const spec = convolve("Convolution", ["data", "out"], [3, 3], params);
    return { name: `Convolution ${name}`, ...changed([INPUT, spec], wrong) };
  };
  const grouped = [
    INPUT,
    convolve("Convolution", ["data", "many"], [3, 8], { 1: 1 }),
    convolve("ConvolutionDepthWise", ["many", "some"], [8, 6], { 1: 3, 4: 1, 5: 1, 7: 2 }),
    convolve("Convolution", ["some", "out"], [6, 3], { 1: 1 }),
  ];
  const depthwise = convolve("ConvolutionDepthWise", ["data", "out"], [3, 3], { 1: 3, 4: 1, 5: 1, 7: 3, 3: 2 });
  return [
    one("3×3 with a bias", { 1: 3, 5: 1 }, { 4: 1 }),
    one("3×3 without a bias", { 1: 3, 4: 1 }, { 2: 2 }),
    one("4×2", { 1: 4, 11: 2 }, { 1: 2, 11: 4 }),
    one("with strides", { 1: 3, 3: 2, 13: 3, 5: 1 }, { 3: 3, 13: 2 }),
    one("with one stride", { 1: 3, 3: 2 }, { 13: 1 }),
    one("dilated", { 1: 3, 2: 2, 12: 3 }, { 2: 3, 12: 2 }),
    one("with four borders", { 1: 3, 4: 2, 15: 1, 14: 0, 16: 3, 5: 1 }, { 4: 1, 15: 2 }),
    one("with a left and a top border alone", { 1: 3, 4: 2, 14: 1 }, { 4: 1, 14: 2 }),
    one("with a border above", { 1: 5, 4: 0, 14: 2 }, { 16: 0 }),
    one("with SAME borders, more after", { 1: 4, 3: 2, 4: -233 }, { 4: -234 }),
    one("with SAME borders, more before", { 1: 4, 3: 2, 4: -234 }, { 4: -233 }),
    one("with SAME borders, even", { 1: 3, 4: -233 }, { 4: 0 }),
    { name: "ConvolutionDepthWise of one channel a group", layers: [INPUT, depthwise] },
    { name: "ConvolutionDepthWise of two groups", layers: grouped },
  ];
}

function deconvolutions(): Case[] {
  const one = (name: string, params: Params, wrong: Params): Case => {
    const into = convolve("Deconvolution", ["data", "wide"], [3, 5], params);
    const back = convolve("Convolution", ["wide", "out"], [5, 3], { 1: 1 });
    return { name: `Deconvolution ${name}`, ...changed([INPUT, into, back], wrong) };
  };
  return [
    one("4×4, ×2", { 1: 4, 3: 2, 4: 1, 5: 1 }, { 4: 0 }),
    one("2×2, ×2, no bias", { 1: 2, 3: 2 }, { 3: 1 }),
    one("4×3 with strides", { 1: 4, 11: 3, 3: 3, 13: 2, 5: 1 }, { 3: 2, 13: 3 }),
    one("dilated", { 1: 3, 2: 2, 12: 1, 3: 2 }, { 2: 1, 12: 2 }),
    one("with four borders", { 1: 5, 3: 2, 4: 1, 15: 2, 14: 3, 16: 0, 5: 1 }, { 4: 2, 15: 1 }),
    one("with more at the end", { 1: 3, 3: 3, 18: 2, 19: 1, 5: 1 }, { 18: 1, 19: 2 }),
    one("with more at the right end, and so below", { 1: 3, 3: 2, 4: 1, 18: 1 }, { 19: 0 }),
    one("with an activation", { 1: 4, 3: 2, 4: 1, 5: 1, 9: 3, 10: [-0.2, 0.3] }, { 9: 0 }),
    one("with a leaky activation and more at the end", { 1: 2, 3: 2, 5: 1, 9: 2, 10: [0.1], 18: 1, 19: 1 }, { 9: 1 }),
  ];
}

function activations(): Case[] {
  const fused = (name: string, params: Params, wrong: Params): Case => ({
    name: `an activation of ${name}`,
    ...changed([INPUT, convolve("Convolution", ["data", "out"], [3, 3], { 1: 3, 5: 1, ...params })], wrong),
  });
  const one = (type: string, params: Params, wrong: Params): Case => ({
    name: `${type} ${JSON.stringify(params)}`,
    ...changed([INPUT, layer(type, ["data"], ["out"], params)], wrong),
  });
  const prelu = [INPUT, layer("PReLU", ["data"], ["out"], { 0: 3 }, [plain(3)])];
  const shared = [INPUT, layer("PReLU", ["data"], ["out"], { 0: 1 }, [plain(1)])];
  return [
    fused("nothing", { 9: 0 }, { 9: 1 }),
    fused("ReLU", { 9: 1 }, { 9: 0 }),
    fused("leaky ReLU", { 9: 2, 10: [0.2] }, { 10: [0.1] }),
    fused("clip", { 9: 3, 10: [-0.3, 0.4] }, { 10: [-0.4, 0.3] }),
    fused("sigmoid", { 9: 4 }, { 9: 1 }),
    one("ReLU", {}, { 0: 0.1 }),
    one("ReLU", { 0: 0.25 }, { 0: 0 }),
    one("LeakyReLU", { 0: 0.1 }, { 0: 0 }),
    one("Sigmoid", {}, {}),
    one("Clip", { 0: -0.5, 1: 0.25 }, { 0: -0.25, 1: 0.5 }),
    one("Clip", { 0: 0 }, { 0: -1 }),
    one("Clip", { 1: 0.5 }, { 1: 1 }),
    { name: "PReLU", layers: prelu },
    { name: "PReLU with one slope for all channels", layers: shared },
  ].map((each) => (each.name.startsWith("Sigmoid") ? { name: each.name, layers: each.layers } : each));
}

function rearranging(): Case[] {
  const shuffled = (params: Params, wrong: Params): Case => {
    const channels = 3 * (params[0] as number) ** 2;
    const wide = convolve("Convolution", ["data", "wide"], [3, channels], { 1: 1 });
    return {
      name: `PixelShuffle ${JSON.stringify(params)}`,
      ...changed([INPUT, wide, layer("PixelShuffle", ["wide"], ["out"], params)], wrong),
    };
  };
  const resized = (params: Params, wrong: Params, sides: readonly [number, number] = [13, 17]): Case => ({
    name: `Interp ${JSON.stringify(params)} of ${sides.join("×")}`,
    picture: pictureOf([3, ...sides], noise(randomOf(12))),
    ...changed([INPUT, layer("Interp", ["data"], ["out"], params)], wrong),
  });
  return [
    shuffled({ 0: 2 }, { 1: 1 }),
    shuffled({ 0: 3, 1: 0 }, { 1: 1 }),
    shuffled({ 0: 2, 1: 1 }, { 1: 0 }),
    resized({ 0: 1, 1: 2, 2: 2 }, { 0: 2 }),
    resized({ 0: 1, 1: 3, 2: 2 }, { 1: 2, 2: 3 }),
    resized({ 0: 1, 1: 1.5, 2: 1.5 }, { 0: 2 }, [12, 18]),
    resized({ 0: 1, 1: 0.5, 2: 0.5 }, { 0: 2 }, [12, 18]),
    resized({ 0: 2, 1: 2, 2: 2 }, { 0: 3 }),
    resized({ 0: 2, 1: 1, 2: 4 }, { 1: 4, 2: 1 }),
    resized({ 0: 2, 1: 1.5, 2: 1.5 }, { 0: 1 }, [12, 18]),
    resized({ 0: 2, 1: 0.5, 2: 0.5 }, { 0: 1 }, [12, 18]),
    resized({ 0: 3, 1: 2, 2: 2 }, { 0: 2 }),
    resized({ 0: 3, 1: 1.5, 2: 1.5 }, { 0: 2 }, [12, 18]),
    resized({ 0: 3, 1: 0.5, 2: 0.5 }, { 0: 2 }, [12, 18]),
  ];
}

function combining(): Case[] {
  // Both operands lie above 0, where quotients and powers are tame.
  const operands = [
    INPUT,
    layer("Split", ["data"], ["one", "two", "three"]),
    layer("Clip", ["one"], ["first"], { 0: 0.25 }),
    layer("BinaryOp", ["two"], ["shifted"], { 0: 0, 1: 1, 2: 1.5 }),
    layer("PReLU", ["three"], ["third"], { 0: 3 }, [plain(3)]),
  ];
  const two = operands.slice(0, 4).map((each) => (each.type === "Split" ? { ...each, outputs: ["one", "two"] } : each));
  const binary = Array.from({ length: 9 }, (_, kind): Case[] => [
    {
      name: `BinaryOp ${kind}`,
      ...changed([...two, layer("BinaryOp", ["first", "shifted"], ["out"], { 0: kind })], {
        0: kind === 8 ? 3 : kind === 3 ? 8 : kind === 7 ? 1 : 7,
      }),
    },
    {
      name: `BinaryOp ${kind} with a number`,
      ...changed(
        [
          INPUT,
          layer("Clip", ["data"], ["above"], { 0: 0.25 }),
          layer("BinaryOp", ["above"], ["out"], { 0: kind, 1: 1, 2: 0.75 }),
        ],
        { 2: 0.5 },
      ),
    },
    {
      name: `BinaryOp ${kind} of a picture and a vector`,
      ...changed(withVector({ 0: kind }, ["above", "vector"]), { 0: (kind + 1) % 9 }),
    },
    {
      name: `BinaryOp ${kind} of a vector and a picture`,
      ...changed(withVector({ 0: kind }, ["vector", "above"]), { 0: (kind + 1) % 9 }),
    },
  ]).flat();
  const three = (type: string, params: Params, wrong: Params): Case => ({
    name: `${type} ${JSON.stringify(params)} of three`,
    ...changed([...operands, layer(type, ["first", "shifted", "third"], ["out"], params)], wrong),
  });
  const joined = (axis: number, wrong: number): Case => {
    const all = [...operands, layer("Concat", ["first", "shifted", "third"], ["wide"], { 0: axis })];
    const isDeep = axis === 0 || axis === -3;
    const to = convolve("Convolution", ["wide", "out"], [isDeep ? 9 : 3, 3], { 1: 1 });
    const { layers, twin } = changed(all, { 0: wrong });
    // A twin along another axis has other channels, which a convolution would refuse.
    return isDeep
      ? { name: `Concat ${axis}`, layers: [...layers, to] }
      : { name: `Concat ${axis}`, layers: [...layers, to], twin: [...twin, to] };
  };
  return [
    ...binary,
    three("Eltwise", { 0: 0 }, { 0: 1 }),
    three("Eltwise", { 0: 1 }, { 0: 2 }),
    three("Eltwise", { 0: 1, 1: [0.2, 1, -0.5] }, { 1: [1, 0.2, -0.5] }),
    three("Eltwise", { 0: 2 }, { 0: 0 }),
    joined(0, 0),
    joined(1, 2),
    joined(2, 1),
    joined(-3, 0),
    joined(-2, 2),
    joined(-1, 1),
    { name: "Concat without an axis", layers: [...operands, layer("Concat", ["first", "shifted", "third"], ["wide"])] },
  ].map((each) =>
    each.name === "Concat without an axis"
      ? { name: each.name, layers: [...each.layers, convolve("Convolution", ["wide", "out"], [9, 3], { 1: 1 })] }
      : each,
  );
}

function poolings(): Case[] {
  const one = (name: string, params: Params, wrong: Params, sides?: readonly [number, number]): Case => ({
    name: `Pooling, ${name}`,
    ...changed([INPUT, layer("Pooling", ["data"], ["out"], params)], wrong),
    ...(sides === undefined ? {} : { picture: pictureOf([3, ...sides], noise(randomOf(13))) }),
  });
  return [
    one("the largest of all", { 0: 0, 4: 1 }, { 0: 1 }),
    one("the average of all", { 0: 1, 4: 1 }, { 0: 0 }),
    one("the largest of 2×2, whole windows", { 0: 0, 1: 2, 2: 2, 5: 1 }, { 0: 1 }),
    one("the largest of 2×2, filled up", { 0: 0, 1: 2, 2: 2, 5: 0 }, { 5: 1 }),
    one("the average of 2×2, whole windows", { 0: 1, 1: 2, 2: 2, 5: 1 }, { 5: 0 }),
    one("the average of 2×2, filled up", { 0: 1, 1: 2, 2: 2 }, { 5: 1 }),
    one("the largest of 3×2 with strides", { 0: 0, 1: 3, 11: 2, 2: 2, 12: 1, 5: 1 }, { 2: 1, 12: 2 }),
    one("the largest with borders", { 0: 0, 1: 3, 2: 2, 3: 1, 14: 0, 13: 1, 15: 1, 5: 1 }, { 3: 0, 14: 1 }),
    one("the average with borders left out", { 0: 1, 1: 3, 2: 2, 3: 1, 5: 1 }, { 6: 1 }),
    one("the average with borders counted", { 0: 1, 1: 3, 2: 2, 3: 1, 5: 1, 6: 1 }, { 6: 0 }),
    one("the average with borders left out, filled up", { 0: 1, 1: 3, 2: 2, 3: 1, 5: 0 }, { 6: 1 }, [12, 16]),
  ];
}

function borders(): Case[] {
  const padded = (params: Params, wrong: Params): Case => ({
    name: `Padding ${JSON.stringify(params)}`,
    ...changed([INPUT, layer("Padding", ["data"], ["out"], params)], wrong),
  });
  const cropped = (name: string, params: Params, wrong: Params): Case => ({
    name: `Crop ${name}`,
    ...changed([INPUT, layer("Crop", ["data"], ["out"], params)], wrong),
  });
  const byReference = (channels: number, params: Params, wrong: Params): Case => {
    const layers = [
      INPUT,
      layer("Split", ["data"], ["one", "two"]),
      convolve("Convolution", ["one", "source"], [3, 3], { 1: 1 }),
      convolve("Convolution", ["two", "reference"], [3, channels], { 1: 5 }),
      layer("Crop", ["source", "reference"], ["part"], params),
    ];
    const { layers: right, twin } = changed(layers, wrong);
    const back = convolve("Convolution", ["part", "out"], [channels, 3], { 1: 1 });
    return {
      name: `Crop as large as a blob of ${channels} channels, ${JSON.stringify(params)}`,
      layers: [...right, back],
      twin: [...twin, back],
    };
  };
  return [
    padded({ 0: 1, 1: 2, 2: 3, 3: 4, 4: 0, 5: 0.5 }, { 0: 2, 1: 1 }),
    padded({ 0: 1, 1: 2, 2: 3, 3: 4 }, { 5: 0.5 }),
    padded({ 0: 1, 1: 2, 2: 3, 3: 4, 4: 1 }, { 4: 2 }),
    padded({ 0: 1, 1: 2, 2: 3, 3: 4, 4: 2 }, { 4: 1 }),
    padded({ 0: 12, 1: 0, 2: 0, 3: 16, 4: 2 }, { 4: 1 }),
    cropped("by arrays", { 9: [2, 3], 10: [10, -233], 11: [1, 2] }, { 11: [2, 1] }),
    cropped("by arrays without axes", { 9: [0, 1, 2], 10: [3, 9, 11] }, { 9: [0, 2, 1] }),
    cropped("by arrays from the end", { 9: [-9, 4], 10: [-2, -3], 11: [-2, -1] }, { 11: [-1, -2] }),
    cropped("by arrays beyond the end", { 9: [5], 10: [1000], 11: [2] }, { 9: [6] }),
    cropped("by offsets and sizes", { 0: 2, 1: 3, 3: 11, 4: 7, 5: -233 }, { 0: 3, 1: 2 }),
    cropped("by offsets to the end", { 0: 2, 1: 3, 3: -233, 4: -233, 5: -233 }, { 0: 3, 1: 2 }),
    cropped("by offsets on both sides", { 0: 2, 1: 3, 3: -233, 4: -233, 5: -233, 6: 1, 7: 4 }, { 6: 4, 7: 1 }),
    byReference(3, { 0: 2, 1: 2 }, { 0: 0, 1: 0 }),
    byReference(3, { 0: 1, 1: 4 }, { 0: 4, 1: 1 }),
    byReference(2, { 0: 2, 1: 1 }, { 0: 1, 1: 2 }),
  ];
}

function vectors(): Case[] {
  const [first, second] = [
    innerProduct(["mean", "few"], [3, 5], { 1: 1, 9: 1 }),
    innerProduct(["few", "vector"], [5, 3], { 1: 1, 9: 4 }),
  ];
  const scaled = (between: readonly LayerSpec[]) => [
    INPUT,
    layer("Split", ["data"], ["picture", "other"]),
    layer("Pooling", ["other"], ["mean"], { 0: 1, 4: 1 }),
    ...between,
    layer("Scale", ["picture", "vector"], ["out"], { 0: -233 }),
  ];
  const plainFirst = innerProduct(["mean", "raw"], [3, 5], { 1: 1 });
  const through = (type: string, params: Params = {}, weights = [] as ReturnType<typeof plain>[]): Case => ({
    name: `${type} between two InnerProducts`,
    layers: scaled([plainFirst, layer(type, ["raw"], ["few"], params, weights), second]),
  });
  const own = [INPUT, layer("Scale", ["data"], ["out"], { 0: 3 }, [plain(3)])];
  const withBias = [INPUT, layer("Scale", ["data"], ["out"], { 0: 3, 1: 1 }, [plain(3), plain(3)])];
  const constant = (params: Params, count: number): LayerSpec[] => [
    INPUT,
    layer("MemoryData", [], ["constant"], params, [plain(count)]),
    layer("BinaryOp", ["data", "constant"], ["out"], { 0: 2 }),
  ];
  const joined = [
    INPUT,
    layer("MemoryData", [], ["constant"], { 0: 17, 1: 13, 2: 2 }, [plain(2 * 13 * 17)]),
    layer("Concat", ["data", "constant"], ["deep"], { 0: 0 }),
    convolve("Convolution", ["deep", "out"], [5, 3], { 1: 3 }),
  ];
  const { layers, twin } = changed(scaled([first, second]), {}, { type: "InnerProduct", params: { 9: 0 } });
  return [
    { name: "InnerProduct and a Scale of two inputs", layers, twin },
    { name: "InnerProduct without a bias", layers: scaled([innerProduct(["mean", "vector"], [3, 3])]) },
    through("ReLU"),
    through("Sigmoid"),
    through("Clip", { 0: -0.1, 1: 0.1 }),
    through("PReLU", { 0: 5 }, [plain(5)]),
    through("Dropout"),
    through("BinaryOp", { 0: 2, 1: 1, 2: 0.5 }),
    through("Scale", { 0: 5, 1: 1 }, [plain(5), plain(5)]),
    {
      name: "a Convolution of 1×1 between two InnerProducts",
      layers: scaled([plainFirst, convolve("Convolution", ["raw", "few"], [5, 5], { 5: 1, 9: 1 }), second]),
    },
    {
      name: "two vectors one after the other",
      layers: scaled([
        layer("Split", ["mean"], ["a", "b"]),
        layer("Concat", ["a", "b"], ["six"], { 0: 0 }),
        innerProduct(["six", "vector"], [6, 3], { 1: 1 }),
      ]),
    },
    {
      name: "the sum of two vectors by Eltwise",
      layers: scaled([
        layer("Split", ["mean"], ["a", "b"]),
        layer("Eltwise", ["a", "b"], ["twice"], { 0: 1 }),
        innerProduct(["twice", "vector"], [3, 3], { 1: 1 }),
      ]),
    },
    { name: "Scale", layers: own },
    { name: "Scale with a bias", layers: withBias },
    { name: "MemoryData of a vector", layers: constant({ 0: 3 }, 3) },
    { name: "MemoryData of one number", layers: constant({ 0: 1 }, 1) },
    { name: "MemoryData of a picture", layers: constant({ 0: 17, 1: 13, 2: 3 }, 3 * 13 * 17) },
    { name: "MemoryData of a number a channel", layers: constant({ 0: 1, 1: 1, 2: 3 }, 3) },
    { name: "MemoryData joined to a picture", layers: joined },
    { name: "Dropout", layers: [INPUT, layer("Dropout", ["data"], ["out"])] },
    { name: "Noop", layers: [INPUT, layer("Noop", ["data"], ["out"])] },
  ];
}

/** What hardly any network has. */
function rarities(): Case[] {
  const conv = (name: string, params: Params, wrong: Params): Case => ({
    name: `Convolution ${name}`,
    ...changed([INPUT, convolve("Convolution", ["data", "out"], [3, 3], params)], wrong),
  });
  const one = (name: string, type: string, params: Params, wrong: Params): Case => ({
    name: `${type} ${name}`,
    ...changed([INPUT, layer(type, ["data"], ["out"], params)], wrong),
  });
  const wide = one("of a start of −233 where −233 is a place", "Crop", { 9: [-233], 10: [250], 11: [2] }, { 9: [11] });
  const onVector = (name: string, ...between: readonly LayerSpec[]): Case => ({
    name: `${name} of a vector`,
    layers: [
      INPUT,
      convolve("Convolution", ["data", "wide"], [3, 4], { 1: 1 }),
      layer("Pooling", ["wide"], ["mean"], { 0: 1, 4: 1 }),
      ...between,
      layer("Split", ["vector"], ["out"]),
    ],
  });
  const flagged = [
    INPUT,
    layer("MemoryData", [], ["constant"], { 0: 3, 21: 0 }, [marked(3)]),
    layer("BinaryOp", ["data", "constant"], ["out"], { 0: 2 }),
  ];
  return [
    conv("with SAME borders, dilated", { 1: 3, 2: 2, 4: -233 }, { 4: 0 }),
    conv("with SAME borders, dilated, with strides", { 1: 4, 2: 2, 3: 2, 4: -233 }, { 4: 0 }),
    {
      name: "Deconvolution with SAME borders, which cut nothing without a size",
      ...changed([INPUT, convolve("Deconvolution", ["data", "out"], [3, 3], { 1: 4, 3: 2, 4: -233 })], { 4: 1 }),
    },
    one("with a scale", "Dropout", { 0: 0.5 }, { 0: 1 }),
    one("by arrays with an end of 0, which is the whole length", "Crop", { 9: [5], 10: [0], 11: [2] }, { 10: [12] }),
    one("by arrays with a start of −233", "Crop", { 9: [-233, -233], 10: [9, 11], 11: [1, 2] }, { 9: [1, 0] }),
    { ...wide, picture: pictureOf([3, 5, 300], noise(randomOf(15))) },
    one("of sizes and ends", "Crop", { 0: 2, 1: 3, 3: 14, 4: 9, 5: -233, 6: 3, 7: 2 }, { 6: 0, 7: 0 }),
    {
      ...one("of an average with borders counted, filled up", "Pooling", { 0: 1, 1: 3, 2: 2, 3: 1, 6: 1 }, { 6: 0 }),
      picture: pictureOf([3, 12, 16], noise(randomOf(16))),
    },
    { name: "MemoryData with a mark before its numbers", layers: flagged },
    onVector("Crop", layer("Crop", ["mean"], ["vector"], { 9: [1], 10: [4], 11: [0] })),
    onVector(
      "Concat along the last axis",
      layer("Split", ["mean"], ["a", "b"]),
      layer("Concat", ["a", "b"], ["vector"], { 0: -1 }),
    ),
    onVector("Padding", layer("Padding", ["mean"], ["vector"], { 2: 1, 3: 1 })),
  ];
}

function networks(): Case[] {
  const srvgg = [
    INPUT,
    layer("Split", ["data"], ["data_0", "data_1"]),
    convolve("Convolution", ["data_1", "body_0"], [3, 12], { 1: 3, 4: 1, 5: 1 }),
    layer("PReLU", ["body_0"], ["body_1"], { 0: 12 }, [plain(12, 0.3)]),
    convolve("Convolution", ["body_1", "body_2"], [12, 12], { 1: 3, 4: 1, 5: 1 }),
    layer("PReLU", ["body_2"], ["body_3"], { 0: 12 }, [plain(12, 0.3)]),
    convolve("Convolution", ["body_3", "body_4"], [12, 48], { 1: 3, 4: 1, 5: 1 }),
    layer("PixelShuffle", ["body_4"], ["sharp"], { 0: 4 }),
    layer("Interp", ["data_0"], ["large"], { 0: 1, 1: 4, 2: 4 }),
    layer("BinaryOp", ["sharp", "large"], ["output"], { 0: 0 }),
  ];
  const leaky: Params = { 1: 3, 4: 1, 5: 1, 9: 2, 10: [0.2] };
  const rrdb = [
    INPUT,
    convolve("Convolution", ["data", "first"], [3, 8], { 1: 3, 4: 1, 5: 1 }),
    layer("Split", ["first"], ["f0", "f1", "f2", "f3", "f4"]),
    convolve("Convolution", ["f4", "g"], [8, 4], leaky),
    layer("Split", ["g"], ["g0", "g1"]),
    layer("Concat", ["f3", "g1"], ["fg"], { 0: 0 }),
    convolve("Convolution", ["fg", "h"], [12, 4], leaky),
    layer("Concat", ["f2", "g0", "h"], ["fgh"], { 0: 0 }),
    convolve("Convolution", ["fgh", "dense"], [16, 8], { 1: 3, 4: 1, 5: 1 }),
    layer("Eltwise", ["dense", "f1"], ["block"], { 0: 1, 1: [0.2, 1] }),
    layer("BinaryOp", ["block"], ["weak"], { 0: 2, 1: 1, 2: 0.2 }),
    layer("BinaryOp", ["weak", "f0"], ["sum"], { 0: 0 }),
    layer("Interp", ["sum"], ["large"], { 0: 1, 1: 2, 2: 2 }),
    convolve("Convolution", ["large", "detail"], [8, 8], leaky),
    convolve("Convolution", ["detail", "out"], [8, 3], { 1: 3, 4: 1, 5: 1 }),
  ];
  const bent: Params = { 5: 1, 9: 2, 10: [0.1] };
  const cunet = [
    INPUT,
    convolve("Convolution", ["data", "a"], [3, 6], { 1: 3, ...bent }),
    convolve("Convolution", ["a", "b"], [6, 8], { 1: 3, ...bent }),
    layer("Split", ["b"], ["b_0", "b_1"]),
    convolve("Convolution", ["b_1", "down"], [8, 8], { 1: 2, 3: 2, ...bent }),
    convolve("Convolution", ["down", "deep"], [8, 12], { 1: 3, ...bent }),
    convolve("Convolution", ["deep", "deeper"], [12, 8], { 1: 3, ...bent }),
    layer("Split", ["deeper"], ["d_0", "d_1"]),
    layer("Pooling", ["d_1"], ["mean"], { 0: 1, 4: 1 }),
    innerProduct(["mean", "squeezed"], [8, 2], { 1: 1, 9: 1 }),
    innerProduct(["squeezed", "excited"], [2, 8], { 1: 1, 9: 4 }),
    layer("Scale", ["d_0", "excited"], ["weighed"], { 0: -233 }),
    convolve("Deconvolution", ["weighed", "up"], [8, 8], { 1: 2, 3: 2, ...bent }),
    layer("Split", ["up"], ["up_0", "up_1"]),
    layer("Crop", ["b_0", "up_1"], ["middle"], { 0: 4, 1: 4 }),
    layer("Eltwise", ["middle", "up_0"], ["both"], { 0: 1 }),
    convolve("Convolution", ["both", "last"], [8, 8], { 1: 3, ...bent }),
    convolve("Deconvolution", ["last", "out"], [8, 3], { 1: 4, 3: 2, 4: 3, 5: 1 }),
  ];
  return [
    { name: "a small SRVGG", layers: srvgg },
    { name: "a residual dense block", layers: rrdb },
    { name: "a squeeze-and-excite U-net", layers: cunet, picture: pictureOf([3, 28, 36], noise(randomOf(14))) },
  ];
}

/* How it is compared. */

/** Layers whose last one, or whose last one of a type, has other parameters in the twin. */
function changed(
  layers: readonly LayerSpec[],
  params: Params,
  also?: { readonly type: string; readonly params: Params },
): { readonly layers: readonly LayerSpec[]; readonly twin: readonly LayerSpec[] } {
  const interesting =
    also?.type ?? layers.findLast(({ type }) => type === "Deconvolution")?.type ?? layers.at(-1)?.type;
  const at = layers.findLastIndex(({ type }) => type === interesting);
  const twin = layers.map((each, i) =>
    i === at ? { ...each, params: { ...each.params, ...params, ...also?.params } } : each,
  );
  return { layers, twin };
}

/** A picture above 0.25, a vector of its averages, and a BinaryOp of the two. */
function withVector(params: Params, inputs: readonly string[]): LayerSpec[] {
  return [
    INPUT,
    layer("Split", ["data"], ["one", "two"]),
    layer("Clip", ["one"], ["above"], { 0: 0.25 }),
    layer("Pooling", ["two"], ["averages"], { 0: 1, 4: 1 }),
    layer("Sigmoid", ["averages"], ["vector"]),
    layer("BinaryOp", inputs, ["out"], params),
  ];
}

function expectTwinDiffers({ layers, twin = layers, picture = PICTURE }: Case): void {
  const { bin } = writeNcnn(layers);
  const [right, wrong] = [layers, twin].map((all) => runReference(paramText(all), bin, picture));
  expect(differenceOf(right, wrong)).toBeGreaterThan(100 * TOLERANCE);
}

/** Whether a network is converted; nothing but MODEL_UNSUPPORTED is a reason not to. */
function isKnown(network: NcnnFiles): boolean {
  try {
    convertNcnn(network);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "MODEL_UNSUPPORTED" });
    return false;
  }
}

function hasMarked({ layers }: Case): boolean {
  return layers.some(({ weights = [] }) => weights.some(({ isMarked }) => isMarked));
}

async function compare(name: string, network: Pick<WrittenNetwork, keyof NcnnFiles>, picture: Blob): Promise<void> {
  const expected = runReference(network.param, network.bin, picture);
  const received = await runConverted(network, picture);
  expect([received.channels, received.height, received.width]).toEqual([
    expected.channels,
    expected.height,
    expected.width,
  ]);
  const difference = differenceOf(expected, received);
  compared++;
  if (!(difference <= largest.difference)) largest = { difference, name };
  expect(difference).toBeLessThanOrEqual(TOLERANCE);
}

async function runConverted(files: NcnnFiles, { channels, height, width, data }: Blob): Promise<Blob> {
  const network = await openNetwork(convertNcnn(files), "test", "cpu", { threads: 1, allowSpinning: false });
  try {
    const dims = [1, channels, height, width];
    const input = { name: "input", type: "float32", data: Float32Array.from(data), dims } as const;
    const output = await network.run(input, "output");
    const [batch, ...sides] = output.dims;
    expect(batch).toBe(1);
    expect(sides).toHaveLength(3);
    const [c = 0, h = 0, w = 0] = sides;
    return { channels: c, height: h, width: w, isVector: false, data: Float64Array.from(output.data) };
  } finally {
    await network.release();
  }
}

/** The largest difference of two pictures, relative to values above 1; infinite where their sizes differ. */
function differenceOf(a: Blob | undefined, b: Blob | undefined): number {
  if (a === undefined || b === undefined) return Number.NaN;
  if (a.channels !== b.channels || a.height !== b.height || a.width !== b.width) return Number.POSITIVE_INFINITY;
  // Not Math.max over all: a NaN must not get lost.
  return a.data.reduce((most, value, i) => {
    const difference = Math.abs(value - (b.data[i] ?? Number.NaN)) / Math.max(1, Math.abs(value));
    return difference <= most ? most : difference;
  }, 0);
}

/** Values between −1 and 1, exact in float32. */
function noise(random: () => number): () => number {
  return () => Math.fround(2 * random() - 1);
}
