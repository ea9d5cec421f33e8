/** Which versions of which keys a journal must still give back, where they are, and what they may take. Pure. */

/** Versions alive or waiting at once: some 40 MB of memory. */
const MAX_LIVE = 200_000;

/** A file that holds versions. */
export interface Place {
  /** Bytes of the live versions in it. */
  liveBytes: number;
}

export interface Version {
  readonly key: string;
  readonly seq: number;
  readonly className: string;
  /** Length of its record. */
  readonly bytes: number;
  state: 'waiting' | 'written' | 'refused' | 'dead';
  place: Place | undefined;
  /** What it replaces once it is written. */
  previous: Version | undefined;
}

type NewVersion = Pick<Version, 'key' | 'seq' | 'className' | 'bytes'>;

export interface LiveIndexOptions {
  /** Bytes of all versions together. */
  readonly maxBytes: number;
  /** Bytes of the versions of one class. */
  readonly classBytes: (className: string) => number;
}

export interface LiveIndex {
  /** Takes a version in, waiting to be written; its key's older version lives until then. */
  accept(version: NewVersion): Version | 'class_full' | 'journal_full';
  /** Takes in what a file was found to hold, also beyond the bounds. */
  adopt(version: NewVersion): Version;
  /** A version is in this file: just written, or moved there. */
  place(version: Version, place: Place): void;
  /** A waiting version was not written: the older one of its key stands. */
  refuse(version: Version): void;
  /** @returns whether there is something in a file, or on its way there, that has to be told. */
  kill(key: string): boolean;
  /** The version with this number if it is alive in a file. */
  find(key: string, seq: number): Version | undefined;
  /** Forgets what is alive in a file that is gone. @returns its keys. */
  evict(place: Place): string[];
  readonly bytes: number;
}

class Index implements LiveIndex {
  readonly #newest = new Map<string, Version>();
  readonly #classes = new Map<string, number>();
  readonly #options: LiveIndexOptions;
  #bytes = 0;
  #count = 0;

  constructor(options: LiveIndexOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  adopt({ key, seq, className, bytes }: NewVersion): Version {
    const previous = this.#newest.get(key);
    const version: Version = { key, seq, className, bytes, state: 'waiting', place: undefined, previous };
    this.#newest.set(key, version);
    this.#charge(version, 1);
    return version;
  }

  accept(init: NewVersion): Version | 'class_full' | 'journal_full' {
    const { maxBytes, classBytes } = this.#options;
    const previous = this.#newest.get(init.key);
    const freed = previous?.bytes ?? 0;
    const classFreed = previous?.className === init.className ? freed : 0;
    if (this.#count >= MAX_LIVE || this.#bytes + init.bytes - freed > maxBytes) return 'journal_full';
    const used = this.#classes.get(init.className) ?? 0;
    if (used + init.bytes - classFreed > classBytes(init.className)) return 'class_full';
    return this.adopt(init);
  }

  place(version: Version, place: Place): void {
    if (version.state === 'dead' || version.state === 'refused') return;
    const previous = this.#replaced(version);
    if (previous !== undefined) this.#end(previous, 'dead');
    version.previous = undefined;
    if (version.place !== undefined) version.place.liveBytes -= version.bytes;
    version.place = place;
    place.liveBytes += version.bytes;
    version.state = 'written';
  }

  refuse(version: Version): void {
    if (version.state !== 'waiting') return;
    this.#end(version, 'refused');
    if (this.#newest.get(version.key) !== version) return;
    const previous = this.#replaced(version);
    if (previous === undefined || previous.state === 'dead') this.#newest.delete(version.key);
    else this.#newest.set(version.key, previous);
  }

  kill(key: string): boolean {
    let told = false;
    for (let version = this.#newest.get(key); version !== undefined; version = version.previous) {
      told ||= version.state === 'written' || version.state === 'waiting';
      this.#end(version, 'dead');
    }
    this.#newest.delete(key);
    return told;
  }

  find(key: string, seq: number): Version | undefined {
    let version = this.#newest.get(key);
    while (version !== undefined && version.seq !== seq) version = version.previous;
    return version?.state === 'written' ? version : undefined;
  }

  evict(place: Place): string[] {
    const keys: string[] = [];
    for (const [key, version] of this.#newest) {
      for (let old: Version | undefined = version; old !== undefined; old = old.previous) {
        if (old.place !== place || old.state !== 'written') continue;
        this.#end(old, 'dead');
        if (old !== version) continue;
        this.#newest.delete(key);
        keys.push(key);
      }
    }
    return keys;
  }

  #charge({ className, bytes }: Version, sign: 1 | -1): void {
    this.#bytes += sign * bytes;
    this.#count += sign;
    const used = (this.#classes.get(className) ?? 0) + sign * bytes;
    if (used === 0) this.#classes.delete(className);
    else this.#classes.set(className, used);
  }

  #end(version: Version, state: 'refused' | 'dead'): void {
    if (version.state === 'written' && version.place !== undefined) version.place.liveBytes -= version.bytes;
    if (version.state === 'written' || version.state === 'waiting') this.#charge(version, -1);
    version.state = state;
  }

  /** The version that stands if this one does not. */
  #replaced(version: Version): Version | undefined {
    let previous = version.previous;
    while (previous !== undefined && previous.state === 'refused') previous = previous.previous;
    return previous;
  }
}

export const createLiveIndex = (options: LiveIndexOptions): LiveIndex => new Index(options);
