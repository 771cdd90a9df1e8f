import type { AppEvent } from "../../preload/contract.ts";

/** A page, as far as it can be told something. */
export interface PageEnd {
  isDestroyed(): boolean;
  send(channel: string, event: AppEvent): void;
}

/** Of what happens while no page listens, these are lost for good: all else is in the opening that it asks for. */
const KEPT: ReadonlySet<AppEvent["type"]> = new Set(["notice", "added"]);

/** Tells the page what happens. What nobody has heard and is nowhere else to be found waits until one listens. */
export class PageLine {
  private page: PageEnd | undefined;
  private isHeard = false;
  private waiting: AppEvent[] = [];

  /** @param channel that the page listens on */
  constructor(private readonly channel: string) {}

  /** A page is being loaded, for the first time or again. */
  begin(page: PageEnd): void {
    this.page = page;
    this.isHeard = false;
  }

  /** The page is gone. */
  end(): void {
    this.page = undefined;
    this.isHeard = false;
  }

  /** The page listens from now on. */
  heard(): void {
    this.isHeard = true;
    const events = this.waiting;
    this.waiting = [];
    for (const event of events) this.tell(event);
  }

  tell(event: AppEvent): void {
    const { page } = this;
    if (this.isHeard && page !== undefined && !page.isDestroyed()) page.send(this.channel, event);
    else if (KEPT.has(event.type)) this.waiting.push(event);
  }
}
