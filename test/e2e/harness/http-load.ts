import http from 'node:http';

export interface LoadResult {
  readonly requests: number;
  readonly failures: readonly string[];
}

/**
 * A steady load on an address of this machine: `connections` clients, each sends the next request when the last was answered, a new
 * connection every time, until `stop`. Bounded to 200,000 requests.
 */
export function startLoad(url: string, connections = 4): { stop(): Promise<LoadResult>; readonly sent: () => number } {
  let requests = 0;
  let stopped = false;
  const failures: string[] = [];
  const client = async () => {
    while (!stopped && requests < 200_000) {
      requests += 1;
      const failure = await tryGet(url);
      if (failure) failures.push(`${new Date().toISOString()} ${failure}`);
    }
  };
  const clients = Array.from({ length: connections }, client);
  return {
    sent: () => requests,
    async stop() {
      stopped = true;
      await Promise.all(clients);
      return { requests, failures };
    },
  };
}

function tryGet(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false, timeout: 10_000 }, (response) => {
      response.on('error', (error) => resolve(error.message));
      response.resume().on('end', () => resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`));
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.on('error', (error) => resolve(error.message));
  });
}
