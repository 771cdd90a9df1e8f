import type { ElementType } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { clamp, describeSize, roundUp, type Size } from "../core/geometry.ts";
import {
  type Colour,
  type ColourReading,
  MAX_PAD_PX,
  MAX_REACH_PX,
  type ModelTraits,
  reachOf,
  readColours,
  sideRelation,
} from "../core/model-traits.ts";
import { type WindowRule, windowNear } from "../core/tiles.ts";
import { nextTurn } from "../system/next-turn.ts";
import type { Network } from "./session.ts";

/** Sides that windows must be multiples of, tried in this order. */
const MULTIPLES = [1, 2, 4, 8, 16, 32, 64];
/** Windows are tried at about these sides: small first, for speed; models without borders need larger ones. */
const TRIED_PX = [21, 75, 150];
const LEAST_PX = [1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128];
const LEAST_FIXED_PX = 32;
const RANGES = [
  [0, 1],
  [0, 255],
] as const;
/** Three colours that no exchange of planes turns into one another. */
const PATCHES: readonly Colour[] = [
  [0.8, 0.3, 0.2],
  [0.2, 0.6, 0.4],
  [0.4, 0.3, 0.7],
];
const PATCH_PX = 16;
/** The height of the strip in which the reach is looked for. */
const STRIP_PX = 8;
/** The core of the window in which a seam is looked for. */
const SEAM_CORE_PX = 16;
/** A result that is smaller than this everywhere, in fractions of full scale, is black. */
const LEAST_DIFFERENCE = 1e-4;
/** Larger ones would make a photo of a megapixel into one of more than 256. */
const MOST_SCALE = 16;

/**
 * Finds out by running it what a model is: everything that its manifest must say to run it.
 * @param name of the model, for errors
 * @throws SilvergrainError MODEL_UNSUPPORTED with what was expected and what came
 */
export async function probeModel(network: Network, name: string): Promise<ModelTraits> {
  const probe = new ModelProbe(network, name);
  return probe.run();
}

type Relation = { readonly scale: number; readonly shrinkPx: number };

class ModelProbe {
  private readonly inputName: string;
  private readonly outputName: string;
  private readonly elementType: ElementType;
  private readonly fixed: Size | undefined;
  private planes: 1 | 3;
  /** What the runtime said when it last refused a size. */
  private lastError: SilvergrainError | undefined;
  private readonly planesAreOpen: boolean;

  constructor(
    private readonly network: Network,
    private readonly name: string,
  ) {
    const [input] = network.inputs;
    if (input === undefined || network.inputs.length !== 1) {
      throw this.unsupported(`one picture as its input, but it has ${network.inputs.length} inputs`);
    }
    const [output] = network.outputs;
    if (output === undefined) throw this.unsupported("a picture as its output, but it has none");
    if (input.type !== "float32" && input.type !== "float16") {
      throw this.unsupported(`float32 or float16 numbers, but it takes ${input.type}`);
    }
    const [batch, planes, height, width] = input.shape;
    if (input.shape.length !== 4 || (isFixed(batch) && batch !== 1)) {
      throw this.unsupported(`one picture of planes × height × width, but it takes ${input.shape.join(" × ")}`);
    }
    const planesAreLast = width === 3 && planes !== 3 && planes !== 1;
    if (planesAreLast || (isFixed(planes) && planes !== 1 && planes !== 3)) {
      throw this.unsupported(`1 or 3 planes first, but it takes ${input.shape.join(" × ")}`);
    }
    this.inputName = input.name;
    this.outputName = output.name;
    this.elementType = input.type;
    this.planesAreOpen = !isFixed(planes);
    this.planes = planes === 1 ? 1 : 3;
    this.fixed = isFixed(height) && isFixed(width) ? { width, height } : undefined;
    if (isFixed(height) !== isFixed(width)) {
      throw this.unsupported(`both sides fixed or neither, but it takes ${input.shape.join(" × ")}`);
    }
  }

  async run(): Promise<ModelTraits> {
    const { windows, relation } = await this.findWindows();
    if (relation.scale > MOST_SCALE) {
      throw this.unsupported(`a scale of ${MOST_SCALE} at most, but it is ${relation.scale}`);
    }
    const reading = await this.findColours(windows, relation);
    const reach = await this.findReach(windows, relation, reading.range[1]);
    const gray = this.planes === 1;
    return {
      inputName: this.inputName,
      outputName: this.outputName,
      elementType: this.elementType,
      inputPlanes: gray ? "gray" : "RGB",
      outputPlanes: gray ? "gray" : reading.isReversed ? "BGR" : "RGB",
      range: reading.range,
      windows,
      difference: reading.isDifference ? await this.findSign(windows, relation, reading.range[1]) : "none",
      ...reach,
      ...relation,
    };
  }

  private async findWindows(): Promise<{ readonly windows: WindowRule; readonly relation: Relation }> {
    if (this.fixed !== undefined) return this.fixedWindows(this.fixed);
    for (const planes of this.planesAreOpen ? ([3, 1] as const) : [this.planes]) {
      this.planes = planes;
      for (const multiplePx of MULTIPLES) {
        for (const sidePx of TRIED_PX) {
          const relation = await this.relationAt(Math.ceil(sidePx / multiplePx), multiplePx);
          if (relation === undefined) continue;
          return { windows: { multiplePx, leastPx: await this.leastSide(multiplePx, relation) }, relation };
        }
      }
    }
    throw this.unsupported(
      `a result whose sides are whole multiples of the photo's, but no size that was tried gave one${this.lastWords()}`,
    );
  }

  private async fixedWindows(fixed: Size): Promise<{ readonly windows: WindowRule; readonly relation: Relation }> {
    if (Math.min(fixed.width, fixed.height) < LEAST_FIXED_PX) {
      throw this.unsupported(`windows of ${LEAST_FIXED_PX} px or more, but it takes ${describeSize(fixed)} only`);
    }
    const output = await this.tryOutput(fixed);
    const scale = output === undefined ? 0 : output.width / fixed.width;
    if (output === undefined || !Number.isInteger(scale) || scale < 1 || output.height !== scale * fixed.height) {
      const came = output === undefined ? "nothing" : describeSize(output);
      throw this.unsupported(`a whole multiple of ${describeSize(fixed)} as its result, but ${came} came`);
    }
    return { windows: { multiplePx: 1, leastPx: 1, fixed }, relation: { scale, shrinkPx: 0 } };
  }

  /** Four sides in a row, so that a model that only takes every second or fourth is found out. */
  private async relationAt(first: number, multiplePx: number): Promise<Relation | undefined> {
    const sides: [number, number][] = [];
    for (const k of [first, first + 2]) {
      const size = { width: k * multiplePx, height: (k + 1) * multiplePx };
      const output = await this.tryOutput(size);
      if (output === undefined) return undefined;
      sides.push([size.width, output.width], [size.height, output.height]);
    }
    return sideRelation(sides);
  }

  private async leastSide(multiplePx: number, { scale, shrinkPx }: Relation): Promise<number> {
    for (const least of LEAST_PX) {
      const side = roundUp(least + 2 * shrinkPx, multiplePx);
      const output = await this.tryOutput({ width: side, height: side });
      const wanted = scale * (side - 2 * shrinkPx);
      if (output?.width === wanted && output.height === wanted) return side;
    }
    throw this.unsupported(`windows of ${LEAST_PX.at(-1)} px to work, but they do not`);
  }

  private async findColours(windows: WindowRule, relation: Relation): Promise<ColourReading> {
    const size = this.sizeFor({ width: 3 * PATCH_PX, height: PATCH_PX }, windows, relation);
    const patches = this.planes === 3 ? PATCHES : PATCHES.map((colour) => colour.slice(0, 1));
    const third = (size.width - 2 * relation.shrinkPx) / 3;
    const seen = [];
    for (const range of RANGES) {
      const input = this.picture(size, (plane, x) => {
        const patch = patches[clamp(Math.floor((x - relation.shrinkPx) / third), 0, 2)] as Colour;
        return (patch[plane] as number) * range[1];
      });
      const output = await this.infer(input, size);
      const colours = patches.map((_, i) => this.meanColour(output, (i + 0.5) * third, relation.scale, range[1]));
      seen.push({ range, colours });
      // Most models are of 0..1, and with them the second run is saved.
      if (readColours(patches, seen)?.isClear === true) break;
    }
    const reading = readColours(patches, seen);
    if (reading === undefined) {
      const came = seen.map(({ range, colours }) => `${range[1] === 1 ? "0..1" : "0..255"}: ${describe(colours)}`);
      throw this.unsupported(
        `colour patches ${describe(patches)} to come back as the same colours, but these came, for numbers of ${came.join(", of ")}`,
      );
    }
    return reading;
  }

  /**
   * Whether a difference is to be added, or is predicted noise, which is to be taken away: the right one of the two
   * leaves less of the noise of a flat, noisy patch.
   */
  private async findSign(windows: WindowRule, relation: Relation, white: number): Promise<"add" | "subtract"> {
    const size = this.sizeFor({ width: 3 * PATCH_PX, height: 2 * PATCH_PX }, windows, relation);
    const input = this.picture(size, (plane, x, y) => white * (0.5 + 0.1 * noise(plane, x, y)));
    const output = await this.infer(input, size);
    const { scale, shrinkPx } = relation;
    const left = { add: 0, subtract: 0 };
    let felt = 0;
    for (let i = 0; i < output.data.length; i++) {
      const x = Math.floor((i % output.size.width) / scale) + shrinkPx;
      const row = Math.floor(i / output.size.width);
      const y = Math.floor((row % output.size.height) / scale) + shrinkPx;
      const plane = Math.floor(row / output.size.height);
      const source = 0.1 * noise(plane, x, y);
      const difference = (output.data[i] as number) / white;
      felt = Math.max(felt, Math.abs(difference));
      left.add += (source + difference) ** 2;
      left.subtract += (source - difference) ** 2;
    }
    if (felt < LEAST_DIFFERENCE) throw this.unsupported("a result that depends on the photo, but it is always black");
    return left.add <= left.subtract ? "add" : "subtract";
  }

  /** How far it looks: along a strip, and down one, for not every network looks as far in both directions. */
  private async findReach(windows: WindowRule, relation: Relation, white: number) {
    const along = await this.findReachAlong(windows, relation, white);
    const down = await this.feltAlong("y", windows, relation, white);
    if (down.felt <= along.receptiveHalfWidthPx) return along;
    const receptiveHalfWidthPx = Math.min(down.felt, MAX_REACH_PX);
    const padPx = Math.min(down.felt, MAX_PAD_PX, room(windows));
    return { receptiveHalfWidthPx, padPx, seam: padPx === down.felt ? 0 : null };
  }

  private async findReachAlong(windows: WindowRule, relation: Relation, white: number) {
    const { felt, size, before } = await this.feltAlong("x", windows, relation, white);
    const receptiveHalfWidthPx = Math.min(felt, MAX_REACH_PX);
    const padPx = Math.min(felt, MAX_PAD_PX, room(windows));
    const seam = padPx === felt ? 0 : await this.findSeam(windows, relation, white, padPx, { window: size, ...before });
    return { receptiveHalfWidthPx, padPx, seam };
  }

  /** Disturbs the pixel in the middle of a strip and sees how far along it the result changes. */
  private async feltAlong(axis: "x" | "y", windows: WindowRule, relation: Relation, white: number) {
    const [long, short] = [2 * MAX_REACH_PX + 1, STRIP_PX];
    const wanted = axis === "x" ? { width: long, height: short } : { width: short, height: long };
    const size = this.sizeFor(wanted, windows, relation);
    const centre = { x: Math.floor(size.width / 2), y: Math.floor(size.height / 2) };
    const calm = this.picture(size, (plane, x, y) => white * texture(plane, x, y));
    const disturbed = this.picture(size, (plane, x, y) => {
      const value = texture(plane, x, y);
      return white * (x === centre.x && y === centre.y ? (value > 0.5 ? 0 : 1) : value);
    });
    const before = await this.infer(calm, size);
    const after = await this.infer(disturbed, size);
    const { scale, shrinkPx } = relation;
    const { width, height } = after.size;
    const changes: number[] = [];
    for (let i = 0; i < after.data.length; i++) {
      if (after.data[i] === before.data[i]) continue;
      const at = axis === "x" ? i % width : Math.floor(i / width) % height;
      changes[Math.abs(Math.floor(at / scale) + shrinkPx - centre[axis])] = 1;
    }
    const all = Array.from(changes, (change) => change ?? 0);
    return { felt: reachOf(all, windows.multiplePx), size, before };
  }

  /** What a window with no more than the pad changes in the middle of the strip; `null` where none is smaller. */
  private async findSeam(
    windows: WindowRule,
    relation: Relation,
    white: number,
    padPx: number,
    whole: { readonly window: Size; readonly size: Size; readonly data: Float32Array },
  ): Promise<number | null> {
    const size = this.sizeFor({ width: 2 * padPx + SEAM_CORE_PX, height: STRIP_PX }, windows, relation);
    if (windows.fixed !== undefined || size.width >= whole.window.width) return null;
    const { scale } = relation;
    const left = roundUp(Math.floor((whole.window.width - size.width) / 2), windows.multiplePx);
    const part = await this.infer(
      this.picture(size, (plane, x, y) => white * texture(plane, x + left, y)),
      size,
    );
    const rows = part.size.height * this.planes;
    let largest = 0;
    for (let row = 0; row < rows; row++) {
      for (let x = padPx * scale; x < (padPx + SEAM_CORE_PX) * scale; x++) {
        const difference = Math.abs(
          (part.data[row * part.size.width + x] as number) -
            (whole.data[row * whole.size.width + left * scale + x] as number),
        );
        if (difference > largest) largest = difference;
      }
    }
    return Math.round((largest / white) * 2550) / 10;
  }

  /** A window of at least this size by the rule, with room for what the model cuts off. */
  private sizeFor(wanted: Size, windows: WindowRule, { shrinkPx }: Relation): Size {
    if (windows.fixed !== undefined) return windows.fixed;
    const side = (px: number) => windowNear(px + 2 * shrinkPx, windows).width;
    return { width: side(wanted.width), height: side(wanted.height) };
  }

  private picture(size: Size, at: (plane: number, x: number, y: number) => number): Float32Array {
    const data = new Float32Array(this.planes * size.width * size.height);
    let i = 0;
    for (let plane = 0; plane < this.planes; plane++)
      for (let y = 0; y < size.height; y++) for (let x = 0; x < size.width; x++) data[i++] = at(plane, x, y);
    return data;
  }

  /** The result's size for a photo of this size; `undefined` where the model refuses it. */
  private async tryOutput(size: Size): Promise<Size | undefined> {
    try {
      const { size: found, planes } = await this.infer(
        this.picture(size, () => 0.5),
        size,
      );
      return planes === this.planes && found.width > 0 && found.height > 0 ? found : undefined;
    } catch (error) {
      if (!(error instanceof SilvergrainError && error.code === "INTERNAL")) throw error;
      this.lastError = error;
      return undefined;
    }
  }

  private async infer(data: Float32Array, size: Size) {
    // Whoever waits for a sign of life gets one between two runs.
    await nextTurn();
    const input = {
      name: this.inputName,
      type: this.elementType,
      data,
      dims: [1, this.planes, size.height, size.width],
    };
    const output = await this.network.run(input, this.outputName);
    const [batch, planes = 0, height = 0, width = 0] = output.dims;
    if (output.dims.length !== 4 || batch !== 1) {
      throw this.unsupported(`a picture as its result, but a tensor of ${output.dims.join(" × ")} came`);
    }
    return { data: output.data, planes, size: { width, height } };
  }

  /** Mean over a third of a patch, around its middle: away from its edges and the picture's. */
  private meanColour(
    output: { readonly data: Float32Array; readonly size: Size },
    centreX: number,
    scale: number,
    white: number,
  ): Colour {
    const { width, height } = output.size;
    const reach = Math.max(1, Math.floor(Math.min(height, width / 3) / 6));
    const cx = Math.floor(centreX * scale);
    const cy = Math.floor(height / 2);
    return Array.from({ length: this.planes }, (_, plane) => {
      let sum = 0;
      let count = 0;
      for (let y = Math.max(0, cy - reach); y < Math.min(height, cy + reach); y++) {
        for (let x = Math.max(0, cx - reach); x < Math.min(width, cx + reach); x++) {
          sum += output.data[(plane * height + y) * width + x] as number;
          count++;
        }
      }
      return sum / Math.max(1, count) / white;
    });
  }

  private lastWords(): string {
    return this.lastError === undefined ? "" : ` (${this.lastError.message.replace(/\.$/, "")})`;
  }

  private unsupported(expectation: string): SilvergrainError {
    return new SilvergrainError("MODEL_UNSUPPORTED", `${this.name} cannot be used: expected ${expectation}.`);
  }
}

/** White noise of −1 to 1, the same in every run. */
function noise(plane: number, x: number, y: number): number {
  const mixed = Math.imul(
    Math.imul(plane + 1, 73_856_093) ^ Math.imul(x + 1, 19_349_663) ^ Math.imul(y + 1, 83_492_791),
    2_654_435_761,
  );
  return ((mixed >>> 8) & 0xffff) / 32_768 - 1;
}

/** A smooth texture of middle gray, in fractions of full scale. */
function texture(plane: number, x: number, y: number): number {
  return 0.5 + 0.25 * Math.sin(x * 0.9 + plane * 2 + y * 1.7) * Math.cos(y * 0.6 - x * 0.2);
}

/** The largest pad for which a window of a fixed size still has a core. */
function room({ fixed }: WindowRule): number {
  if (fixed === undefined) return Number.POSITIVE_INFINITY;
  return Math.floor((Math.min(fixed.width, fixed.height) - SEAM_CORE_PX) / 2);
}

function isFixed(side: number | string | undefined): side is number {
  return typeof side === "number" && side > 0;
}

function describe(colours: readonly Colour[]): string {
  return colours.map((colour) => `(${colour.map((value) => value.toFixed(2)).join(", ")})`).join(" ");
}
