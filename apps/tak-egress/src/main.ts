#!/usr/bin/env node
import { runService } from '@cotbus/service';
import { takEgress } from './egress.ts';

await runService(takEgress);
