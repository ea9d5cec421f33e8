#!/usr/bin/env node
import { runService } from '@cotbus/service';
import { routePackager } from './packager.ts';

await runService(routePackager);
