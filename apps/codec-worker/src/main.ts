#!/usr/bin/env node
import { runService } from '@cotbus/service';
import { codecWorker } from './worker.ts';

await runService(codecWorker);
