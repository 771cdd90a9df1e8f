/** Where a key moves the divider. @param at 0 to 1 */
export function dividerStep(key: string, at: number, isLarge: boolean): number | undefined {
  const small = isLarge ? 0.1 : 0.01;
  switch (key) {
    case "ArrowLeft":
    case "ArrowUp":
      return at - small;
    case "ArrowRight":
    case "ArrowDown":
      return at + small;
    case "PageUp":
      return at - 0.1;
    case "PageDown":
      return at + 0.1;
    case "Home":
      return 0;
    case "End":
      return 1;
    default:
      return undefined;
  }
}
