import { TakCompressor, buildCotXml, parseCotXml } from '@cotbus/codec';

const compressor = new TakCompressor();

/** CoT XML → the payload of a Meshtastic packet on port 78; null when it does not fit into 225 bytes. */
export const toMesh = async (xml: string): Promise<Uint8Array | null> =>
  compressor.compressWithRemarksFallback(parseCotXml(xml));

/** And back. */
export const fromMesh = async (payload: Uint8Array): Promise<string> =>
  buildCotXml(await compressor.decompress(payload));
