/** What is shown in place of a value that is not there, or whose type nobody here knows. */
export class StandIn {
  /** As it is shown. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
