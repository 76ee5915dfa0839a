import { useAnswer } from "~/api/queries";
import { Facts, Loading, Panel } from "~/design/parts";
import { useAddresses } from "./addresses";

export function About() {
  const info = useAnswer("server.info", {}, { fresh: 60_000 });
  const addresses = useAddresses();
  if (!info.data) return <Loading />;
  const extensions = Object.entries(info.data.extensions ?? {}).filter(([, isOn]) => isOn).map(([name]) => name);
  return (
    <Panel title="This server">
      <Facts
        facts={[
          { name: "Version", value: `${info.data.version} (API ${info.data.api_version})` },
          { name: "API", value: addresses.data?.api ?? "" },
          { name: "Files", value: addresses.data?.files ?? "" },
          { name: "Web", value: addresses.data?.web ?? "" },
          { name: "Beyond the common wire", value: extensions.join(", ") },
          { name: "Server id", value: <span className="mono">{info.data.uid}</span> },
        ]}
      />
    </Panel>
  );
}
