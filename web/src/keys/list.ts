// The keys that readers may change, with what they are called. A command takes its key from here by its id.

export interface KeyEntry {
  id: string;
  label: string;
  group: string;
  keys: string;
}

export const KEY_LIST: readonly KeyEntry[] = [
  { id: "palette", label: "Search and commands", group: "Anywhere", keys: "mod+k" },
  { id: "sheet", label: "Keys of this page", group: "Anywhere", keys: "?" },
  { id: "nav", label: "Narrow or widen the side bar", group: "Anywhere", keys: "mod+b" },
  { id: "filter", label: "To the filter of the page", group: "Anywhere", keys: "/" },
  { id: "go:/", label: "Home", group: "Go to", keys: "g h" },
  { id: "go:/projects", label: "Projects", group: "Go to", keys: "g p" },
  { id: "go:/tasks", label: "Tasks", group: "Go to", keys: "g t" },
  { id: "go:/models", label: "Models", group: "Go to", keys: "g m" },
  { id: "go:/datasets", label: "Datasets", group: "Go to", keys: "g d" },
  { id: "go:/pipelines", label: "Pipelines", group: "Go to", keys: "g l" },
  { id: "go:/reports", label: "Reports", group: "Go to", keys: "g r" },
  { id: "go:/compare/details", label: "Compare", group: "Go to", keys: "g c" },
  { id: "go:/queues", label: "Queues", group: "Go to", keys: "g q" },
  { id: "go:/workers", label: "Workers", group: "Go to", keys: "g w" },
  { id: "go:settings", label: "Settings", group: "Go to", keys: "g s" },
  { id: "row:down", label: "Next row", group: "Tables", keys: "j" },
  { id: "row:up", label: "Row before", group: "Tables", keys: "k" },
  { id: "row:select", label: "Select the row", group: "Tables", keys: "x" },
  { id: "row:peek", label: "Look at the row beside the table", group: "Tables", keys: "Space" },
  { id: "row:open", label: "Open the row", group: "Tables", keys: "Enter" },
  { id: "row:menu", label: "Menu of the row", group: "Tables", keys: "." },
  { id: "tab:next", label: "Next tab", group: "Tabs", keys: "]" },
  { id: "tab:back", label: "Tab before", group: "Tabs", keys: "[" },
  { id: "task:clone", label: "Clone", group: "Tasks", keys: "c" },
  { id: "task:enqueue", label: "Enqueue or retry", group: "Tasks", keys: "e" },
  { id: "task:dequeue", label: "Dequeue", group: "Tasks", keys: "d" },
  { id: "task:stop", label: "Abort", group: "Tasks", keys: "a" },
  { id: "task:reset", label: "Reset", group: "Tasks", keys: "r" },
  { id: "task:publish", label: "Publish", group: "Tasks", keys: "p" },
  { id: "task:archive", label: "Archive or restore", group: "Tasks", keys: "shift+Backspace" },
  { id: "task:tags", label: "Tags", group: "Tasks", keys: "t" },
  { id: "task:move", label: "Move to a project", group: "Tasks", keys: "v" },
  { id: "task:compare", label: "Compare", group: "Tasks", keys: "m" },
  { id: "task:link", label: "Copy the link", group: "Tasks", keys: "y" },
  { id: "task:edit", label: "Edit the first section", group: "Tasks", keys: "i" },
  { id: "log:follow", label: "Follow the log", group: "Console", keys: "f" },
  { id: "log:next-error", label: "Next error or match", group: "Console", keys: "n" },
  { id: "log:previous-error", label: "Error or match before", group: "Console", keys: "N" },
  { id: "queue:up", label: "Up in the queue", group: "Queues", keys: "alt+ArrowUp" },
  { id: "queue:down", label: "Down in the queue", group: "Queues", keys: "alt+ArrowDown" },
  { id: "queue:top", label: "To the top of the queue", group: "Queues", keys: "alt+Home" },
  { id: "queue:bottom", label: "To the bottom of the queue", group: "Queues", keys: "alt+End" },
];

const BY_ID = new Map(KEY_LIST.map((one) => [one.id, one]));

/** Id, name, group and key of a command of the list. */
export function listed(id: string): KeyEntry {
  const entry = BY_ID.get(id);
  if (!entry) throw new Error(`no key entry ${id}`);
  return entry;
}
