/** A journal that cannot be opened, in words for the person who started the program; or used against its rules. */
export class JournalError extends Error {
  readonly code: 'name' | 'options' | 'locked' | 'folder_unusable' | 'no_head';
  constructor(code: JournalError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'JournalError';
    this.code = code;
  }
}
