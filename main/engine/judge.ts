import { type DiscriminatorFacts, judgedWindows, type RealismScore, realismOf, squaresOf } from "../core/evaluation.ts";
import { cutOut, type Picture, toPlanar } from "../core/pixels.ts";
import { nextTurn } from "../system/next-turn.ts";
import { type Network, openNetwork, readModel, type SessionOptions } from "./session.ts";

/** A window's kept part and the margin around it: more than the discriminator's receptive half-width of 47 px. */
const CORE_PX = 512;
const MARGIN_PX = 48;

/** The discriminator, loaded. */
export class Judge {
  private constructor(
    private readonly network: Network,
    private readonly facts: DiscriminatorFacts,
  ) {}

  /** @throws SilvergrainError MODEL_CORRUPT */
  static async open(facts: DiscriminatorFacts, options: SessionOptions): Promise<Judge> {
    const { file, sha256 } = facts;
    const bytes = readModel({ id: "the discriminator", file, sha256, blend: undefined });
    return new Judge(await openNetwork(bytes, "the discriminator", "cpu", options), facts);
  }

  /** Judges a whole picture. */
  async judge(picture: Picture): Promise<RealismScore> {
    const { size, channels } = picture;
    const { regionPx, inputName, outputName } = this.facts;
    const squares = squaresOf(size, regionPx);
    const logits = new Float32Array(squares.width * squares.height);
    for (const { window, kept } of judgedWindows(size, regionPx, CORE_PX, MARGIN_PX)) {
      await nextTurn();
      const data = new Float32Array(3 * window.width * window.height);
      toPlanar(cutOut(picture, window), channels, 8, [0, 1], data);
      const dims = [1, 3, window.height, window.width];
      const output = await this.network.run({ name: inputName, type: "float32", data, dims }, outputName);
      const across = output.dims.at(-1) as number;
      const fromX = kept.x - window.x / regionPx;
      const fromY = kept.y - window.y / regionPx;
      for (let y = 0; y < kept.height; y++) {
        for (let x = 0; x < kept.width; x++) {
          logits[(kept.y + y) * squares.width + kept.x + x] = output.data[(fromY + y) * across + fromX + x] as number;
        }
      }
    }
    return realismOf(logits, squares, regionPx);
  }

  async release(): Promise<void> {
    await this.network.release();
  }
}
