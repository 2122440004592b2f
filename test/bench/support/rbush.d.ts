declare module 'rbush' {
  interface Bounds {
    minX: number;
    minY: number;
    maxX: number;
    maxY: number;
  }
  export default class RBush<T extends Bounds> {
    load(items: readonly T[]): this;
    search(box: Bounds): T[];
  }
}
