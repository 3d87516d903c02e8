import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** True where a server and its load can have a processor each. */
export const isPinned: boolean = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** The command that runs a program on one processor, where there are two. */
export function onCpu(cpu: number, program: string, args: readonly string[]): readonly [string, readonly string[]] {
  return isPinned ? ['taskset', ['-c', String(cpu), program, ...args]] : [program, args]
}

/** Moves a process that runs, with all its threads. */
export function moveToCpu(cpu: number, pid: number): void {
  if (isPinned) spawnSync('taskset', ['-acp', String(cpu), String(pid)])
}
