export function ActivityChart() {
  return null;
}
export function WorkerCharts({ worker }: { worker: string }) {
  return <div hidden data-worker={worker} />;
}
