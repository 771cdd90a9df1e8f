/** The folders are looked through when the first photos are on the screen, and painted. */
const AFTER_LOOK_MS = 500;
const LOOK_AT_LATEST_MS = 3000;

/** The moment when the window shows its first photos; it is not waited for for ever, as there may be none. */
export class FirstLook {
  readonly happened: Promise<void>;
  private resolve: () => void = () => {};

  constructor() {
    this.happened = new Promise((resolve) => {
      this.resolve = resolve;
    });
    setTimeout(this.resolve, LOOK_AT_LATEST_MS);
  }

  look(): void {
    setTimeout(this.resolve, AFTER_LOOK_MS);
  }
}
