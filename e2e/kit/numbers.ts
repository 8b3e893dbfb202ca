import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** @param part 0.99 for the 99th percentile; 0 of an empty list */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}

/** What a process holds in memory now, in megabytes. Linux only. */
export function residentMB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}

/** What the threads of a process have used of processors until now, in seconds. Linux only. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold anything: the 14th and 15th value of the line, in hundredths.
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / 100;
}

/** Keeps a process on one core, where that can be said. @returns whether it could */
export function pin(pid: number, core: number): boolean {
  return (
    process.platform === 'linux' && spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)]).status === 0
  );
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
