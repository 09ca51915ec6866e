/** A browser's minimum: cookies are kept, redirects followed, forms posted. One user of one site. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly site: string) {}

  async get(path: string): Promise<Page> {
    return this.follow(new URL(path, this.site), {});
  }

  /** Posts fields as a form does. */
  async post(path: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    return this.follow(new URL(path, this.site), { method: 'POST', body: new URLSearchParams(fields) });
  }

  private async follow(url: URL, request: RequestInit, redirects = 0): Promise<Page> {
    if (redirects > 10) throw new Error(`too many redirects at ${url}`);
    const response = await fetch(url, { ...request, redirect: 'manual', headers: { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '), connection: 'close' } });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
      this.cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location && response.status >= 300 && response.status < 400) {
      await response.arrayBuffer();
      return this.follow(new URL(location, url), {}, redirects + 1);
    }
    return { status: response.status, url: String(url), text: await response.text() };
  }
}

export interface Page {
  readonly status: number;
  readonly url: string;
  readonly text: string;
}
