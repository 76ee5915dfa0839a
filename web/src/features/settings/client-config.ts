// What a client of this server has to be told. Pure.

export interface Addresses {
  api: string;
  files: string;
  web: string;
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0|\[::\])$/;

/** A server that listens on every address of its machine, or on loopback behind a tunnel, is where the browser found it. */
export function reached(addresses: Addresses, host: string): Addresses {
  const at = (address: string) => {
    const url = new URL(address);
    if (LOOPBACK.test(url.hostname)) url.hostname = host;
    return url.origin;
  };
  return { api: at(addresses.api), files: at(addresses.files), web: at(addresses.web) };
}

/** The text of ~/jarvis.conf. */
export function clientConfig(addresses: Addresses, access: string, secret: string): string {
  return `api {
  web_server: ${JSON.stringify(addresses.web)}
  api_server: ${JSON.stringify(addresses.api)}
  files_server: ${JSON.stringify(addresses.files)}
  credentials {
    access_key: ${JSON.stringify(access)}
    secret_key: ${JSON.stringify(secret)}
  }
}
sdk.development.vcs_repo_detect_async: false
`;
}
