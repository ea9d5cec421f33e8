#!/usr/bin/env node
import { runService } from '@cotbus/service';
import { statusConsole } from './console.ts';

await runService(statusConsole);
