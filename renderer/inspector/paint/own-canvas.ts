import type { Rect, Size } from "../geometry.ts";

/** A canvas that is shown in the place of another. */
export interface OwnCanvas {
  /** Shows a part of a surface. @param samples of the whole one, RGBA */
  put(samples: Uint8ClampedArray<ArrayBuffer>, surface: Size, area: Rect): void;
  /** Shows the other one again. */
  remove(): void;
}

/** Puts a canvas that looks the same beside one, which is hidden. */
export function canvasBeside(canvas: HTMLCanvasElement): OwnCanvas {
  const own = canvas.cloneNode(false) as HTMLCanvasElement;
  own.removeAttribute("id");
  const context = own.getContext("2d", { alpha: false });
  canvas.after(own);
  canvas.hidden = true;
  canvas.style.display = "none";
  return {
    put: (samples, { width, height }, { x, y, width: across, height: down }) => {
      if (own.width !== width) own.width = width;
      if (own.height !== height) own.height = height;
      context?.putImageData(new ImageData(samples, width, height), 0, 0, x, y, across, down);
    },
    remove: () => {
      own.remove();
      canvas.hidden = false;
      canvas.style.display = "";
    },
  };
}
