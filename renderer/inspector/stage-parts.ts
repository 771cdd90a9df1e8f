/** The elements of the stage, by the names under which `Stage` draws them. Only the surface hears pointers. */
export interface StageParts {
  readonly surface: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** Holds the lens's canvas, or what stands in for it: this is moved, cut to circles and hidden. */
  readonly lens: HTMLElement;
  readonly lensCanvas: HTMLCanvasElement;
  readonly corners: readonly [HTMLElement, HTMLElement, HTMLElement];
  readonly divider: HTMLElement;
  readonly knob: HTMLElement;
  readonly rings: readonly [HTMLElement, HTMLElement];
  readonly mask: HTMLElement;
  readonly readout: HTMLElement;
  readonly pins: HTMLElement;
  readonly tags: HTMLElement;
}

/** Finds the parts below the surface. @throws Error where one is missing, which is a mistake in `Stage` */
export function stageParts(surface: HTMLElement): StageParts {
  const part = <E extends HTMLElement>(name: string) => {
    const found = surface.querySelector<E>(`[data-part="${name}"]`);
    if (found === null) throw new Error(`The stage has no part “${name}”`);
    return found;
  };
  return {
    surface,
    canvas: part<HTMLCanvasElement>("canvas"),
    lens: part("lens"),
    lensCanvas: part<HTMLCanvasElement>("lens-canvas"),
    corners: [part("upper-left"), part("upper-right"), part("lower-left")],
    divider: part("divider"),
    knob: part("knob"),
    rings: [part("ring-1"), part("ring-2")],
    mask: part("mask"),
    readout: part("readout"),
    pins: part("pins"),
    tags: part("tags"),
  };
}
