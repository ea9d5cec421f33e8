/** ATAK reads into a buffer of 64 KiB and throws larger events away half by half; no other receiver gets more from us. */
export const MAX_SENT_EVENT_BYTES = 64 * 1024;
