// What Python tells where files are dropped.
export interface Data {
  path: string; // where files are sent
  most: number; // bytes of one file
  words: string; // the same in words
  kinds: string; // what can be read, in words
  everywhere?: boolean; // files are dropped on the whole page, to be opened
  offered?: boolean; // then, too, a button chooses one
}

export interface States extends Record<string, unknown> {
  arrived: { id: string; n: number }; // a data set that came of a file
}
