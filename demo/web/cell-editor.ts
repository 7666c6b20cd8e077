/** The editor of a cell: CodeMirror, without what a cell of twenty lines does not need. Loaded when a cell is near. */
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec, type Text } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';

/** Something to be marked in a text. */
export interface Mark {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
  readonly severity: 'error' | 'info';
}

/** What a cell wants of its editor. */
export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  /** What the editor is called for those who do not see it. */
  readonly label: string;
  /** The id of the element that tells how to use it. */
  readonly help: string;
  /** Whether it is TypeScript. @default false */
  readonly typescript?: boolean;
  readonly onChange: () => void;
  readonly onRun: () => void;
}

/** An editor on the page. */
export interface CellEditor {
  readonly text: () => string;
  readonly replace: (text: string) => void;
  readonly mark: (marks: readonly Mark[]) => void;
  /** Puts the cursor at a place, both from 1, and shows it. */
  readonly goTo: (line: number, column: number) => void;
  readonly focus: () => void;
}

/** Puts an editor into the page. Tab is not its own: it leads on through the page, as everywhere. */
export function createEditor(options: EditorOptions): CellEditor {
  const { parent, text, label, help, typescript = false, onChange, onRun } = options;
  const run = { key: 'Mod-Enter', run: () => (onRun(), true) };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([run])),
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        syntaxHighlighting(classHighlighter),
        javascript({ typescript }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': help, tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange();
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace: (insert) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }),
    mark: (marks) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          marks.map((mark) => diagnostic(view.state.doc, mark)),
        ),
      ),
    goTo: (line, column) => {
      view.dispatch({ selection: { anchor: positionOf(view.state.doc, line, column) }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
  };
}

/** A place that the text has, near to the one that is asked for. */
function positionOf(doc: Text, number: number, column: number): number {
  const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
  return Math.min(line.from + Math.max(column, 1) - 1, line.to);
}

/** From the place to the end of the word there: one character at least, so that it can be seen. */
function diagnostic(
  doc: Text,
  { line: number, column, message, severity }: Mark,
): { from: number; to: number; severity: 'error' | 'info'; message: string } {
  const from = positionOf(doc, number, column);
  const word = /^[\w$]+/.exec(doc.sliceString(from, doc.lineAt(from).to))?.[0].length ?? 1;
  return { from, to: Math.min(from + word, doc.length), severity, message };
}
