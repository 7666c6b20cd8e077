/** Programs in colour, as HTML: with the same parser and the same classes as the editor, which takes their place later. */
import { javascriptLanguage } from '@codemirror/lang-javascript';
import { classHighlighter, highlightCode } from '@lezer/highlight';

/** Escapes a text for HTML: contents and attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A JavaScript program as HTML, for a `<code>` element. */
export function highlighted(source: string): string {
  let html = '';
  highlightCode(
    source,
    javascriptLanguage.parser.parse(source),
    classHighlighter,
    (text, classes) => {
      html += classes === '' ? escapeHtml(text) : `<span class="${classes}">${escapeHtml(text)}</span>`;
    },
    () => {
      html += '\n';
    },
  );
  return html;
}
