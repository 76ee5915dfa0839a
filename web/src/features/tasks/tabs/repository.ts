// Where a repository's commit is read in a browser: hosts that lay their pages out like everybody else's. Pure.

export function webAddress(repository: string): string | null {
  const text = repository.trim().replace(/\.git$/, "");
  const http = /^https?:\/\/(?:[^@/\s]+@)?([\w.-]+(?::\d+)?)\/([\w./~-]+)$/.exec(text);
  if (http) return `https://${http[1]}/${http[2]}`;
  const ssh = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)(?::\d+\/|[:/])([\w./~-]+)$/.exec(text);
  return ssh ? `https://${ssh[1]}/${ssh[2]}` : null;
}

export function commitLink(repository: string, revision: string): string | null {
  const base = webAddress(repository);
  if (!base) return null;
  if (!revision || !/^[\w./-]+$/.test(revision)) return base;
  const isCommit = /^[0-9a-f]{7,40}$/.test(revision);
  if (/bitbucket/.test(base)) return `${base}/${isCommit ? "commits" : "src"}/${revision}`;
  if (/gitlab/.test(base)) return `${base}/-/${isCommit ? "commit" : "tree"}/${revision}`;
  return `${base}/${isCommit ? "commit" : "tree"}/${revision}`;
}
