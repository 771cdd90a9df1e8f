import { buildModel, type GraphSpec, type NodeSpec, type Shape, shapeConstant } from "../../main/core/onnx/model.ts";

/** How a toy model differs from one that takes RGB of any size in 0..1 and enlarges by two. */
export interface Toy {
  readonly scale?: number;
  readonly planes?: 1 | 3;
  readonly size?: { readonly width: number; readonly height: number };
  /** Reads and gives numbers of 0..255, with an offset that is only right there. */
  readonly is255?: boolean;
  /** Gives blue first although it reads red first. */
  readonly swaps?: boolean;
  /** A blur over this many px to each side before the enlargement. */
  readonly blurPx?: number;
  /** Halves and doubles its picture this many times, and fails where that does not come out even. */
  readonly halvings?: number;
  /** Convolves without borders: loses this many px on each side. */
  readonly shrinkPx?: number;
  /** Gives the difference to the picture enlarged by repeating pixels. */
  readonly isDifference?: boolean;
  /** Gives what it takes for noise: the picture less its mean over 5 × 5 px. */
  readonly isNoise?: boolean;
  /** Gives zeros. */
  readonly isNothing?: boolean;
  /** Adds a hundredth of the pixel so far above, and takes that of the one so far below. */
  readonly columnPx?: number;
  /** Multiplies by a weight of one. */
  readonly isUnit?: boolean;
  readonly extraInput?: boolean;
}

/** A small ONNX model that behaves as asked for. */
export function toyModel(toy: Toy = {}): Uint8Array {
  const { scale = 2, planes = 3, size, swaps = false, extraInput = false } = toy;
  const builder = new ToyBuilder(planes);
  if (toy.is255 === true) {
    // Rightly cancels out at 0..255 alone: what is below 2 there is black.
    builder.clip(2, 253);
  }
  if (toy.isUnit === true) builder.average(0, true);
  if ((toy.blurPx ?? 0) > 0) builder.average(toy.blurPx as number, true);
  if ((toy.shrinkPx ?? 0) > 0) builder.average(toy.shrinkPx as number, false);
  for (let i = 0; i < (toy.halvings ?? 0); i++) builder.halve();
  for (let i = 0; i < (toy.halvings ?? 0); i++) builder.enlarge(2);
  if ((toy.halvings ?? 0) > 0) builder.addInput();
  builder.enlarge(scale);
  if (toy.columnPx !== undefined) builder.column(toy.columnPx);
  if (toy.isNoise === true) builder.noise();
  if (toy.isDifference === true) builder.addNothing();
  if (toy.isNothing === true) builder.subtractSelf();
  if (swaps) builder.swap();
  const shape: Shape = [1, planes, size?.height ?? "height", size?.width ?? "width"];
  return builder.build({
    ...(extraInput ? { other: [1] } : {}),
    input: shape,
  });
}

class ToyBuilder {
  private readonly nodes: NodeSpec[] = [];
  private readonly constants: Record<string, NonNullable<GraphSpec["constants"]>[string]> = {};
  private current = "input";
  private count = 0;

  constructor(private readonly planes: number) {}

  clip(low: number, high: number): void {
    this.constants.low = { dims: [], data: Float32Array.of(low) };
    this.constants.high = { dims: [], data: Float32Array.of(high) };
    this.step("Clip", ["low", "high"]);
  }

  /** The mean over a square, each plane by itself. */
  average(reachPx: number, keepsSize: boolean): void {
    const side = 2 * reachPx + 1;
    const name = `average${this.count}`;
    const data = new Float32Array(this.planes * side * side).fill(1 / (side * side));
    this.constants[name] = { dims: [this.planes, 1, side, side], data };
    const pad = keepsSize ? reachPx : 0;
    this.step("Conv", [name], { group: this.planes, kernel_shape: [side, side], pads: [pad, pad, pad, pad] });
  }

  halve(): void {
    this.step("SpaceToDepth", [], { blocksize: 2 });
    const name = `mean${this.count}`;
    const data = new Float32Array(this.planes * 4 * this.planes);
    for (let plane = 0; plane < this.planes; plane++) {
      for (let i = 0; i < 4; i++) data[plane * 4 * this.planes + i * this.planes + plane] = 0.25;
    }
    this.constants[name] = { dims: [this.planes, 4 * this.planes, 1, 1], data };
    this.step("Conv", [name], { kernel_shape: [1, 1] });
  }

  enlarge(scale: number): void {
    const name = `scales${this.count}`;
    this.constants[name] = { dims: [4], data: Float32Array.of(1, 1, scale, scale) };
    this.step("Resize", ["", name], {
      mode: "nearest",
      coordinate_transformation_mode: "asymmetric",
      nearest_mode: "floor",
    });
  }

  /** Half of the result so far and half of the input; fails where their sizes are not alike. */
  addInput(): void {
    this.constants.half = { dims: [], data: Float32Array.of(0.5) };
    this.step("Add", ["input"]);
    this.step("Mul", ["half"]);
  }

  column(reachPx: number): void {
    const side = 2 * reachPx + 1;
    const data = new Float32Array(this.planes * side);
    for (let plane = 0; plane < this.planes; plane++) {
      data[plane * side] = 0.01;
      data[plane * side + reachPx] = 1;
      data[(plane + 1) * side - 1] = -0.01;
    }
    this.constants.column = { dims: [this.planes, 1, side, 1], data };
    this.step("Conv", ["column"], {
      group: this.planes,
      kernel_shape: [side, 1],
      pads: [reachPx, 0, reachPx, 0],
    });
  }

  noise(): void {
    this.average(2, true);
    const mean = this.current;
    this.current = "input";
    this.step("Sub", [mean]);
  }

  /** Nothing, but for less than a thousandth of the picture taken away: not always black, and rather added than taken. */
  addNothing(): void {
    this.constants.thousandth = { dims: [], data: Float32Array.of(-0.001) };
    this.step("Mul", ["thousandth"]);
  }

  subtractSelf(): void {
    this.step("Sub", [this.current]);
  }

  swap(): void {
    this.constants.order = shapeConstant([2, 1, 0]);
    this.step("Gather", ["order"], { axis: 1 });
  }

  build(inputs: Record<string, Shape>): Uint8Array {
    this.nodes.push({ op: "Identity", inputs: [this.current], outputs: ["output"] });
    return buildModel({
      nodes: this.nodes,
      inputs,
      outputs: { output: [1, this.planes, "out_height", "out_width"] },
      constants: this.constants,
    });
  }

  private step(op: string, more: readonly string[], attributes: NodeSpec["attributes"] = {}): void {
    const output = `step${this.count++}`;
    this.nodes.push({ op, inputs: [this.current, ...more], outputs: [output], attributes });
    this.current = output;
  }
}
