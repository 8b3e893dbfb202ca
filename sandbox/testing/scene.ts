import { readFileSync } from 'node:fs';
import type { Json, Version } from '../model.ts';

/** A call that was recorded, with what the real server answered. */
export interface RecordedCall {
  after_ms: number;
  took_ms: number;
  note: string;
  as: string | null;
  request: { method: string; path: string; headers: Record<string, string>; body?: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown };
}

/** A delivery that the real server sent. */
export interface RecordedDelivery {
  after_ms: number;
  webhook: {
    to: string;
    headers: Record<string, string>;
    body: Json;
    /** Where it was not 200. */
    we_answered?: number;
    we_waited_ms?: number;
  };
}

/** Calls that followed each other closely, and what was delivered until the next pause. */
export interface Block {
  calls: RecordedCall[];
  deliveries: RecordedDelivery[];
}

const pauseMs = 1000;

/** Reads a scene and cuts it at its pauses: after one, every delivery of the block had arrived. */
export function readScene(version: Version, name: string): Block[] {
  const blocks: Block[] = [];
  let quietSince = -Infinity;
  for (const step of lines(`${version}-${name}.jsonl`)) {
    if ('request' in step) {
      const call = step as unknown as RecordedCall; // the file's own format, see its first line
      if (blocks.length === 0 || call.after_ms - quietSince > pauseMs) blocks.push({ calls: [], deliveries: [] });
      blocks.at(-1)?.calls.push(call);
      quietSince = call.after_ms + call.took_ms;
    } else if ('webhook' in step) {
      blocks.at(-1)?.deliveries.push(step as unknown as RecordedDelivery);
    }
  }
  return blocks;
}

/** The websocket frames of scene 22, without the pings. */
export function readFrames(version: Version): Json[] {
  const frames = lines(`${version}-22-websocket-frames.jsonl`).flatMap((step) =>
    'frame' in step ? [step['frame'] as Json] : [],
  );
  return frames.filter((frame) => frame['type'] !== 'ping');
}

function lines(name: string): Json[] {
  const text = readFileSync(new URL(`../recordings/${name}`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
}
