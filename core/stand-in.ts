/** What is shown in place of a value that is not there, or whose type nobody here knows. */
export class StandIn {
  /** As it is shown: a name, and not the class, since another copy of this package may show it. See `summarize`. */
  readonly $shownAs: string;

  constructor(text: string) {
    this.$shownAs = text;
  }
}
