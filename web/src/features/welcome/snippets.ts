// What a newcomer copies.
export const TWO_LINES = `from jarvis import Task
task = Task.init(project_name="examples", task_name="first")`;

export const AGENT = "jarvis-agent daemon --queue default";
