import http from 'node:http';

/** The Docker daemon's own API, over the address in DOCKER_HOST (unix:// or tcp://) or the default socket. Only what the set-up needs. */
const address = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';

export function docker(method, path, { body, timeout = 0 } = {}) {
  const target = address.startsWith('unix://')
    ? { socketPath: address.slice('unix://'.length) }
    : { host: new URL(address.replace(/^tcp:/, 'http:')).hostname, port: new URL(address.replace(/^tcp:/, 'http:')).port || 2375 };
  return new Promise((resolve, reject) => {
    const request = http.request({ ...target, method, path, timeout, headers: body ? { 'content-type': 'application/x-tar' } : {} }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString('utf8') }));
    });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error(`Docker at ${address} did not answer ${method} ${path} within ${timeout} ms`)));
    if (body?.pipe) body.pipe(request);
    else request.end(body);
  });
}

/** True when a daemon answers. */
export const dockerAnswers = () => docker('GET', '/_ping', { timeout: 5000 }).then(({ status }) => status === 200, () => false);

export async function hasImage(name) {
  return (await docker('GET', `/images/${encodeURIComponent(name)}/json`)).status === 200;
}

/** True when the image was pulled; false when no registry gave it. */
export async function tryPull(name) {
  const [image, tag] = [name.slice(0, name.lastIndexOf(':')), name.slice(name.lastIndexOf(':') + 1)];
  try {
    await docker('POST', `/images/create?fromImage=${encodeURIComponent(image)}&tag=${encodeURIComponent(tag)}`, { timeout: 120_000 });
  } catch {
    return false;
  }
  return hasImage(name);
}

/**
 * Makes an image from a tar stream of its root file system; `lines` are Dockerfile lines (CMD, ENV, …). Two steps, because an import
 * does not take all of them (STOPSIGNAL).
 */
export async function importImage(name, tar, lines) {
  const imported = await docker('POST', '/images/create?fromSrc=-', { body: tar });
  const id = /"status":"(sha256:[0-9a-f]+)"/.exec(imported.text)?.[1];
  if (!id) throw new Error(`Docker refused the files of ${name}: ${imported.text}`);
  const built = await docker('POST', `/build?t=${encodeURIComponent(name)}&q=1`, { body: tarOfOne('Dockerfile', [`FROM ${id}`, ...lines, ''].join('\n')) });
  if (built.status !== 200 || built.text.includes('"error"')) throw new Error(`Docker refused the image ${name}: ${built.text}`);
}

function tarOfOne(file, text) {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(file, 0);
  header.write('0000644\0', 100);
  header.write(content.length.toString(8).padStart(11, '0') + '\0', 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(sum.toString(8).padStart(6, '0') + '\0 ', 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512 + 1024)]);
}

export async function tagImage(source, name) {
  const [image, tag] = [name.slice(0, name.lastIndexOf(':')), name.slice(name.lastIndexOf(':') + 1)];
  await docker('POST', `/images/${encodeURIComponent(source)}/tag?repo=${encodeURIComponent(image)}&tag=${encodeURIComponent(tag)}`);
}
