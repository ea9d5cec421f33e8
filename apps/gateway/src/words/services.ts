/** One word for each service: it alone, in a process of its own. */
import type { Service } from '@cotbus/service';
import type { Command } from 'commander';

/** Each is loaded when it is run: a worker needs neither web pages nor certificates. */
const services: Readonly<Record<string, () => Promise<unknown>>> = {
  'radio-agent': async () => (await import('@cotbus/radio-agent')).radioAgent,
  'codec-worker': async () => (await import('@cotbus/codec-worker')).codecWorker,
  'tak-egress': async () => (await import('@cotbus/tak-egress')).takEgress,
  'route-packager': async () => (await import('@cotbus/route-packager')).routePackager,
  console: async () => (await import('@cotbus/console')).statusConsole,
};

export const addServices = (program: Command): void => {
  for (const [name, load] of Object.entries(services)) {
    program
      .command(name)
      .description('run only this service, against the broker of bus.url')
      .option('-c, --config <file>', 'configuration file of this service')
      .action(async ({ config }: { config?: string }) => {
        const { nodeProcess, runService } = await import('@cotbus/service');
        const args = config === undefined ? [] : ['--config', config];
        await runService((await load()) as Service<unknown>, { ...nodeProcess, args });
      });
  }
};
