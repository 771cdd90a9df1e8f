/** Whether a dialog is open. What lies behind it takes no keys and no commands, also when nothing in the dialog has the focus. */
export function isBehindDialog(): boolean {
  return document.querySelector("dialog[open]") !== null;
}
