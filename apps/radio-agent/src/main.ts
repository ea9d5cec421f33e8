#!/usr/bin/env node
import { runService } from '@cotbus/service';
import { radioAgent } from './agent.ts';

await runService(radioAgent);
