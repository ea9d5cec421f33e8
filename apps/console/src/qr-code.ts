/** A text as QR code, for phones that scan it from the screen. */
import createCode from 'qrcode-generator';

/** @returns one text for each row, `1` for a dark module, without the quiet zone */
export const qrRows = (text: string): readonly string[] => {
  const code = createCode(0, 'M');
  code.addData(text, 'Byte');
  code.make();
  const size = code.getModuleCount();
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (__, column) => (code.isDark(row, column) ? '1' : '0')).join(''),
  );
};
