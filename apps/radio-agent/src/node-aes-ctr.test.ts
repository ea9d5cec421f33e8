import { describeAesCtr } from '@cotbus/meshtastic/testing/aes-ctr-contract';
import { nodeAesCtr } from './node-aes-ctr.ts';

describeAesCtr('node:crypto', nodeAesCtr);
