export function QueueCharts({ queue }: { queue: string }) {
  return <div hidden data-queue={queue} />;
}
