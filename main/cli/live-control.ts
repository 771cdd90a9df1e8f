import type { Ledger } from "../queue/ledger.ts";
import type { QueueStore } from "../queue/store.ts";
import { obey, parseRequest } from "../queue/verbs.ts";
import { serveControl } from "../system/control-channel.ts";
import { type HandedOver, HandOver, optionsFrom } from "./hand-over.ts";
import { addPrepared, foundBefore, type PrepareContext, prepare, walkPhotos } from "./prepare.ts";
import type { QueueRun } from "./run-queue.ts";
import { settingsOf } from "./settings.ts";

/** Answers other processes while this one works in a folder: commands for the queue, and photos handed over. */
export class LiveControl {
  private run: QueueRun | undefined;
  private announce: (run: QueueRun) => void = () => {};
  private readonly begun = new Promise<QueueRun>((resolve) => {
    this.announce = resolve;
  });

  constructor(
    private readonly store: QueueStore,
    private readonly ledger: Ledger,
    private readonly context: PrepareContext,
  ) {}

  /** From here on the queue is run. */
  begin(run: QueueRun): void {
    this.run = run;
    this.announce(run);
  }

  /** @throws SilvergrainError USAGE for what cannot be understood; whatever the command throws */
  readonly handle = async (raw: unknown): Promise<unknown> => {
    const more = HandOver.safeParse(raw);
    return more.success ? this.take(more.data) : obey(parseRequest(raw), this.store, this.run?.scheduler, true);
  };

  private async take({ paths, options }: HandOver): Promise<HandedOver> {
    const run = await this.begun;
    return run.expect(async () => {
      const { locations, target } = this.context;
      const settings = settingsOf(optionsFrom(options), locations);
      const context: PrepareContext = { ...this.context, settings, device: run.device };
      const prepared = await prepare(await walkPhotos(paths, target), this.ledger, context, false);
      const name = paths.length === 1 ? (paths[0] as string) : `${paths.length} paths`;
      run.include(await addPrepared(this.store, prepared, context, name), foundBefore(prepared));
      const { skipped, failed } = foundBefore(prepared);
      return { photos: prepared.plan.todo.length, skipped, failed, paused: this.store.isPaused };
    });
  }
}

/** Where no socket can be made, photos are enhanced all the same; only nobody can ask how it goes. */
export async function serveOrNot(
  ledger: Ledger,
  control: LiveControl,
): Promise<{ close(): Promise<void> } | undefined> {
  try {
    return await serveControl(ledger.folder, control.handle);
  } catch {
    return undefined;
  }
}
