/**
 * A UTF-16 unit of a text, NaN beyond its end; for loops over characters. As a method of the text it is looked up anew
 * for each of the many ways in which V8 keeps texts (one byte or two, whole, piece, rope), and from the fifth way on that
 * takes longer than the unit itself: reading an event takes twice as long then.
 */
export const codeAt = (text: string, at: number): number => String.prototype.charCodeAt.call(text, at);
