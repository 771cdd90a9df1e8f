import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type ErrorCode, SilvergrainError } from "../../main/core/errors.ts";
import { convertNcnn, type NcnnFiles } from "../../main/models/ncnn/convert.ts";
import {
  convolve,
  FLAG_FLOAT16,
  INPUT,
  innerProduct,
  type LayerSpec,
  layer,
  marked,
  nameOf,
  type Params,
  paramText,
  plain,
  type WrittenNetwork,
  writeNcnn,
} from "../helpers/ncnn.ts";

const FUZZ_RUNS = 300;
/** No file, however odd, may keep the program busy for longer. */
const MOST_MS = 1000;

let slowestMs = 0;
const fuzzed = new Map<string, number>();
afterAll(() => {
  const outcomes = [...fuzzed].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  console.log(`ncnn, bad files: slowest ${slowestMs.toFixed(0)} ms; mutations: ${outcomes}`);
});

/** A network with weights of every kind. */
const SOUND: readonly LayerSpec[] = [
  INPUT,
  convolve("Convolution", ["data", "wide"], [3, 5], { 1: 3, 4: 1, 5: 1, 9: 2, 10: [0.2] }),
  layer("PReLU", ["wide"], ["bent"], { 0: 5 }, [plain(5)]),
  convolve("ConvolutionDepthWise", ["bent", "each"], [5, 5], { 1: 3, 4: 1, 7: 5 }),
  layer("Split", ["each"], ["picture", "other"]),
  layer("Pooling", ["other"], ["mean"], { 0: 1, 4: 1 }),
  innerProduct(["mean", "few"], [5, 3], { 1: 1, 9: 1 }),
  innerProduct(["few", "vector"], [3, 5], { 1: 1, 9: 4 }),
  layer("Scale", ["picture", "vector"], ["weighed"], { 0: -233 }),
  layer("Scale", ["weighed"], ["shifted"], { 0: 5, 1: 1 }, [plain(5), plain(5)]),
  layer("MemoryData", [], ["constant"], { 0: 5 }, [plain(5)]),
  layer("BinaryOp", ["shifted", "constant"], ["sum"], { 0: 0 }),
  convolve("Deconvolution", ["sum", "large"], [5, 3], { 1: 4, 3: 2, 4: 1, 5: 1 }),
  layer("Crop", ["large"], ["out"], { 9: [0, 1], 10: [3, -233], 11: [0, 2] }),
];

test("the sound network is converted", () => {
  for (const isHalf of [false, true]) expect(convertNcnn(writeNcnn(SOUND, { isHalf })).length).toBeGreaterThan(500);
});

describe("a .param file that is not sound is refused with its name and the line", () => {
  const sound = writeNcnn(SOUND);
  const lines = sound.param.split("\n");
  const withLine = (number: number, change: (line: string) => string) =>
    lines.map((line, i) => (i === number - 1 ? change(line) : line)).join("\n");
  /** The first layer with parameters. */
  const added = (word: string) => withLine(4, (line) => `${line} ${word}`);
  const cases: readonly (readonly [string, string, number, RegExp])[] = [
    ["nothing", "", 1, /expected 7767517/],
    ["another mark", sound.param.replace("7767517", "7767518"), 1, /received “7767518”/],
    ["more after the mark", sound.param.replace("7767517", "7767517 1"), 1, /expected 7767517/],
    ["a binary file", "\u0000\u0001\u0002", 1, /expected 7767517/],
    ["the mark alone", "7767517", 2, /expected the number of layers/],
    ["more layers than follow", withLine(2, () => "15 18"), 2, /promises 15 layers, but 14 follow/],
    ["fewer layers than follow", withLine(2, () => "13 18"), 2, /promises 13 layers, but 14 follow/],
    ["no layers", withLine(2, () => "0 0"), 2, /number of layers/],
    ["a negative number of layers", withLine(2, () => "-14 18"), 2, /number of layers/],
    ["half a layer", withLine(2, () => "14.5 18"), 2, /number of layers/],
    ["too many layers to be true", withLine(2, () => "1e9 18"), 2, /number of layers/],
    ["a word for the number of layers", withLine(2, () => "many 18"), 2, /number of layers/],
    ["a cut line", withLine(4, () => "Convolution convolution_1"), 4, /expected a layer with its blobs/],
    ["fewer blobs than promised", withLine(4, () => "Convolution convolution_1 1 1 data"), 4, /with its blobs/],
    ["a word for the number of blobs", withLine(4, () => "Convolution c one 1 data wide"), 4, /with its blobs/],
    ["a negative number of blobs", withLine(4, () => "Convolution c -1 1 data wide"), 4, /with its blobs/],
    ["a huge number of blobs", withLine(4, () => "Convolution c 1 1e15 data wide"), 4, /with its blobs/],
    ["a blob that is not made", sound.param.replace("1 1 data wide", "1 1 date wide"), 4, /“date” is used before/],
    ["a blob that is made later", sound.param.replace("1 1 data wide", "1 1 out wide"), 4, /“out” is used before/],
    ["a layer that reads itself", sound.param.replace("1 1 data wide", "1 1 wide wide"), 4, /“wide” is used before/],
    ["a blob that is made twice", sound.param.replace("wide bent", "wide data"), 5, /“data” is made twice/],
    ["one blob for two", sound.param.replace("picture other", "other other"), 7, /“other” is made twice/],
    ["a word", added("bias"), 4, /key=value.*“bias”/],
    ["no value", added("5="), 4, /key=value/],
    ["no key", added("=5"), 4, /key=value/],
    ["a word for a key", added("bias=1"), 4, /key=value/],
    ["half a key", added("5.5=1"), 4, /key=value/],
    ["a word for a value", added("5=yes"), 4, /expected numbers.*“5=yes”/],
    ["two values", added("5=1=2"), 4, /expected/],
    ["a gap in an array", added("-23310=2,,1"), 4, /expected/],
    ["an array that ends in a comma", added("-23310=2,1,"), 4, /expected/],
    ["NaN", added("5=nan"), 4, /expected numbers/],
    ["NaN, as it is written here", added("5=NaN"), 4, /expected numbers/],
    ["inf", added("5=inf"), 4, /expected numbers/],
    ["-Infinity", added("5=-Infinity"), 4, /expected numbers/],
    ["a number beyond all", added("5=1e999"), 4, /expected numbers/],
    ["NaN in an array", added("-23310=2,0.5,nan"), 4, /expected numbers/],
    ["a shorter array than it says", added("-23310=3,1,2"), 4, /expected 3 numbers/],
    ["a longer array than it says", added("-23310=1,1,2"), 4, /expected 1 numbers/],
    ["an array without its length", added("-23310=0.5,0.5"), 4, /expected 0.5 numbers/],
    ["an array of negative length", added("-23310=-1"), 4, /expected -1 numbers/],
  ];
  test.each(cases)("%s", (_name, param, line, message) => {
    const error = refusalOf({ ...sound, param });
    expect(error.code).toBe("MODEL_CORRUPT");
    expect(error.message).toContain("test.param");
    expect(error.message).toContain(`line ${line}:`);
    expect(error.message).toMatch(message);
  });

  test("what is quoted of the file is short", () => {
    const error = refusalOf({ ...sound, param: "x".repeat(100_000) });
    expect(error.message.length).toBeLessThan(250);
  });
});

describe("an unknown layer type is named with its line before weights are read", () => {
  const odd = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "convolution", "input", "Softmax"];
  test.each(odd)("%s", (type) => {
    const layers = [...SOUND.slice(0, -1), { ...layer("Crop", ["large"], ["out"]), type, name: "last" }];
    const error = refusalOf({ ...writeNcnn(layers), bin: new Uint8Array(0) });
    expect(error).toMatchObject({ code: "MODEL_UNSUPPORTED" });
    expect(error.message).toContain(`test.param cannot be converted: line 16, layer last: the layer type ${type} `);
  });
});

describe("a .bin file that does not fit is refused with its name and the layer", () => {
  describe.each([
    ["float32", false],
    ["float16", true],
  ] as const)("%s", (_type, isHalf) => {
    const sound = writeNcnn(SOUND, { isHalf });
    const weighty = SOUND.flatMap((spec, i) => (spec.weights?.length ? [{ spec, i, name: nameOf(spec.type, i) }] : []));

    test.each(weighty)("cut before and within $name", ({ i, name }) => {
      const [begin = 0, end = 0] = sound.starts.slice(i, i + 2);
      expect(end).toBeGreaterThan(begin);
      for (const at of [begin, begin + 1, begin + 4, begin + 5, Math.floor((begin + end) / 2), end - 4, end - 1]) {
        const error = refusalOf({ ...sound, bin: sound.bin.slice(0, at) });
        expect(error.code).toBe("MODEL_CORRUPT");
        expect(error.message).toContain(`test.bin is damaged at layer ${name} (line ${i + 3} of the .param file)`);
        expect(error.message).toMatch(/need \d+ bytes, but \d+ are left/);
      }
    });

    test.each([1, 2, 3, 4, 1000])("%i bytes too long", (count) => {
      const error = refusalOf({ ...sound, bin: Uint8Array.from([...sound.bin, ...new Uint8Array(count)]) });
      expect(error.code).toBe("MODEL_CORRUPT");
      expect(error.message).toContain(`test.bin is ${count} bytes longer`);
    });

    const markedLayers = weighty.filter(({ spec }) => spec.weights?.[0]?.isMarked);
    test.each(markedLayers)("each byte of the mark of $name is another", ({ i, name }) => {
      const begin = sound.starts[i] ?? 0;
      for (let byte = 0; byte < 4; byte++) {
        for (const change of [0x01, 0x80, 0xff]) {
          const bin = Uint8Array.from(sound.bin);
          bin[begin + byte] = (bin[begin + byte] ?? 0) ^ change;
          const error = refusalOf({ ...sound, bin });
          expect(error.code).toBe("MODEL_CORRUPT");
          expect(error.message).toContain(`test.bin is damaged at layer ${name} (line ${i + 3}`);
          expect(error.message).toMatch(/the mark 0x[0-9a-f]{8}/);
        }
      }
    });

    test.each(markedLayers)("8-bit weights in $name", ({ i, name }) => {
      const bin = Uint8Array.from(sound.bin);
      new DataView(bin.buffer).setUint32(sound.starts[i] ?? 0, 0x000d4b38, true);
      const error = refusalOf({ ...sound, bin });
      expect(error.code).toBe("MODEL_UNSUPPORTED");
      expect(error.message).toContain("test.bin holds 8-bit weights");
      expect(error.message).toContain(name);
    });

    test.each(weighty)("no number among the first and the last weights of $name", ({ spec, i, name }) => {
      const [begin = 0, end = 0] = sound.starts.slice(i, i + 2);
      const isMarked = spec.weights?.[0]?.isMarked === true;
      const isHalfFirst = isHalf && isMarked;
      // The last array of a layer with a bias is plain; one without may end in a half that only fills up.
      const isHalfLast = isHalf && spec.weights?.at(-1)?.isMarked === true;
      const isFilled = isHalfLast && (spec.weights?.at(-1)?.count ?? 0) % 2 === 1;
      const places = [
        { at: begin + (isMarked ? 4 : 0), isHalfHere: isHalfFirst },
        { at: end - (isHalfLast ? (isFilled ? 4 : 2) : 4), isHalfHere: isHalfLast },
      ];
      for (const { at, isHalfHere } of places) {
        for (const word of isHalfHere ? [0x7c00, 0xfc00, 0x7e00, 0x7c01] : [0x7f800000, 0xff800000, 0x7fc00000]) {
          const bin = Uint8Array.from(sound.bin);
          const view = new DataView(bin.buffer);
          if (isHalfHere) view.setUint16(at, word, true);
          else view.setUint32(at, word, true);
          const error = refusalOf({ ...sound, bin });
          expect(error.code).toBe("MODEL_CORRUPT");
          expect(error.message).toContain(`test.bin is damaged at layer ${name} (line ${i + 3}`);
          expect(error.message).toMatch(/not numbers/);
        }
      }
    });
  });

  test("the largest numbers that float32 has are numbers", () => {
    const network = writeNcnn([INPUT, layer("Scale", ["data"], ["out"], { 0: 3 }, [plain(3)])]);
    const bin = new Uint8Array(Float32Array.of(3.4028234e38, -3.4028234e38, 3.4028234e38).buffer);
    expect(() => convertNcnn({ ...network, bin })).not.toThrow();
  });

  test("the bytes may begin anywhere in their buffer", () => {
    const network = writeNcnn(SOUND, { isHalf: true });
    const shifted = new Uint8Array(network.bin.length + 3);
    shifted.set(network.bin, 3);
    expect(convertNcnn({ ...network, bin: shifted.subarray(3) })).toEqual(convertNcnn(network));
  });

  test("a mark of the other kind is read as what it says, and then nothing fits", () => {
    const whole = writeNcnn(SOUND);
    new DataView(whole.bin.buffer).setUint32(0, FLAG_FLOAT16, true);
    expect(refusalOf(whole).code).toBe("MODEL_CORRUPT");
  });
});

describe("what is not known is refused with the layer and its line", () => {
  const one = (type: string, params: Params, outputs = ["out"]) => [INPUT, layer(type, ["data"], outputs, params)];
  const two = (type: string, params: Params = {}) => [
    INPUT,
    layer("Split", ["data"], ["a", "b"]),
    layer(type, ["a", "b"], ["out"], params),
  ];
  const conv = (params: Params) => [INPUT, convolve("Convolution", ["data", "out"], [3, 3], { 1: 3, ...params })];
  const deconv = (params: Params) => [INPUT, convolve("Deconvolution", ["data", "out"], [3, 3], { 1: 3, ...params })];
  const global = (...rest: LayerSpec[]) => [INPUT, layer("Pooling", ["data"], ["mean"], { 0: 1, 4: 1 }), ...rest];
  const flag = (params: Params) => [
    INPUT,
    layer("MemoryData", [], ["constant"], { 0: 3, ...params }, [params[21] === 0 ? marked(3) : plain(3)]),
    layer("BinaryOp", ["data", "constant"], ["out"], { 0: 0 }),
  ];
  const matrix = [
    INPUT,
    layer("MemoryData", [], ["constant"], { 0: 13, 1: 3 }, [plain(39)]),
    layer("BinaryOp", ["data", "constant"], ["out"], { 0: 0 }),
  ];
  const cases: readonly (readonly [string, readonly LayerSpec[]])[] = [
    ["InnerProduct on a picture", [INPUT, innerProduct(["data", "out"], [3, 3])]],
    ["InnerProduct on a picture of a Convolution", [...conv({}).map(renamed), innerProduct(["inner", "out"], [3, 3])]],
    ["InnerProduct with 8-bit weights", global(innerProduct(["mean", "out"], [3, 3], { 8: 2 }))],
    ["an activation 5", conv({ 9: 5 })],
    ["an activation 6", conv({ 9: 6, 10: [0.2, 0.5] })],
    ["an activation −1", conv({ 9: -1 })],
    ["an activation 5 of a Deconvolution", deconv({ 9: 5 })],
    ["an activation 5 of an InnerProduct", global(innerProduct(["mean", "out"], [3, 3], { 9: 5 }))],
    ["Convolution with 8-bit weights", conv({ 8: 2 })],
    ["Convolution with a border of ones", conv({ 4: 1, 18: 1 })],
    ["Convolution of more weights than channels", conv({}).map(withParams("Convolution", { 0: 4 }))],
    ["Deconvolution of a fixed size", deconv({ 20: 26, 21: 34 })],
    ["BinaryOp 9", two("BinaryOp", { 0: 9 })],
    ["BinaryOp −1", two("BinaryOp", { 0: -1 })],
    ["BinaryOp of one", one("BinaryOp", { 0: 0 })],
    ["BinaryOp of two and a number", two("BinaryOp", { 0: 0, 1: 1, 2: 3 })],
    ["Eltwise 3", two("Eltwise", { 0: 3 })],
    ["Eltwise of one", one("Eltwise", { 0: 1 })],
    ["Interp 0", one("Interp", { 0: 0, 1: 2, 2: 2 })],
    ["Interp 4", one("Interp", { 0: 4, 1: 2, 2: 2 })],
    ["Interp to a size", one("Interp", { 0: 2, 3: 26, 4: 34 })],
    ["Interp with aligned corners", one("Interp", { 0: 2, 1: 2, 2: 2, 6: 1 })],
    ["Interp as large as another", two("Interp", { 0: 2 })],
    ["Pooling with SAME borders", one("Pooling", { 0: 0, 1: 2, 2: 2, 5: 2 })],
    ["Pooling to a size", one("Pooling", { 0: 0, 7: 1, 8: 4 })],
    ["Pooling 2", one("Pooling", { 0: 2, 1: 2, 2: 2, 5: 1 })],
    ["Padding 3", one("Padding", { 0: 1, 4: 3 })],
    ["Padding with a value a channel", one("Padding", { 0: 1, 6: 3 })],
    ["Padding of channels", one("Padding", { 0: 1, 7: 1, 8: 2 })],
    ["Padding told by another blob", two("Padding", { 0: -233, 1: -233, 2: -233, 3: -233 })],
    ["Crop of channels by an offset", two("Crop", { 2: 1 })],
    ["Crop of channels by a size", one("Crop", { 0: 1, 1: 1, 3: 5, 4: 5, 5: 2 })],
    ["Crop of channels at their end", one("Crop", { 3: -233, 4: -233, 5: -233, 8: 1 })],
    ["Crop told by another blob", two("Crop", { 0: -233 })],
    ["Scale of two without −233", [INPUT, layer("Scale", ["data"], ["out"], { 0: -233 })]],
    ["PReLU of two", two("PReLU", { 0: 3 })],
    ["Sigmoid of two", two("Sigmoid")],
    ["two outputs of one Sigmoid", one("Sigmoid", {}, ["out", "other"])],
    ["a matrix", matrix],
    ["MemoryData of four dimensions", flag({ 11: 1 })],
  ];
  test.each(cases)("%s", (_name, layers) => {
    const error = refusalOf(writeNcnn(layers));
    // The layer in question is the last one with parameters of its own.
    expect(error.message).toMatch(/test\.param cannot be converted: line \d+, layer \w+: \S.*\.$/);
    expect(error.code).toBe("MODEL_UNSUPPORTED");
    expect(layers.map(({ type }, i) => `line ${i + 3}, layer ${nameOf(type, i)}:`)).toContain(
      error.message.match(/line \d+, layer \w+:/)?.[0],
    );
  });

  test("a Split of nothing", () => {
    expect(refusalOf(writeNcnn([INPUT, layer("Split", [], ["out"])])).message).toMatch(/line 4, layer split_1:/);
  });

  const pictures: readonly (readonly [string, readonly LayerSpec[], RegExp])[] = [
    ["two outputs", [INPUT, layer("Split", ["data"], ["a", "b"])], /one output picture, but it has 2/],
    ["no output", [{ ...INPUT, outputs: [] }], /one (in|out)put picture, but it has 0/],
    [
      "two inputs",
      [INPUT, layer("Input", [], ["more"]), layer("BinaryOp", ["data", "more"], ["out"])],
      /one input picture, but it has 2/,
    ],
    ["two inputs in one layer", [layer("Input", [], ["a", "b"]), layer("BinaryOp", ["a", "b"], ["out"])], /it has 2/],
    ["no input", [layer("MemoryData", [], ["out"], { 0: 3 }, [plain(3)])], /one input picture, but it has 0/],
  ];
  test.each(pictures)("%s", (_name, layers, message) => {
    const error = refusalOf(writeNcnn(layers));
    expect(error.code).toBe("MODEL_UNSUPPORTED");
    expect(error.message).toMatch(/^test\.param /);
    expect(error.message).toMatch(message);
  });

  test("MemoryData with a mark before its numbers is read as such or refused", () => {
    // Key 21 = 0: as modelbin.cpp's type 0. Read as plain numbers, the mark would be the first of them.
    const outcome = outcomeOf(writeNcnn(flag({ 21: 0 })));
    if (typeof outcome !== "string") expect(outcome.code).toBe("MODEL_UNSUPPORTED");
  });
});

describe("numbers that cannot be are refused at once", () => {
  const HUGE = [1e15, 1e300, 2 ** 31, 2 ** 53];
  const never = [-3, -1, 0, 0.5, 1.5, ...HUGE];
  const withoutZero = never.filter((value) => value !== 0);
  const base: readonly (readonly [string, readonly LayerSpec[], Readonly<Record<number, readonly number[]>>])[] = [
    [
      "Convolution",
      [INPUT, convolve("Convolution", ["data", "out"], [3, 4], { 1: 2, 5: 1 })],
      { 0: never, 1: never, 11: never, 6: never, 2: never, 3: never, 12: never, 13: never, 4: [-1, 0.5, ...HUGE] },
    ],
    [
      "ConvolutionDepthWise",
      [INPUT, convolve("ConvolutionDepthWise", ["data", "out"], [3, 3], { 1: 3, 7: 3 })],
      { 0: never, 1: never, 6: never, 7: [-3, -1, 0, 0.5, 2, ...HUGE] },
    ],
    [
      "Deconvolution",
      [INPUT, convolve("Deconvolution", ["data", "out"], [3, 4], { 1: 2, 3: 2, 5: 1 })],
      { 0: never, 1: never, 11: never, 6: never, 2: never, 3: never, 4: [-1, 0.5, ...HUGE], 18: [-1, 0.5, ...HUGE] },
    ],
    [
      "InnerProduct",
      [INPUT, layer("Pooling", ["data"], ["mean"], { 0: 1, 4: 1 }), innerProduct(["mean", "out"], [3, 4], { 1: 1 })],
      { 0: never, 2: never },
    ],
    ["PReLU", [INPUT, layer("PReLU", ["data"], ["out"], { 0: 3 }, [plain(3)])], { 0: never }],
    ["Scale", [INPUT, layer("Scale", ["data"], ["out"], { 0: 3, 1: 1 }, [plain(3), plain(3)])], { 0: never }],
    [
      "MemoryData",
      [
        INPUT,
        layer("MemoryData", [], ["constant"], { 0: 1, 1: 1, 2: 3 }, [plain(3)]),
        layer("BinaryOp", ["data", "constant"], ["out"]),
      ],
      { 0: withoutZero.filter((value) => value !== 1), 1: withoutZero, 2: withoutZero },
    ],
    ["PixelShuffle", [INPUT, layer("PixelShuffle", ["data"], ["out"], { 0: 1 })], { 0: never }],
    [
      "Pooling",
      [INPUT, layer("Pooling", ["data"], ["out"], { 0: 0, 1: 2, 2: 2, 5: 1 })],
      { 1: never, 2: never, 11: never, 12: never, 3: [-1, 0.5, ...HUGE] },
    ],
    [
      "Padding",
      [INPUT, layer("Padding", ["data"], ["out"], { 0: 1 })],
      { 0: [-1, 0.5, ...HUGE], 3: [-1, 0.5, ...HUGE] },
    ],
    ["Interp", [INPUT, layer("Interp", ["data"], ["out"], { 0: 1, 1: 2, 2: 2 })], { 1: [-1, 0, 1e300], 2: [-1, 0] }],
    [
      "Concat",
      [INPUT, layer("Split", ["data"], ["a", "b"]), layer("Concat", ["a", "b"], ["out"], { 0: 0 })],
      { 0: [-4, 3, 0.5, ...HUGE] },
    ],
    [
      "Crop",
      [INPUT, layer("Crop", ["data"], ["out"], { 0: 1, 1: 1, 3: 5, 4: 5, 5: -233 })],
      { 0: [-1, 0.5], 3: [-1, 0.5] },
    ],
  ];
  const cases = base.flatMap(([type, layers, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ type, layers, key: Number(key), values })),
  );
  test.each(cases)("$type, key $key", ({ type, layers, key, values }) => {
    const { bin } = writeNcnn(layers);
    const wrong = values.filter((value) => {
      const network = { ...writeNcnn([]), param: paramText(layers.map(withParams(type, { [key]: value }))), bin };
      const outcome = outcomeOf(network);
      return typeof outcome === "string" || !/test\.(param|bin) .*\bline \d+\b/.test(outcome.message);
    });
    expect(wrong, "values that were let through").toEqual([]);
  });

  test("two negative sides do not make a positive count", () => {
    const sides = layer("MemoryData", [], ["constant"], { 0: -3, 1: -1, 2: 1 }, [plain(3)]);
    refusalOf(writeNcnn([INPUT, sides, layer("BinaryOp", ["data", "constant"], ["out"])]));
    const kernel = layer("Convolution", ["data"], ["out"], { 0: 3, 1: -3, 6: 81 }, [marked(81)]);
    refusalOf(writeNcnn([INPUT, kernel]));
    const half = layer("Convolution", ["data"], ["out"], { 0: 0.5, 1: 1, 6: 1.5 }, [marked(2)]);
    for (const isHalf of [false, true]) refusalOf(writeNcnn([INPUT, half], { isHalf }));
  });

  test.each([
    ["starts", { 9: [0.5], 10: [5], 11: [1] }],
    ["ends", { 9: [1], 10: [5.5], 11: [1] }],
    ["axes", { 9: [1], 10: [5], 11: [0.5] }],
    ["an axis that is not there", { 9: [1], 10: [5], 11: [3] }],
    ["fewer ends than starts", { 9: [1, 1], 10: [5], 11: [1, 2] }],
    ["fewer axes than starts", { 9: [1, 1], 10: [5, 5], 11: [1] }],
    ["more starts than axes there are", { 9: [0, 0, 0, 0], 10: [1, 1, 1, 1] }],
  ] as const)("Crop by arrays: %s", (_name, params) => {
    expect(refusalOf(writeNcnn([INPUT, layer("Crop", ["data"], ["out"], params)])).message).toMatch(/line 4/);
  });

  test("numbers that are huge together ask for no memory", () => {
    const before = process.memoryUsage().arrayBuffers;
    for (const params of [
      { 0: 1e15, 1: 1, 6: 3e15 },
      { 0: 1, 1: 1, 6: 1e15 },
      { 0: 1e9, 1: 1, 6: 3e9 },
      { 0: 2 ** 30, 1: 1, 6: 2 ** 30 },
    ]) {
      for (const type of ["Convolution", "Deconvolution"]) {
        const spec = layer(type, ["data"], ["out"], params, [marked(100)]);
        for (const isHalf of [false, true]) refusalOf(writeNcnn([INPUT, spec], { isHalf }));
      }
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  });
});

describe("whatever is done to a sound network, it is converted or refused", () => {
  const [whole, half] = [writeNcnn(SOUND), writeNcnn(SOUND, { isHalf: true })];
  const oddNumbers = ["-1", "0", "0.5", "1.5", "1e15", "-233", "2147483648", "1e300", "1e-300", "99999999999999999999"];
  const oddWords = ["", "nan", "=", ",", "-23300=0", "-23309=1,0.5", "__proto__", "0x10", "1e", "−3", "\u0000", "data"];
  /** Where, as a part of the whole. Not fc.double: most doubles below 1 are next to 0. */
  const at = fc.nat(999_999).map((millionths) => millionths / 1e6);
  const place = (part: number, length: number) => Math.floor(part * length);
  const textMutation = fc.oneof(
    fc.record({ kind: fc.constant("letter" as const), at, letter: fc.integer({ min: 0, max: 127 }) }),
    fc.record({ kind: fc.constantFrom("drop line", "repeat line", "swap lines", "cut"), at }),
    fc.record({ kind: fc.constant("number" as const), at, word: fc.constantFrom(...oddNumbers) }),
    fc.record({ kind: fc.constant("word" as const), at, word: fc.constantFrom(...oddNumbers, ...oddWords) }),
  );
  const binMutation = fc.oneof(
    fc.record({ kind: fc.constant("byte" as const), at, value: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ kind: fc.constant("32 bits" as const), at, value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
    fc.record({ kind: fc.constantFrom("cut", "append", "remove a word"), at }),
  );

  type TextMutation = typeof textMutation extends fc.Arbitrary<infer T> ? T : never;
  type BinMutation = typeof binMutation extends fc.Arbitrary<infer T> ? T : never;

  function mutatedText(text: string, mutation: TextMutation): string {
    const part = mutation.at;
    const lines = text.split("\n");
    const line = place(part, lines.length);
    if ("letter" in mutation) {
      const index = place(part, text.length);
      return text.slice(0, index) + String.fromCharCode(mutation.letter) + text.slice(index + 1);
    }
    if ("word" in mutation) {
      const pattern = mutation.kind === "number" ? /(?<=[=,])-?[\d.]+/g : /[^\s=,]+/g;
      const found = [...text.matchAll(pattern)];
      const chosen = found[place(part, found.length)];
      if (chosen === undefined) return text;
      return text.slice(0, chosen.index) + mutation.word + text.slice(chosen.index + chosen[0].length);
    }
    if (mutation.kind === "drop line") return lines.toSpliced(line, 1).join("\n");
    if (mutation.kind === "repeat line") return lines.toSpliced(line, 0, lines[line] ?? "").join("\n");
    if (mutation.kind === "swap lines")
      return lines.toSpliced(line, 2, ...lines.slice(line, line + 2).reverse()).join("\n");
    return text.slice(0, place(part, text.length));
  }

  function mutatedBin(bin: Uint8Array, mutation: BinMutation): Uint8Array {
    const index = place(mutation.at, bin.length);
    const word = place(mutation.at, bin.length / 4) * 4;
    const copy = Uint8Array.from(bin);
    if (mutation.kind === "byte" && "value" in mutation) copy[index] = mutation.value;
    else if ("value" in mutation && word + 4 <= copy.length)
      new DataView(copy.buffer).setUint32(word, mutation.value, true);
    else if (mutation.kind === "cut") return copy.slice(0, index);
    else if (mutation.kind === "append") return Uint8Array.from([...copy, ...copy.slice(0, index + 1)]);
    else if (mutation.kind === "remove a word")
      return Uint8Array.from([...copy.slice(0, word), ...copy.slice(word + 4)]);
    return copy;
  }

  const settings = { numRuns: FUZZ_RUNS, seed: 20_240, endOnFailure: false } as const;
  const noteOutcome = (outcome: SilvergrainError | "converted") => {
    const code = outcome === "converted" ? outcome : outcome.code;
    fuzzed.set(code, (fuzzed.get(code) ?? 0) + 1);
    if (outcome === "converted") return;
    expect(["MODEL_CORRUPT", "MODEL_UNSUPPORTED"] satisfies ErrorCode[]).toContain(outcome.code);
    expect(outcome.message).toMatch(/test\.(param|bin)/);
  };

  test("the text of its .param file", () => {
    const mutations = fc.array(textMutation, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.boolean(), mutations, (isHalf, all) => {
        const network = isHalf ? half : whole;
        noteOutcome(outcomeOf({ ...network, param: all.reduce(mutatedText, network.param) }));
      }),
      settings,
    );
  });

  test("numbers of its .param file alone", () => {
    const number = fc.record({ kind: fc.constant("number" as const), at, word: fc.constantFrom(...oddNumbers) });
    fc.assert(
      fc.property(fc.boolean(), fc.array(number, { minLength: 1, maxLength: 4 }), (isHalf, all) => {
        const network = isHalf ? half : whole;
        noteOutcome(outcomeOf({ ...network, param: all.reduce(mutatedText, network.param) }));
      }),
      settings,
    );
  });

  test("the bytes of its .bin file", () => {
    const mutations = fc.array(binMutation, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.boolean(), mutations, (isHalf, all) => {
        const network = isHalf ? half : whole;
        noteOutcome(outcomeOf({ ...network, bin: all.reduce(mutatedBin, network.bin) }));
      }),
      settings,
    );
  });

  test("both of them", () => {
    fc.assert(
      fc.property(fc.boolean(), textMutation, binMutation, (isHalf, text, bytes) => {
        const network = isHalf ? half : whole;
        const param = mutatedText(network.param, text);
        noteOutcome(outcomeOf({ ...network, param, bin: mutatedBin(network.bin, bytes) }));
      }),
      settings,
    );
  });

  test("and much of it is still a network, while more of it is not", () => {
    for (const outcome of ["converted", "MODEL_CORRUPT", "MODEL_UNSUPPORTED"]) {
      expect(fuzzed.get(outcome), outcome).toBeGreaterThan(FUZZ_RUNS / 10);
    }
  });

  test("files of anything at all", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.uint8Array({ maxLength: 64 }),
        fc.boolean(),
        (text, bin, begins) => {
          const param = begins ? `7767517\n1 1\n${text}` : text;
          noteOutcome(outcomeOf({ param, paramName: "test.param", bin, binName: "test.bin" }));
        },
      ),
      settings,
    );
  });
});

function renamed(spec: LayerSpec): LayerSpec {
  return spec.type === "Input" ? spec : { ...spec, outputs: ["inner"] };
}

/** Changes parameters of every layer of a type; its weights stay as they are. */
function withParams(type: string, params: Params): (spec: LayerSpec) => LayerSpec {
  return (spec) => (spec.type === type ? { ...spec, params: { ...spec.params, ...params } } : spec);
}

/** What comes of files, in good time: anything but a conversion or a SilvergrainError fails the test. */
function outcomeOf(files: NcnnFiles | WrittenNetwork): SilvergrainError | "converted" {
  const began = performance.now();
  let outcome: SilvergrainError | "converted" = "converted";
  try {
    convertNcnn(files);
  } catch (error) {
    if (!(error instanceof SilvergrainError)) throw error;
    outcome = error;
  }
  const tookMs = performance.now() - began;
  slowestMs = Math.max(slowestMs, tookMs);
  expect(tookMs).toBeLessThan(MOST_MS);
  return outcome;
}

function refusalOf(files: NcnnFiles): SilvergrainError {
  const outcome = outcomeOf(files);
  if (outcome === "converted") throw new Error("it was converted");
  return outcome;
}
