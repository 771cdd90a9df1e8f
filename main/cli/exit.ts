/** Exit codes; scripts rely on them. */
export const EXIT = {
  /** Every photo was enhanced or did not need to be. */
  ok: 0,
  /** Some photo failed, or its result is flagged. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** Stopped by Ctrl-C; running the same command again goes on. */
  interrupted: 130,
} as const;
