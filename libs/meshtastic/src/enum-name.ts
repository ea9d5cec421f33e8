/** Names of enum values, out of their descriptors. */
import type { DescEnum } from '@bufbuild/protobuf';

/** The value's name as in the .proto, its number when this version does not know it. */
export const enumName = (schema: DescEnum, number: number): string => schema.value[number]?.name ?? String(number);
