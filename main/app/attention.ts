import { type BrowserWindow, Notification, powerSaveBlocker } from "electron";
import type { TFunction } from "i18next";
import type { BatchRow, QueueState } from "../../preload/contract.ts";
import { basename } from "../core/paths.ts";

/** What the system shows of the queue outside of the window: a bar on the taskbar or dock, sleep held off, and a word at the end. */
export class Attention {
  private blocker: number | undefined;
  /** Batches that had something left to do when they were last looked at. */
  private readonly open = new Set<number>();

  /** @param onClick of a notification */
  constructor(
    private readonly window: () => BrowserWindow | undefined,
    private readonly t: () => TFunction,
    private readonly onClick: () => void,
  ) {}

  /** Shows the queue as it is. */
  update(queue: QueueState): void {
    const isWorking = queue.running.length > 0;
    this.holdSleepOff(isWorking);
    this.showBar(queue, isWorking);
    for (const batch of queue.batches) {
      if (batch.queued + batch.running > 0) this.open.add(batch.id);
      else if (this.open.delete(batch.id)) this.announce(batch);
    }
  }

  /** Lets the machine sleep again. */
  close(): void {
    this.holdSleepOff(false);
  }

  /** Whether sleep is held off. */
  get isHoldingSleepOff(): boolean {
    return this.blocker !== undefined;
  }

  private holdSleepOff(wanted: boolean): void {
    if (wanted) this.blocker ??= powerSaveBlocker.start("prevent-app-suspension");
    else if (this.blocker !== undefined) {
      powerSaveBlocker.stop(this.blocker);
      this.blocker = undefined;
    }
  }

  private showBar({ batches, running, waiting }: QueueState, isWorking: boolean): void {
    const window = this.window();
    if (window === undefined || window.isDestroyed()) return;
    const active = batches.filter((batch) => batch.queued + batch.running > 0);
    if (active.length === 0) {
      window.setProgressBar(-1);
      return;
    }
    const sum = (of: (batch: BatchRow) => number) => active.reduce((total, batch) => total + of(batch), 0);
    const ended = sum(({ done, failed }) => done + failed);
    const all = ended + sum((batch) => batch.queued + batch.running);
    const mode = isWorking ? "normal" : waiting === "disk" ? "error" : "paused";
    const inHand = running.reduce(
      (total, job) => total + (job.tilesTotal === 0 ? 0 : job.tilesDone / job.tilesTotal),
      0,
    );
    window.setProgressBar((ended + inHand) / all, { mode });
  }

  private announce({ done, failed, cancelled, target }: BatchRow): void {
    // Nobody needs to be told what he has just cancelled himself.
    if (done + failed === 0 || (cancelled > 0 && done === 0)) return;
    if (this.window()?.isFocused() === true || !Notification.isSupported()) return;
    const t = this.t();
    const body = [
      t("doneBody", { count: done, folder: basename(target) }),
      ...(failed > 0 ? [t("doneFailed", { count: failed })] : []),
    ].join(" ");
    const note = new Notification({ title: t("doneTitle"), body });
    note.on("click", this.onClick);
    note.show();
  }
}
