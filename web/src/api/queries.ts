// The one cache of server data. A query's key is the action and its body, so that a change of "tasks" finds them all.
import {
  keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult,
} from "@tanstack/react-query";
import { toast } from "~/design/toast";
import { usePaced } from "~/live/connection";
import type { Answer } from "./answers";
import { ApiError, call, isAway, isSignedOut, type Action, type Body } from "./client";

/** The nouns of the API: the first word of an action. */
export type Noun = "tasks" | "projects" | "queues" | "workers" | "models" | "events" | "users" | "auth" | "reports" | "organization" | "pipelines" | "server";

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refuses it will refuse again; a server that is away comes back, however long that takes.
      retry: (count, error) => isAway(error) || (!(error instanceof ApiError) && count < 2),
      retryDelay: (count) => Math.min(500 * 2 ** count, 5_000),
      staleTime: 1_000,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

export interface AnswerOptions<A extends Action, T> {
  enabled?: boolean;
  every?: number | false | ((data: Answer<A> | undefined) => number | false);
  select?: (answer: Answer<A>) => T;
  /** Shows the answer to the last question until the next one is there. */
  keeps?: boolean;
  fresh?: number;
}

/** One API call whose answer is kept, shared and asked for again. */
export function useAnswer<A extends Action, T = Answer<A>>(action: A, body: Body<A>, options: AnswerOptions<A, T> = {}): UseQueryResult<T> {
  const { every } = options;
  const paced = usePaced([action, body]);
  return useQuery<Answer<A>, Error, T>({
    queryKey: [action, body],
    queryFn: ({ signal }) => call(action, body, signal),
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    ...(options.select ? { select: options.select } : {}),
    ...(options.keeps ? { placeholderData: keepPreviousData as never } : {}),
    ...(options.fresh === undefined ? {} : { staleTime: options.fresh }),
    ...(every === undefined ? {} : { refetchInterval: (query) => paced(typeof every === "function" ? every(query.state.data) : every) }),
  });
}

/** Everything that was asked of these nouns is asked again. */
export function forget(client: QueryClient, ...nouns: Noun[]): Promise<void> {
  return client.invalidateQueries({ predicate: ({ queryKey: [action] }) => typeof action === "string" && nouns.some((noun) => action.startsWith(`${noun}.`)) });
}

export interface ChangeOptions<V, R> {
  /** What is no longer true after the change. */
  of: Noun[];
  done?: string | ((result: R, variables: V) => string | null);
  after?: (result: R, variables: V) => void;
  /** Called instead of the short message when the change fails. */
  failed?: (error: Error) => void;
}

/** A change of the server's data: says what it did, or why not, and has what it touched read again. */
export function useChange<V = void, R = unknown>(run: (variables: V) => Promise<R>, options: ChangeOptions<V, R>): UseMutationResult<R, Error, V> {
  const client = useQueryClient();
  return useMutation<R, Error, V>({
    mutationFn: run,
    onSuccess: async (result, variables) => {
      const text = typeof options.done === "function" ? options.done(result, variables) : options.done;
      if (text) toast(text);
      await forget(client, ...options.of);
      options.after?.(result, variables);
    },
    onError: (error) => {
      if (isSignedOut(error)) return;
      if (options.failed) options.failed(error);
      else toast(error.message, { isError: true, detail: error instanceof ApiError ? error.reference : "" });
    },
  });
}
