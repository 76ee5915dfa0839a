// One task, as often as its state asks for it.
import { useCallback } from "react";
import { useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { Task } from "~/api/documents";
import { useAnswer } from "~/api/queries";

const LIVE_MS = 2_000;
const STILL_MS = 10_000;

function isLive(task: Pick<Task, "status">): boolean {
  return task.status === "in_progress" || task.status === "queued";
}

/** All of the task, and the names of what it refers to. */
const FIELDS = ["*", "project.name", "user.name", "parent.name", "parent.project"];

function body(id: string) {
  return { id: [id], only_fields: FIELDS };
}

export async function readTask(id: string, signal?: AbortSignal): Promise<Task | null> {
  const { tasks } = await call("tasks.get_by_id_ex", body(id), signal);
  return tasks[0] ?? null;
}

export function useTask(id: string): UseQueryResult<Task | null> {
  return useAnswer("tasks.get_by_id_ex", body(id), {
    enabled: id !== "",
    select: (answer) => answer.tasks[0] ?? null,
    every: (answer) => (answer?.tasks[0] && isLive(answer.tasks[0]) ? LIVE_MS : STILL_MS),
  });
}

/** Reads the task anew and waits for it. */
export function useReread(id: string): () => Promise<unknown> {
  const client = useQueryClient();
  return useCallback(() => client.refetchQueries({ queryKey: ["tasks.get_by_id_ex", body(id)] }), [client, id]);
}
