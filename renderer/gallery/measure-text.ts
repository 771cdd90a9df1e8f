let context: CanvasRenderingContext2D | null | undefined;
let font = "";

/** How wide a text is in the page's font, in CSS px. @param sizePx of the font */
export function textWidth(text: string, sizePx: number): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (context === null) return 0;
  const wanted = `${sizePx}px ${getComputedStyle(document.body).fontFamily}`;
  if (font !== wanted) {
    font = wanted;
    context.font = wanted;
  }
  return context.measureText(text).width;
}
