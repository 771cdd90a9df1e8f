import { type DeviceChoice, type ModelFacts, modelKey, type StopSignal } from "../core/enhance.ts";
import { Lane, once, type Priority, type Release } from "./lanes.ts";
import { type ChosenDevice, chooseDevice, type SurveyedDevice, surveyDevices } from "./providers.ts";
import { bundledProviders, type OpenSession } from "./session.ts";
import { type Tuning, tuneFor } from "./tuning.ts";

/** A model and where it is to run. */
export interface WantedSession {
  readonly model: ModelFacts;
  readonly device: DeviceChoice;
  readonly threads: number;
  readonly allowSpinning: boolean;
}

/** A session that stays open until it is given back. */
export interface LentSession extends ChosenDevice {
  /** There where it was asked for, or measured before. */
  readonly tuning: Tuning | undefined;
  readonly giveBack: Release;
}

/** One loaded model and how many work with it. */
class Loaded {
  tuning: Tuning | undefined;
  private users = 0;
  private waiting: readonly (() => void)[] = [];

  constructor(
    readonly key: string,
    readonly chosen: ChosenDevice,
  ) {}

  lend(): LentSession {
    this.users++;
    const giveBack = once(() => {
      this.users--;
      if (this.users > 0) return;
      for (const go of this.waiting) go();
      this.waiting = [];
    });
    return { ...this.chosen, tuning: this.tuning, giveBack };
  }

  /** Lets go of the model when nobody works with it any more. */
  async release(): Promise<void> {
    if (this.users > 0) {
      await new Promise<void>((resolve) => {
        this.waiting = [...this.waiting, resolve];
      });
    }
    await this.chosen.session.release();
  }
}

/**
 * The models that are loaded: the batch's, and at most one beside it for whoever looks at a photo with another one.
 * The batch's is changed only by the batch, of which one call at a time may ask.
 */
export class Sessions {
  private batch: Loaded | undefined;
  private beside: Loaded | undefined;
  /** One change at a time, so that no model is loaded twice. */
  private readonly changes = new Lane();

  /** @param turns the turns of windows: choosing and measuring a device take one, so that nothing disturbs them */
  constructor(
    private readonly open: OpenSession,
    private readonly cacheDir: string,
    private readonly turns: Lane,
  ) {}

  /**
   * Loads a model unless it is loaded.
   * @param measure whether the size of tiles is wanted
   * @throws SilvergrainError MODEL_CORRUPT, DEVICE_UNAVAILABLE, CANCELLED
   */
  async lend(
    wanted: WantedSession,
    priority: Priority,
    measure: boolean,
    signal: StopSignal | undefined,
  ): Promise<LentSession> {
    const endChange = await this.changes.take({ signal }, priority);
    try {
      const { model, device, threads, allowSpinning } = wanted;
      const key = [modelKey(model), device, threads, allowSpinning].join("|");
      const loaded = priority === "batch" ? await this.forBatch(key, wanted) : await this.forInteractive(key, wanted);
      if (measure && loaded.tuning === undefined) {
        const options = { threads, allowSpinning };
        loaded.tuning = await this.inTurn(() => tuneFor(loaded.chosen.session, model, options, this.cacheDir));
      }
      return loaded.lend();
    } finally {
      endChange();
    }
  }

  /** What `auto` makes of the devices here. Nothing stays loaded of it. @throws SilvergrainError MODEL_CORRUPT */
  survey({ model, threads, allowSpinning }: Omit<WantedSession, "device">): Promise<readonly SurveyedDevice[]> {
    const options = { threads, allowSpinning };
    return this.inTurn(() => surveyDevices(model, options, process.platform, bundledProviders(), this.open));
  }

  /** Lets go of every model when nobody works with it any more. */
  async release(): Promise<void> {
    const endChange = await this.changes.take();
    try {
      const all = [this.batch, this.beside];
      this.batch = undefined;
      this.beside = undefined;
      for (const loaded of all) await loaded?.release();
    } finally {
      endChange();
    }
  }

  private async forBatch(key: string, wanted: WantedSession): Promise<Loaded> {
    if (this.batch?.key === key) return this.batch;
    const last = this.batch;
    this.batch = undefined;
    await last?.release();
    if (this.beside?.key === key) {
      this.batch = this.beside;
      this.beside = undefined;
      return this.batch;
    }
    this.batch = await this.load(key, wanted);
    return this.batch;
  }

  private async forInteractive(key: string, wanted: WantedSession): Promise<Loaded> {
    if (this.batch?.key === key) return this.batch;
    if (this.beside?.key === key) return this.beside;
    const last = this.beside;
    this.beside = undefined;
    await last?.release();
    this.beside = await this.load(key, wanted);
    return this.beside;
  }

  private async load(key: string, { model, device, threads, allowSpinning }: WantedSession): Promise<Loaded> {
    const options = { threads, allowSpinning };
    const chosen = await this.inTurn(() =>
      chooseDevice(model, device, options, process.platform, bundledProviders(), this.open),
    );
    return new Loaded(key, chosen);
  }

  /** Never as `batch`: an interactive call that keeps the batch out may be waiting for this change. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const endTurn = await this.turns.take({}, "interactive");
    try {
      return await work();
    } finally {
      endTurn();
    }
  }
}
