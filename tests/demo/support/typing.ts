/** Typing into CodeMirror, in any engine. */

/**
 * A script for the page: `await type(line, start, length, text)` selects so many characters of a line from a place in it
 * on, as a reader does, and types. CodeMirror hears of a selection later, and when it has just been focused, it may put
 * its own in its place: so that is repeated until it has drawn this one.
 */
export const TYPING = `
const type = async (line, start, length, text) => {
  const editor = line.closest('.cm-editor');
  // What is drawn anew has other elements.
  const index = [...editor.querySelectorAll('.cm-line')].indexOf(line);
  const place = () => editor.querySelectorAll('.cm-line')[index];
  const at = (offset) => {
    const walk = document.createTreeWalker(place(), NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(), rest = offset; node; node = walk.nextNode()) {
      if (rest <= node.length) return [node, rest];
      rest -= node.length;
    }
    return [place(), 0];
  };
  const isTaken = () =>
    place().classList.contains('cm-activeLine') && (length === 0 || editor.querySelector('.cm-selectionBackground') !== null);
  for (let tries = 0; tries === 0 || !isTaken(); tries++) {
    if (tries === 200) throw new Error('The editor does not take the selection of ' + place().textContent);
    editor.querySelector('.cm-content').focus();
    const range = document.createRange();
    range.setStart(...at(start));
    range.setEnd(...at(start + length));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  document.execCommand('insertText', false, text);
};
`;
