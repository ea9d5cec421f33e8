/** Port 67 and the metrics in node dumps. */
import type { Metrics, meshtastic } from '@cotbus/contracts';

export type MetricsFields = Omit<Metrics, '$typeName' | '$unknown'>;

/** Percent; 101 is external power. */
const MAX_BATTERY = 101;

/** Undefined when nothing is said. A board without a battery reports 0 percent and no voltage: that is unknown, not empty. */
export const readMetrics = (metrics: meshtastic.DeviceMetrics): MetricsFields | undefined => {
  const voltage = metrics.voltage !== undefined && metrics.voltage > 0 ? finite(metrics.voltage) : undefined;
  const level = metrics.batteryLevel;
  const hasBattery = level !== undefined && level <= MAX_BATTERY && (level > 0 || voltage !== undefined);
  const channelUtilization = percent(metrics.channelUtilization);
  const airUtilTx = percent(metrics.airUtilTx);
  const fields: MetricsFields = {
    ...(hasBattery ? { battery: level } : {}),
    ...(voltage === undefined ? {} : { voltage }),
    ...(channelUtilization === undefined ? {} : { channelUtilization }),
    ...(airUtilTx === undefined ? {} : { airUtilTx }),
  };
  return Object.keys(fields).length === 0 ? undefined : fields;
};

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

const percent = (value: number | undefined): number | undefined =>
  value !== undefined && value >= 0 && value <= 100 ? value : undefined;
