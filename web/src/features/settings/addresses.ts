import { useQuery } from "@tanstack/react-query";
import { reached, type Addresses } from "./client-config";

/** Where the server is, as this browser reaches it. */
export function useAddresses() {
  return useQuery({
    queryKey: ["addresses"],
    queryFn: async ({ signal }) => reached((await (await fetch("/addresses.json", { signal })).json()) as Addresses, location.hostname),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
